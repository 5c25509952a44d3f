"""Kinds of columns whose values are records: people, items of a directory, tags, a person's own marks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Expression, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.core.components.basics import avatar
from kartu.core.text import sort_key
from kartu.firm.models import User
from kartu.records.lists.asking import Asking
from kartu.records.lists.kinds import Kind, id_of
from kartu.security.prepared import PLACES, USUAL, asked, filled_up, hidden_now

if TYPE_CHECKING:
    from kartu.records.lists.look import Look

ME = "me"


@dataclass(frozen=True)
class Linked(Kind):
    """A record of a table that everybody may read. `field` is the foreign key's column ("status_id")."""

    operations: ClassVar = ("any", "none", "empty", "filled")
    input: ClassVar = "choice"

    model: type[models.Model] | None = None

    def clean_one(self, text: str) -> Any:
        return id_of(text)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        chosen = Q(**{f"{field}__in": values})
        # Django's "not" takes in the rows without a value: "is not new" is also said of no status at all.
        return chosen if operation == "any" else ~chosen

    def said(self, value: Any, asking: Asking) -> str:
        return dict(self.options(asking)).get(str(value), "?")

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(str(pk), label) for pk, label in self.known(asking)]

    def known(self, asking: Asking) -> list[tuple[int, str]]:
        return asking.remembered(self.model, self.ordered)

    def ordered(self) -> list[tuple[int, str]]:
        """(id, label) of all records in the order of sorting."""
        return list(asked(("names", self.model), lambda: self.model.objects.values_list("pk", "name")))

    def ranks(self, asking: Asking) -> list[int]:
        return [pk for pk, _label in self.known(asking)]

    def label_of(self, field: str) -> str:
        return f"{field.removesuffix('_id')}_label"

    def reads(self, field: str) -> dict[str, Expression]:
        return {self.label_of(field): F(f"{field.removesuffix('_id')}__name")}

    def value(self, row: Any, field: str) -> str:
        return getattr(row, self.label_of(field)) or ""


@dataclass(frozen=True)
class Directory(Linked):
    """An item of a short list that the firm fills itself."""


@dataclass(frozen=True)
class Person(Linked):
    """A colleague. "me" is whoever asks, so that a shared view "My clients" is everybody's own."""

    def clean_one(self, text: str) -> Any:
        return ME if text == ME else id_of(text)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        values = [asking.person.pk if value == ME else value for value in values]
        return super().compare(field, operation, values, asking)

    def said(self, value: Any, asking: Asking) -> str:
        return _("me") if value == ME else super().said(value, asking)

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(ME, _("me")), *super().options(asking)]

    def ordered(self) -> list[tuple[int, str]]:
        return sorted(super().ordered(), key=lambda person: (sort_key(person[1]), person[0]))

    def html(self, row: Any, field: str, look: "Look") -> str:
        name = self.value(row, field)
        if not name:
            return ""
        return self._linked(getattr(row, field), name)

    @staticmethod
    @lru_cache(maxsize=2000)
    def _linked(key: int, name: str) -> str:
        """Out of the way of Tab, which would stop in every row twice: arrows lead to the cell, Enter to the person."""
        page, look = reverse("firm:person", args=[key]), reverse("firm:look", args=[key])
        link = f'<a class="ink cut" href="{page}" data-preview="{look}" tabindex="-1">{escape(name)}</a>'
        return f'<span class="row-x">{avatar(name, key=key)}{link}</span>'


