"""The row guard: nobody reads a business row without saying for whom.

Business models derive from `GuardedModel`. A queryset of theirs that has not passed `visible_to(actor)`
(or `as_system("why")`, which `kartu check` lists) raises `Unguarded` as soon as it turns into SQL: on fetch,
iterator, count, exists, aggregate, update, delete and as a sub-query. The check sits in the query itself,
below every method of the queryset, so that a new method of Django's cannot slip past it.

Related rows inherit the clearance of the row they hang on: `client.phones.all()` is as cleared as `client`.
A join into another guarded table is refused unless one of the two is part of the other: a filter or an
order by somebody else's columns tells as much as reading them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Q, sql
from django.db.models.query import ModelIterable
from django.db.models.sql.datastructures import Join
from django.utils import timezone

from kartu.core.actors import Actor, System
from kartu.core.veils import is_veiled
from kartu.security import audit
from kartu.security.row_rules import PartRows, RowRule


class Unguarded(RuntimeError):
    """A business row was about to be read, counted or written past the rights. A mistake in the program."""


@dataclass(frozen=True)
class Clearance:
    """For whom a query was opened. `why` is given where the system itself reads."""

    actor: Actor
    why: str = ""


class Conflict(RuntimeError):
    """Somebody else wrote the row between our reading and our writing. `row` is ours, unsaved."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(f"{row._meta.label_lower} {row.pk} was changed by somebody else")
        self.row = row


# How long what is thrown away can be taken out again.
KEPT_IN_TRASH = timedelta(days=90)


def trash_is_over() -> datetime:
    """What was put in the trash at this moment or before has lain there for its time."""
    return timezone.now() - KEPT_IN_TRASH


# Set by `records`: ids of change sets whose new rows nobody may see yet (an import that still runs).
hidden_batches: list[Callable[[], frozenset[int]]] = []


class GuardedQuery(sql.Query):
    clearance: Clearance | None = None

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> Any:
        self.check_guard()
        compiler = super().get_compiler(using, connection, elide_empty)
        return self._watched(compiler) if self.clearance and not self.clearance.why else compiler

    def _watched(self, compiler: Any) -> Any:
        """Look at the joins once more when the SQL stands: an ORDER BY is joined only then."""
        known, as_sql = set(self.alias_map), compiler.as_sql

        def checked_as_sql(*args: Any, **kwargs: Any) -> Any:
            statement = as_sql(*args, **kwargs)
            for alias in self.alias_map.keys() - known:
                if isinstance(self.alias_map[alias], Join):
                    self._check_join(self.alias_map[alias].join_field)
            return statement

        compiler.as_sql = checked_as_sql
        return compiler

    def check_guard(self) -> None:
        if self.clearance is None:
            raise Unguarded(f"{self.model.__name__} rows are read without visible_to(actor)")
        if self.clearance.why:
            return
        for alias, join in self.alias_map.items():
            if isinstance(join, Join) and self.alias_refcount.get(alias):
                self._check_join(join.join_field)

    def _check_join(self, relation: Any) -> None:
        if not may_join(relation):
            raise Unguarded(f"{self.model.__name__} rows are joined with {relation}, which has rights of its own")


def may_join(relation: Any) -> bool:
    """Whether the two ends of `relation` are seen by the same right, or its far end by everybody."""
    field = relation if relation.concrete else relation.field
    near, far = field.model, field.related_model
    guarded_far = far if relation is field else near
    if not is_guarded(guarded_far):
        return True
    return is_guarded(near) and near.row_rule.is_part_of(near, field)


def is_guarded(model: type[models.Model]) -> bool:
    return issubclass(model, GuardedModel)


class ClearedIterable(ModelIterable):
    """Marks every row with the clearance of the query that fetched it, before its related rows are prefetched."""

    def __iter__(self) -> Iterator:
        clearance = self.queryset.query.clearance
        reader = None if clearance is None or clearance.why or audit.is_acting() else clearance.actor
        for row in super().__iter__():
            row._clearance = clearance
            if reader is not None:
                veil(row, reader)
            yield row


def veil(row: models.Model, reader: Actor) -> None:
    """Put out of sight what `reader` may not read of `row` and of what was fetched beside it. An action, which must
    compare and keep, reads without veils; what it returns is veiled when it ends."""
    row.veil_from(reader)
    for other in row._state.fields_cache.values():
        if isinstance(other, GuardedModel):
            veil(other, reader)


