"""What has lain in the trash for its time is removed for good, with all that hangs on it; the log stays.

In steps of a transaction each, from the leaves up, so that a killed one goes on where it was. Nobody can take such a
row out any more (`visible_to(trashed=True)` ends with its time), so a half-removed client never comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models, transaction

from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.records.custom.references import pointers_to as pointers
from kartu.records.custom.references import repoint
from kartu.records.files import store
from kartu.records.models import File
from kartu.security import audit
from kartu.security.invariants.ledger import guarded_models
from kartu.security.row_rules import PartRows, PersonalRows
from kartu.security.rows import GuardedModel, is_guarded, trash_is_over

CHUNK = 50
WHY = "what lies in the trash and hangs on it, to be removed for good"


class TakenOut(Exception):
    """It is not in the trash any more: what is left of it stays."""


def remove_over(*, by: Actor) -> int:
    """Remove all that has lain in the trash for its time; how many records, parts not counted."""
    wholes_first = sorted(with_trash(), key=lambda model: isinstance(model.row_rule, PartRows))
    return sum(remove_all(model, by) for model in wholes_first)


def with_trash() -> list[type[GuardedModel]]:
    return [model for model in guarded_models() if model._has("trashed_at")]


def remove_all(model: type[GuardedModel], by: Actor) -> int:
    count, after = 0, 0
    while ids := over(model).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]:
        after = list(ids)[-1]
        count += sum(remove(model, pk, by=by) for pk in ids)
    return count


def over(model: type[GuardedModel]) -> models.QuerySet:
    return rows_of(model).filter(trashed_at__lte=trash_is_over())


def rows_of(model: type[models.Model]) -> models.QuerySet:
    return model.objects.as_system(WHY) if is_guarded(model) else model._base_manager.all()


def remove(model: type[GuardedModel], pk: int, *, by: Actor) -> bool:
    """Remove the row `pk`, whose time in the trash is over; False where something holds it, or it was taken out."""
    if is_held(model, [pk]):
        return False
    try:
        clear(model, [pk], (model, pk), by)
    except TakenOut:
        return False
    return True


Root = tuple[type[GuardedModel], int]


@contextmanager
def step(root: Root, by: Actor) -> Iterator[None]:
    """One transaction, in which the row that all hangs on still lies in the trash, its time over."""
    model, pk = root
    with chunk(), audit.acting_as(by):
        if over(model).select_for_update().filter(pk=pk).first() is None:
            raise TakenOut
        yield
        if is_there(model, pk):
            # What is kept of it elsewhere (the index, the last touch) is renewed once, when it goes itself.
            audit.acting().roots.discard((model._meta.label_lower, pk))


def is_there(model: type[GuardedModel], pk: int) -> bool:
    return rows_of(model).filter(pk=pk).exists()


def clear(model: type[models.Model], ids: list[int], root: Root, by: Actor) -> None:
    """Delete the rows `ids` of `model`, first of all what hangs on them; let go what merely points at them."""
    for field in pointers_to(model):
        while some := pointing(field, ids)[:CHUNK]:
            if field.remote_field.on_delete is models.CASCADE:
                clear(field.model, some, root, by)
            else:
                let_go(field, some, root, by)
    if issubclass(model, GuardedModel):
        for other in about_models():
            while some := about(other, model, ids)[:CHUNK]:
                clear(other, some, root, by)
        for pk in ids if any(pointers(model._meta.label_lower)) else ():
            with step(root, by):
                repoint(model._meta.label_lower, pk, None)
    with step(root, by):
        delete(model, ids)


def delete(model: type[models.Model], ids: list[int]) -> None:
    rows = list(rows_of(model).filter(pk__in=ids))
    if not is_guarded(model):
        rows_of(model).filter(pk__in=ids).delete()
        return
    if model.is_derived:
        gone = rows_of(model).filter(pk__in=ids)
        gone._raw_delete(gone.db)
        return
    audit.purge_many(rows)
    for row in rows:
        if isinstance(row, File):
            # Killed before that, the nightly look for bytes without a row finds them.
            transaction.on_commit(lambda name=row.stored: store.discard(name))


def let_go(field: models.ForeignKey, ids: list[int], root: Root, by: Actor) -> None:
    """A touch stays when the contact it was with is removed; the log of the touch says so."""
    with step(root, by):
        rows = rows_of(field.model).filter(pk__in=ids)
        if is_guarded(field.model):
            audit.change_many(list(rows), {field.attname: None})
        else:
            rows.update(**{field.attname: None})


def pointing(field: models.ForeignKey, ids: list[int]) -> list[int]:
    rows = rows_of(field.model).filter(**{f"{field.name}__in": ids})
    return list(rows.order_by("pk").values_list("pk", flat=True))


@cache
def pointers_to(model: type[models.Model]) -> tuple[models.ForeignKey, ...]:
    """All foreign keys that lead to `model`, those of rows that nothing else hangs on first."""
    return tuple(sorted(fields_to(model), key=lambda field: len(fields_to(field.model))))


@cache
def fields_to(model: type[models.Model]) -> tuple[models.ForeignKey, ...]:
    return tuple(
        field
        for other in apps.get_models(include_auto_created=True)
        for field in other._meta.concrete_fields
        if field.is_relation and field.related_model is model
    )


@cache
def about_models() -> tuple[type[GuardedModel], ...]:
    """Kinds of rows that hang on any record by its name and number, and go where it goes: files."""
    named = [model for model in with_trash() if model._has("about_type") and model._has("about_id")]
    return tuple(model for model in named if not isinstance(model.row_rule, PersonalRows))


def about(other: type[GuardedModel], model: type[GuardedModel], ids: list[int]) -> list[int]:
    rows = rows_of(other).filter(about_type=model._meta.label_lower, about_id__in=ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def is_held(model: type[models.Model], ids: list[int]) -> bool:
    """Whether something that must keep its reference (a paper, a payment) points at the rows or what hangs on them."""
    for field in pointers_to(model):
        some = pointing(field, ids)
        is_part = field.remote_field.on_delete is models.CASCADE
        if some and (is_held(field.model, some) if is_part else not field.null):
            return True
    return False


def what_goes(row: GuardedModel) -> list[tuple[str, int]]:
    """(kind, number) of all that is removed with `row`, for people to read before they agree."""
    found: dict[type[models.Model], set[int]] = {}
    gather(type(row), [row.pk], found)
    told = [(str(model._meta.verbose_name_plural), len(ids)) for model, ids in found.items() if ids]
    return sorted(told, key=lambda pair: (-pair[1], pair[0]))


def gather(model: type[models.Model], ids: list[int], found: dict[Any, set[int]]) -> None:
    parts = [field for field in pointers_to(model) if field.remote_field.on_delete is models.CASCADE]
    hanging = [(field.model, pointing(field, ids)) for field in parts]
    hanging += [(other, about(other, model, ids)) for other in about_models() if is_guarded(model)]
    for other, some in hanging:
        is_personal = is_guarded(other) and isinstance(other.row_rule, PersonalRows)
        if some and not is_personal:
            found.setdefault(other, set()).update(some)
            gather(other, some, found)
