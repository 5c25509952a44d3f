"""Kinds of columns for values of the firm's own fields: compared where they are projected, read where they are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Expression, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from kartu.core.money import Money
from kartu.records.custom.targets import Target
from kartu.records.lists.asking import Asking
from kartu.records.lists.kinds import Amount, Choice, Kind, Number, Text, id_of
from kartu.records.lists.linked import Linked
from kartu.records.rights import FILES_DOWNLOAD

if TYPE_CHECKING:
    from kartu.records.lists.look import Look

LARGEST = 2**63 - 1
WHY = "which rows have a value; the outer query shows only visible ones"


def fitting(number: Decimal | int) -> int:
    """As large a number as the database compares."""
    return max(-LARGEST, min(LARGEST, int(number)))


@dataclass(frozen=True)
class Millionths(Number):
    """A number that is projected as millionths."""

    def stored(self, value: Decimal) -> int:
        return fitting(value * 1_000_000)


@dataclass(frozen=True)
class MinorUnits(Number):
    """Money that is projected as minor units of the currency `code`."""

    code: str = ""

    def typed(self, text: str) -> str:
        return Amount().typed(text)

    def stored(self, value: Decimal) -> int:
        try:
            return fitting(Money(value, self.code).rounded().minor)
        except ValueError:
            return fitting(LARGEST if value > 0 else -LARGEST)


@dataclass(frozen=True)
class YesNo(Kind):
    """Who has said nothing has not said yes."""

    operations: ClassVar = ("yes", "no", "empty", "filled")

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        if operation == "yes":
            return Q(**{field: 1})
        return Q(**{f"{field}__isnull": True}) | Q(**{field: 0})

    def value(self, row: Any, field: str) -> str:
        return {"yes": _("yes"), "no": _("no")}.get(getattr(row, field), "")


@dataclass(frozen=True)
class Link(Text):
    def html(self, row: Any, field: str, look: "Look") -> str:
        address = escape(getattr(row, field) or "")
        shown = address.partition("://")[2].rstrip("/")
        return (
            f'<a class="t2" href="{address}" target="_blank" rel="noopener noreferrer">{shown}</a>' if address else ""
        )


@dataclass(frozen=True)
class ReferenceTo(Kind):
    """A record that is pointed at, compared by its number. Who does not reach it is told its name in the rows that he
    sees, and nowhere else."""

    operations: ClassVar = ("any", "none", "empty", "filled")
    input: ClassVar = "pick"

    target: Target

    @property
    def pick_url(self) -> str:
        return self.target.pick_url()

    def clean_one(self, text: str) -> int:
        return id_of(text)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        chosen = Q(**{f"{field}__in": values})
        return chosen if operation == "any" else ~chosen

    def said(self, value: Any, asking: Asking) -> str:
        return self.target.name_of(value) if self.target.url_for(value, asking.person) else f"#{value}"

    def told(self, key: str) -> Subquery:
        """{"name", and the columns that say who reaches it} of what the field `key` of a row points at."""
        columns = {"name": self.target.name, **{name: name for name in self.target.ends}}
        rows = self.target.rows().filter(pk=OuterRef(f"f{key}__number"))
        return Subquery(rows.order_by().values(told=JSONObject(**columns))[:1])

    def value(self, row: Any, field: str) -> str:
        return (row.told or {}).get("name", "") if getattr(row, field) else ""

    def html(self, row: Any, field: str, look: "Look") -> str:
        name, pk = self.value(row, field), getattr(row, field)
        if not name or not self.target.reaches(look.asking.person, row.told):
            return escape(name)
        page, preview = self.target.page(pk), self.target.look(pk)
        return f'<a class="ink cut" href="{page}" data-preview="{preview}" tabindex="-1">{escape(name)}</a>'


@dataclass(frozen=True)
class FileName(Text):
    """A file, found by its name."""

    def told(self, key: str) -> Subquery:
        """{"name", "kind"} of the file that the field `key` of a row holds."""
        rows = apps.get_model("records.file").objects.as_system(WHY).filter(pk=OuterRef(f"f{key}__number"))
        return Subquery(rows.order_by().values(told=JSONObject(name="name", kind="kind"))[:1])

    def value(self, row: Any, field: str) -> str:
        return (row.told or {}).get("name", "")

    def html(self, row: Any, field: str, look: "Look") -> str:
        name = escape(self.value(row, field))
        if not name or not look.asking.person.may(FILES_DOWNLOAD):
            return name
        file = apps.get_model("records.file")(pk=getattr(row, field), **row.told)
        if file.has_look:
            return f'<a class="ink cut" href="{file.look_url}" data-drawer tabindex="-1">{name}</a>'
        return f'<a class="ink cut" href="{file.url}" tabindex="-1">{name}</a>'


@dataclass(frozen=True)
class Own(Kind):
    """A column over one field: `inner` compares what is projected and shows what `python` makes of the kept value.

    `key`: the field's id, as text. Rows of one value stand by their age: its index does not know their names.
    """

    is_joined: ClassVar = True

    inner: Kind
    key: str
    python: Callable[[Any], Any]

    def __getattr__(self, name: str) -> Any:
        if name == "ranks":  # only of those kinds that have an order of their own
            return self.inner.ranks
        raise AttributeError(name)

    @property
    def operations(self) -> tuple[str, ...]:
        own = self.inner.operations
        return own if "empty" in own else (*own, "empty", "filled")

    @property
    def is_number(self) -> bool:
        return self.inner.is_number

    @property
    def input(self) -> str:
        return self.inner.input

    @property
    def pick_url(self) -> str:
        return self.inner.pick_url

    def clean_one(self, text: str) -> Any:
        return self.inner.clean_one(text)

    def typed(self, text: str) -> str:
        return self.inner.typed(text)

    def said(self, value: Any, asking: Asking) -> str:
        return self.inner.said(value, asking)

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return self.inner.options(asking)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        if operation != "none":
            return self.inner.compare(field, operation, values, asking)
        if isinstance(self.inner, Linked):
            values = [asking.person.pk if value == "me" else value for value in values]
        # Spelt without a "not", for which Django would look through the joined rows once more.
        others = Q()
        for value in values:
            others &= Q(**{f"{field}__lt": value}) | Q(**{f"{field}__gt": value})
        return Q(**{f"{field}__isnull": True}) | others

    # --- rows --------------------------------------------------------------------------------------------------

    def _own(self, row: Any, field: str) -> SimpleNamespace:
        """As much of a row as `inner` looks at; `field`: where the row keeps it."""
        kept = (getattr(row, field) or {}).get(self.key)
        empty = "" if isinstance(self.inner, Text | Choice) else None
        value = empty if kept is None else self.python(kept)
        label = getattr(row, f"own{self.key}_label", None)
        return SimpleNamespace(value=value, value_label=label or "", told=label)

    def reads(self, field: str) -> dict[str, Expression]:
        if isinstance(self.inner, ReferenceTo | FileName):
            return {f"own{self.key}_label": self.inner.told(self.key)}
        if not isinstance(self.inner, Linked):
            return {}
        people = self.inner.model.objects.filter(pk=OuterRef(f"f{self.key}__number"))
        return {f"own{self.key}_label": Subquery(people.values("name")[:1])}

    def value(self, row: Any, field: str) -> Any:
        return self.inner.value(self._own(row, field), "value")

    def printed(self, row: Any, field: str) -> str:
        return self.inner.printed(self._own(row, field), "value")

    def html(self, row: Any, field: str, look: "Look") -> str:
        return self.inner.html(self._own(row, field), "value", look)

    def bare(self, row: Any, field: str) -> str | None:
        return self.inner.bare(self._own(row, field), "value")


@dataclass(frozen=True)
class OwnSeveral(Own):
    """Several choices: each of them is a projected row of `values`, so that rows are found by a list of ids."""

    values: type[models.Model] | None = None

    def is_empty(self, field: str) -> Q:
        return ~Q(pk__in=self.owners())

    def is_filled(self, field: str) -> Q:
        return Q(pk__in=self.owners())

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        found = Q(pk__in=self.owners().filter(text__in=values))
        return found if operation == "any" else ~found

    def owners(self) -> models.QuerySet:
        return self.values.objects.as_system(WHY).filter(field_id=int(self.key)).values("record_id")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def _own(self, row: Any, field: str) -> SimpleNamespace:
        known = dict(self.inner.choices)
        kept = (getattr(row, field) or {}).get(self.key) or []
        return SimpleNamespace(value=", ".join(known.get(each, each) for each in kept))