class GuardedQuerySet(models.QuerySet):
    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or GuardedQuery(model), using, hints)
        if self._iterable_class is ModelIterable:
            self._iterable_class = ClearedIterable

    @property
    def clearance(self) -> Clearance | None:
        return self.query.clearance

    def visible_to(self, actor: Actor, right: str = "", *, trashed: bool = False) -> "GuardedQuerySet":
        """The rows that `actor` reaches by `right` (the model's view right, if none is named).

        Rows in the trash and rows of an import that still runs are left out; `trashed=True` gives the trash only.
        """
        rule = self.model.row_rule
        condition = rule.condition(actor, right or rule.view)
        rows = self.none() if condition is None else self.filter(condition)
        rows = rows.live(trashed=trashed)
        rows.query.clearance = Clearance(actor)
        return rows

    def live(self, *, trashed: bool = False, deep: bool = True) -> "GuardedQuerySet":
        """Leave out what is in the trash (or, `trashed`, all else) and what an open import has only begun."""
        paths = self.model.trash_paths(deep=deep)
        if trashed:
            # In the trash is what lies there itself, and all parts of a whole that does. What has lain there for its
            # time is nobody's any more, even if it is not removed yet.
            lies = reduce(or_, (Q(**{f"{path}__isnull": False}) for path in paths), Q(pk__in=[]))
            is_over = reduce(or_, (Q(**{f"{path}__lte": trash_is_over()}) for path in paths), Q(pk__in=[]))
            rows = self.filter(lies & ~is_over)
        else:
            rows = self.filter(**{f"{path}__isnull": True for path in paths})
        for path in self.model.batch_paths(deep=deep):
            for hidden in hidden_batches:
                if ids := hidden():
                    rows = rows.filter(Q(**{f"{path}__isnull": True}) | ~Q(**{f"{path}__in": ids}))
        return rows

    def as_system(self, why: str) -> "GuardedQuerySet":
        """All rows, for the program's own work. `why` is a plain sentence; `kartu check` lists every use."""
        rows = self._chain()
        rows.query.clearance = Clearance(System(why), why)
        return rows

    def none(self) -> "GuardedQuerySet":
        """No rows are nobody's secret."""
        rows = super().none()
        rows.query.clearance = rows.query.clearance or Clearance(System("no rows"), "")
        return rows

    def _add_hints(self, **hints: Any) -> None:
        super()._add_hints(**hints)
        self.clear_through(hints.get("instance"))

    def clear_through(self, whole: models.Model | None) -> None:
        """Open this queryset as far as `whole`, the row it is reached from, was opened."""
        clearance = getattr(whole, "_clearance", None)
        if clearance is None or self.query.clearance is not None:
            return
        if clearance.why:
            self.query.clearance = clearance
        elif self._opens_with(whole, clearance.actor):
            # The whole has been seen already: its parts need no second look at the same right.
            self._query = self.live(deep=False).query
            self.query.clearance = clearance
        else:
            self._query = self.visible_to(clearance.actor).query

    def _opens_with(self, whole: models.Model, actor: Actor) -> bool:
        rule = self.model.row_rule
        return isinstance(rule, PartRows) and isinstance(whole, self.model.parent_model()) and rule.opens_to(actor)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise Unguarded("raw() knows no rights")

    def delete(self) -> Any:
        raise Unguarded(f"{self.model.__name__} rows go to the trash; only the purge deletes")

    def update(self, **values: Any) -> int:
        """Only for columns that are derived from others (keys, dates of the last touch): these need no audit row."""
        self.query.check_guard()
        if told := set(values) - self.model.derived_fields:
            raise Unguarded(f"update() of {', '.join(sorted(told))} would leave no trace; use an action")
        return super().update(**values)

    update.alters_data = True

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        self.query.check_guard()
        if told := set(fields) - self.model.derived_fields:
            raise Unguarded(f"bulk_update() of {', '.join(sorted(told))} would leave no trace; use audit.change_many")
        return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        raise Unguarded("bulk_create() would leave no trace; use audit.create_many")

    bulk_create.alters_data = True


class GuardedManager(models.Manager.from_queryset(GuardedQuerySet)):
    def get_queryset(self) -> GuardedQuerySet:
        rows = super().get_queryset()
        rows.clear_through(self._hints.get("instance"))
        return rows