@dataclass(frozen=True)
class Tags(Kind):
    """Words of the firm's own on a row: `through` rows lead from the row (`owner`) to a `tag`."""

    operations: ClassVar = ("any", "none", "empty", "filled")
    input: ClassVar = "choice"

    through: type[models.Model] | None = None
    owner: str = ""
    tag: str = "tag"

    @property
    def model(self) -> type[models.Model]:
        return self.through._meta.get_field(self.tag).related_model

    def clean_one(self, text: str) -> Any:
        return id_of(text)

    def is_empty(self, field: str) -> Q:
        return ~Q(pk__in=self.owners())

    def is_filled(self, field: str) -> Q:
        return Q(pk__in=self.owners())

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        tagged = Q(pk__in=self.owners(values))
        return tagged if operation == "any" else ~tagged

    def owners(self, tags: list[int] | None = None) -> models.QuerySet:
        rows = self.through.objects.as_system("which rows have a tag; the outer query shows only visible ones")
        rows = rows.live(deep=False)
        if tags is not None:
            rows = rows.filter(**{f"{self.tag}_id__in": tags})
        return rows.values(f"{self.owner}_id")

    def said(self, value: Any, asking: Asking) -> str:
        return dict(self.options(asking)).get(str(value), "?")

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return asking.remembered(("names", self.model), self._options)

    def _options(self) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in self.model.objects.values_list("pk", "name")]

    def load(self, ids: list[int], asking: Asking) -> dict[int, list[str]]:
        """Row id -> names of its tags."""
        found: dict[int, list[str]] = {}
        if len(ids) > USUAL:
            pairs = self._named(ids)
        else:
            pairs = asked(("tags", self.through, hidden_now()), lambda: self._named(PLACES), filled_up(ids))
        for owner, name in pairs:
            found.setdefault(owner, []).append(name)
        return found

    def _named(self, ids: list[int]) -> models.QuerySet:
        rows = self.through.objects.as_system("tags of rows that have just been shown").live(deep=False)
        rows = rows.filter(**{f"{self.owner}_id__in": ids}).order_by(*self.order())
        return rows.values_list(f"{self.owner}_id", f"{self.tag}__name")

    def order(self) -> tuple[str, ...]:
        return (f"{self.tag}__position", f"{self.tag}__name_key")

    def value(self, row: Any, field: str) -> str:
        return ", ".join(getattr(row, field, ()))

    def html(self, row: Any, field: str, look: "Look") -> str:
        return " ".join(f'<span class="chip">{escape(name)}</span>' for name in getattr(row, field, ()))


@dataclass(frozen=True)
class People(Tags):
    """Colleagues named on a row by `through` rows. "me" is whoever asks."""

    tag: str = "person"

    def clean_one(self, text: str) -> Any:
        return ME if text == ME else super().clean_one(text)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        return super().compare(
            field, operation, [asking.person.pk if value == ME else value for value in values], asking
        )

    def said(self, value: Any, asking: Asking) -> str:
        return _("me") if value == ME else super().said(value, asking)

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(ME, _("me")), *super().options(asking)]

    def _options(self) -> list[tuple[str, str]]:
        people = self.model.objects.values_list("pk", "name")
        return [(str(pk), name) for pk, name in sorted(people, key=lambda each: (sort_key(each[1]), each[0]))]

    def order(self) -> tuple[str, ...]:
        return (f"{self.tag}__name", f"{self.tag}_id")


@dataclass(frozen=True)
class Told(Kind):
    """Yes or no, told by other rows. `load` gives the ids of which it is so."""

    operations: ClassVar = ("yes", "no")

    def value(self, row: Any, field: str) -> str:
        return _("yes") if getattr(row, field, False) else ""


@dataclass(frozen=True)
class Mine(Told):
    """Whether the person has marked the row (a favourite). `marks(asking)`: the marks it has made."""

    marks: Callable[[Asking], models.QuerySet] | None = None
    owner: str = ""

    def where(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        marked = Q(pk__in=self.marks(asking).values(f"{self.owner}_id"))
        return marked if operation == "yes" else ~marked

    def load(self, ids: list[int], asking: Asking) -> dict[int, bool]:
        marked = self.marks(asking).filter(**{f"{self.owner}_id__in": ids})
        return dict.fromkeys(marked.values_list(f"{self.owner}_id", flat=True), True)


@dataclass(frozen=True)
class Gone(Told):
    """Whether the colleague in `person` ("responsible_id") works here no more. `rows()`: those the column is about."""

    person: str = ""
    rows: Callable[[], models.QuerySet] | None = None

    def where(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        gone = Q(**{f"{self.person}__in": User.objects.filter(is_active=False).values("pk")})
        return gone if operation == "yes" else ~gone

    def load(self, ids: list[int], asking: Asking) -> dict[int, bool]:
        found = self.rows().filter(self.where("", "yes", [], asking), pk__in=ids)
        return dict.fromkeys(found.values_list("pk", flat=True), True)
