"""What an app declares to have a list."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.lists.asking import Asking
from kartu.records.lists.kinds import Kind
from kartu.security.rows import GuardedModel

if TYPE_CHECKING:
    from kartu.records.custom.columns import OwnColumns
    from kartu.records.lists.look import Look

Words = str | Promise
# For columns that are not sorted by.
UNSORTED = "-"
MOST_DIGITS = 12


@dataclass(frozen=True)
class Edit:
    """How a cell is changed where it stands.

    `form_field(asking)` makes the control. `save(row=, value=, base=, by=)` is an action of the app, called with
    what the field gives and with the value that the person saw; without it the list's `change` sets the column.
    `right`: what it needs (default: the list's right to change). `initial(row)`: what stands in the control.
    """

    form_field: Callable[[Asking], forms.Field]
    right: str = ""
    save: Callable[..., Any] | None = None
    initial: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `key` stands in addresses and saved views and never changes. `field` is the model's column with the value
    (default: the key), `filter_field` the one that is compared (default: `field`), `sort` the one that is sorted by
    (default: `filter_field`; UNSORTED: none). `right`: only its holders know that the column exists. `width` in
    pixels; `shown`: from the start. `cell(row, look)` gives the escaped content where the kind's own will not do.
    `total`: its sum stands under the list. `unit` stands in the head: "Rp". `seen_by(column, person)`: the column as a
    person has it who may not read it as it is.
    """

    key: str
    label: Words
    kind: Kind
    field: str = ""
    filter_field: str = ""
    sort: str = ""
    right: str = ""
    width: int = 0
    shown: bool = True
    can_filter: bool = True
    # Some are only filtered by: a segment has no cell.
    can_show: bool = True
    total: bool = False
    unit: Callable[[], str] | None = None
    # Worked out from other columns: it says something else as soon as one of them does.
    follows: bool = False
    edit: Edit | None = None
    cell: Callable[[Any, "Look"], str] | None = None
    seen_by: Callable[["Column", Actor], "Column"] | None = None
    # Further columns of the model that `cell` looks at.
    needs: tuple[str, ...] = ()
    # On a phone a row has two lines: the first column and this at the end of the first (1), or in the second (2).
    phone_line: int = 0
    is_first: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", self.field or self.key)
        # What lies in another table is found by a list of ids, and is not sorted by.
        compared, sorted_by = ("pk", UNSORTED) if self.is_loaded else (self.filter_field or self.field, self.sort)
        object.__setattr__(self, "filter_field", compared)
        object.__setattr__(self, "sort", sorted_by or compared)

    @property
    def can_sort(self) -> bool:
        return self.sort != UNSORTED

    @property
    def is_loaded(self) -> bool:
        """Whether its values come from another table, by a query of their own."""
        return hasattr(self.kind, "load")

    @property
    def head(self) -> str:
        unit = self.unit() if self.unit else ""
        return f"{self.label}, {unit}" if unit else str(self.label)


@dataclass(frozen=True)
class ReadyView:
    """A view that is there from the start. `query`: its question, as in the address ("f=responsible:any:me")."""

    key: str
    label: Words
    query: dict[str, list[str] | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """A page about the same rows, reached from the list by those who hold `right`. `query` ends its address."""

    label: Words
    url_name: str
    icon: str
    right: str
    query: str = ""

    @property
    def url(self) -> str:
        return f"{reverse(self.url_name)}{self.query}"


@dataclass(frozen=True)
class Empty:
    """What a list says while there is nothing: what will be here, what it is good for, the one button."""

    title: Words
    text: Words
    icon: str
    button: Words = ""
    url_name: str = ""
    right: str = ""


@dataclass(frozen=True)
class ListSpec:
    """A list of `model`, whose rows a person sees by its row rule.

    `columns[0]` names the row and is its link: it stays first. `sort`: the key of the column sorted by at first, with
    "-" before it for the other way. `row_url(id)` and `preview_url(id)` lead to the row. `quick(text, asking)`: what
    typing into the box of the list finds; `quick_state(text, asking)`: what that depends on besides the text.
    `by_name`: the model's column that orders rows alike in everything else. `rights` are codes: export, print, change,
    trash, bulk. `count(number)` gives "86 clients".
    """

    key: str
    model: type[GuardedModel]
    title: Words
    count: Callable[[int], str]
    columns: tuple[Column, ...]
    url_name: str
    row_url: Callable[[int], str]
    by_name: str
    empty: Empty
    sort: str = ""
    preview_url: Callable[[int], str] | None = None
    # change(row=, values=, base=, by=): the app's action that writes columns of a row; raises EditConflicts.
    change: Callable[..., Any] | None = None
    quick: Callable[[str, Asking], Q] | None = None
    quick_state: Callable[[str, Asking], Hashable] | None = None
    quick_fields: frozenset[str] = frozenset()
    views: tuple[ReadyView, ...] = ()
    rights: dict[str, str] = field(default_factory=dict)
    icon: str = "list"
    beside: tuple[Beside, ...] = ()
    # The columns that the firm has added, of which each person knows some.
    own: "OwnColumns | None" = None
    # Of a list that is one of several over the same model: the rows that are its own, and what its address ends in.
    within: Q | None = None
    url_args: tuple[int, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @property
    def version(self) -> Hashable:
        """What decides, beside the spec itself, how its columns are asked for: part of the key of every kept query."""
        return (self.key, self.own.version if self.own else None)

    @property
    def right(self) -> str:
        """The right to see the list at all."""
        return self.model.row_rule.view

    @property
    def label(self) -> str:
        """How log and registries call the rows: "clients.client"."""
        return self.model._meta.label_lower

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name, args=self.url_args)

    @cached_property
    def urls(self) -> dict[str, str]:
        """Addresses of the list's pieces: of cells it is what comes before the row's id."""
        names = ("columns", "width", "views", "begin", "counts", "filter", "paste", "print")
        pieces = {name: reverse(f"records:list_{name}", args=[self.key]) for name in names}
        cells = reverse("records:list_cell", args=[self.key, 0, "x"]).removesuffix("0/x/")
        exports = {kind: reverse("records:list_export", args=[self.key, kind]) for kind in ("xlsx", "csv")}
        return {**pieces, **exports, "cells": cells}

    def act_url(self, key: str) -> str:
        return f"{self._acts_at}{key}/"

    @cached_property
    def _acts_at(self) -> str:
        return reverse("records:list_bulk", args=[self.key, "x"]).removesuffix("x/")

    def may(self, person: Actor, what: str) -> bool:
        """Whether the list offers `what` (export, print, change, trash, bulk) and `person` has the right to it."""
        return what in self.rights and person.may(self.rights[what])

    def columns_for(self, person: Actor) -> dict[str, Column]:
        """Key -> column, for all columns that the person may know of."""
        known = {
            key: column.seen_by(column, person) if column.seen_by else column
            for key, column in self.by_key.items()
            if not column.right or person.may(column.right)
        }
        return known | ({column.key: column for column in self.own.columns_for(person)} if self.own else {})

    def shown_to(self, person: Actor) -> dict[str, Column]:
        """Those of `columns_for` that have cells."""
        return {key: column for key, column in self.columns_for(person).items() if column.can_show}

    def rows(self, person: Actor, right: str = "") -> models.QuerySet:
        """The rows that `person` reaches; the paths of all columns it knows lead on from them."""
        return self.joined(self.model.objects.visible_to(person, right), person)

    def joined(self, rows: models.QuerySet, person: Actor) -> models.QuerySet:
        rows = rows if self.within is None else rows.filter(self.within)
        return self.own.joined(rows, person) if self.own else rows


lists: Registry[ListSpec] = Registry("records.lists", "Lists with filters, views, export and all: a ListSpec.")


@dataclass(frozen=True)
class ListFamily:
    """Lists that come and go with what the firm sets up. "rows-5" is the list `of(5, person)` of the family "rows";
    None: there is none, or none for this person. `all_of(person)`: those that he sees."""

    key: str
    of: Callable[[int, Actor], ListSpec | None]
    all_of: Callable[[Actor], list[ListSpec]]


families: Registry[ListFamily] = Registry(
    "records.list_families", "Lists that the firm's own settings make, under keys like rows-5: a ListFamily."
)


def list_called(key: str, person: Actor) -> ListSpec | None:
    """The list `key` as `person` knows it; whether he has the right to its rows is asked by whoever shows it."""
    family, _mark, number = key.partition("-")
    if family in families and number.isdecimal() and len(number) < MOST_DIGITS:
        return families[family].of(int(number), person)
    return lists.get(key)


def lists_for(person: Actor) -> list[ListSpec]:
    """All lists that `person` may see."""
    known = [*lists, *(spec for family in families for spec in family.all_of(person))]
    return [spec for spec in known if person.may(spec.right)]
