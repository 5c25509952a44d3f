"""What the apps above add to the card of a client. The card asks for them with the client as it was fetched for the
card: with its contacts, channels, addresses and tags at hand, so that a count of these costs no query."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from kartu.clients.card import Card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.printing import Section

Words = str | Promise


@dataclass(frozen=True)
class CardTab:
    """A section of the card. `view_name` is the address of its piece, which takes the client's id (and `args`) and is
    fetched when the section is first opened. `count` is what stands beside the label: 0 puts the tab under "More", None
    shows it without a number. Only holders of `right` see it."""

    key: str
    label: Words
    view_name: str
    order: int
    count: Callable[[Client, Actor], int | None] | None = None
    right: str = ""
    args: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One fact under the head: `value` in bold, `note` below it; `tone` as in the kit; `href` leads to the records,
    `look` shows the record it names on hovering."""

    label: Words
    value: str
    note: str = ""
    note_icon: str = ""
    tone: str = ""
    href: str = ""
    look: str = ""


@dataclass(frozen=True)
class CardFact:
    """A fact of the strip, of which the first six are shown. `fact` gives None where there is nothing to say; `label`
    names it where the strip is put in order."""

    key: str
    label: Words
    order: int
    fact: Callable[[Client, Actor], Fact | None]
    right: str = ""


@dataclass(frozen=True)
class RailSection:
    """A section of the right side: `template` is shown with `client` and what `context(client, by)` gives; None of it
    leaves the section out."""

    key: str
    order: int
    template: str
    context: Callable[[Client, Actor], dict | None]
    right: str = ""


@dataclass(frozen=True)
class CardNext:
    """What stands under "Next", before the history: `template` is shown with `told`, what `context(card)` gives."""

    key: str
    order: int
    template: str
    context: Callable[[Card], dict]
    right: str = ""


@dataclass(frozen=True)
class CardAct:
    """A line of the card's menu for who may change the client: opens `url(client_id)` at the side. `url` puts nothing
    but the number into an address."""

    key: str
    label: Words
    icon: str
    order: int
    url: Callable[[int], str]
    right: str = ""


@dataclass(frozen=True)
class TimelineSource:
    """A kind of entries in the history of the card.

    `entries(client, by, before, limit, kind=)` gives those behind `before` (None: from the newest on), newest first, at
    most `limit`; `Cursor.behind` picks the rows. `order` decides among entries of one moment and is the source's own.
    `filters` are the kinds that a person can choose among: (key, label); without them it is (key, label) itself.
    `count`: how many entries there are in all.
    """

    key: str
    label: Words
    icon: str
    order: int
    entries: Callable[..., Iterable[Entry]]
    filters: tuple[tuple[str, Words], ...] = ()
    count: Callable[[Client, Actor], int] | None = None
    right: str = ""

    def choices(self) -> tuple[tuple[str, Words], ...]:
        return self.filters or ((self.key, self.label),)


@dataclass(frozen=True)
class DossierPart:
    """A part of the printed dossier, which a person can leave out. `section(card, period)` gives what is printed of
    the client, in the language of the paper; an empty one is left out. Only holders of `right` print it."""

    key: str
    label: Words
    order: int
    section: Callable[[Card, Period], Section]
    right: str = ""


__all__ = [
    "CardAct",
    "CardFact",
    "CardNext",
    "CardTab",
    "Cursor",
    "DossierPart",
    "Entry",
    "Fact",
    "RailSection",
    "TimelineSource",
]

dossier_parts: Registry[DossierPart] = Registry(
    "clients.dossier", "Parts of the dossier that is printed of a client: a DossierPart."
)
card_tabs: Registry[CardTab] = Registry("clients.card.tabs", "Sections of a client's card: a CardTab.")
card_facts: Registry[CardFact] = Registry("clients.card.facts", "Facts under the head of a client's card: a CardFact.")
card_rail: Registry[RailSection] = Registry(
    "clients.card.rail", "Sections on the right side of a client's card: a RailSection."
)
card_next: Registry[CardNext] = Registry("clients.card.next", "What comes next, on a client's card: a CardNext.")
card_acts: Registry[CardAct] = Registry("clients.card.acts", "Lines of the menu of a client's card: a CardAct.")
timeline: Registry[TimelineSource] = Registry(
    "clients.timeline", "Kinds of entries in the history on a client's card: a TimelineSource."
)