class GuardedModel(models.Model):
    """A business row. A subclass sets `row_rule` (from its app's rights.py).

    `derived_fields`: columns computed from others, neither audited nor shown as changes; `late_fields`: those of them
    that a job brings up to date when their rule has changed, with an invariant of their own. `keyed_fields`: JSON
    columns whose keys are told, undone and merged each by itself (`kartu/security/columns.py`). `is_derived`: all of
    its rows are computed from others, so that no line of the log tells of them. `is_in_sections`: they are seen with a
    section of the card; a merge moves, and parts, also those out of sight.
    """

    row_rule: RowRule
    is_derived = is_in_sections = False
    derived_fields: frozenset[str] = frozenset()
    late_fields: frozenset[str] = frozenset()
    keyed_fields: frozenset[str] = frozenset()

    objects = GuardedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    _clearance: Clearance | None = None
    _loaded: dict[str, Any] = {}

    @classmethod
    def parent_model(cls) -> type[models.Model]:
        return cls._meta.get_field(cls.row_rule.parent).related_model

    @classmethod
    def trash_paths(cls, *, deep: bool = True) -> list[str]:
        """Where a row says that it (or, `deep`, the whole it is part of) is in the trash."""
        own = ["trashed_at"] if cls._has("trashed_at") else []
        return own + [f"{cls.row_rule.parent}__{path}" for path in cls._whole_paths("trash_paths", deep)]

    @classmethod
    def batch_paths(cls, *, deep: bool = True) -> list[str]:
        """Where a row (or, `deep`, the whole it is part of) names the import it came with."""
        own = ["batch_id"] if cls._has("batch_id") else []
        return own + [f"{cls.row_rule.parent}__{path}" for path in cls._whole_paths("batch_paths", deep)]

    @classmethod
    @cache  # asked several times by every query
    def _has(cls, column: str) -> bool:
        return any(column in (field.name, field.attname) for field in cls._meta.concrete_fields)

    @classmethod
    def _whole_paths(cls, which: str, deep: bool) -> list[str]:
        if not deep or not isinstance(cls.row_rule, PartRows):
            return []
        whole = cls.parent_model()
        return getattr(whole, which)() if is_guarded(whole) else []

    @classmethod
    def from_db(cls, db: str, field_names: list[str], values: list) -> "GuardedModel":
        row = super().from_db(db, field_names, values)
        row._loaded = dict(zip(field_names, values, strict=True))
        return row

    def veil_from(self, reader: Actor) -> None:
        """Let columns of which `reader` may read only a part hold a `Veiled` text (kartu/core/veils.py)."""

    def unveil(self) -> None:
        """The columns as they are kept."""
        for name, value in list(self.__dict__.items()):
            if is_veiled(value):
                self.__dict__[name] = value.real

    def derive(self) -> None:
        """Set the columns of `derived_fields` from the others; called before every save."""

    @classmethod
    def written_many(cls, rows: "list[GuardedModel]") -> None:
        """Columns of `rows` have been written without `save` (`audit.change_many`): renew what follows from them."""

    @classmethod
    def purged_many(cls, rows: "list[GuardedModel]") -> None:
        """`rows` are about to be deleted for good: let go what is kept of them elsewhere."""

    def save(self, **kwargs: Any) -> None:
        """Write the row and, in the same transaction, its audit row. Only inside an action (`acting_as`).

        Raises `Conflict` when somebody else has written the row since it was read.
        """
        acting = audit.acting()
        is_new = self._state.adding
        self.unveil()
        self.derive()
        with transaction.atomic():
            # The version counts what the log tells of: a row that is written as it stands keeps it.
            if not is_new and self._has("version") and audit.changes(self, self._loaded)["after"]:
                kwargs = self._next_version(kwargs)
            super().save(**kwargs)
            audit.wrote(self, {} if is_new else self._loaded, acting)
        self._loaded = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        if is_new:
            self.cleared_for(acting.actor)

    def _next_version(self, kwargs: dict) -> dict:
        self.version += 1
        fields = kwargs.get("update_fields")
        return {**kwargs, "force_update": True, **({"update_fields": [*fields, "version"]} if fields else {})}

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        if not self._has("version"):
            return super()._do_update(base_qs, *args, **kwargs)
        written = super()._do_update(base_qs.filter(version=self._loaded["version"]), *args, **kwargs)
        if not written:
            self.version = self._loaded["version"]
            raise Conflict(self)
        return written

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Unguarded(f"{type(self).__name__} rows go to the trash; only the purge deletes")

    def audit_root(self) -> tuple[str, int | None]:
        """The whole on whose history this row's changes are shown: ("clients.client", 17)."""
        if isinstance(self.row_rule, PartRows):
            return self.parent_model()._meta.label_lower, getattr(self, f"{self.row_rule.parent}_id")
        return self._meta.label_lower, self.pk

    def cleared_for(self, actor: Actor) -> "GuardedModel":
        """Mark this row, just made by `actor`, as seen by him, so that its parts can be read."""
        self._clearance = Clearance(actor, actor.why if actor.is_system else "")
        return self
