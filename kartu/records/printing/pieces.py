"""What a paper about one record is put together from (`paper/record.typ` knows how each looks), and its letterhead."""

from dataclasses import dataclass, field
from typing import Any

from kartu.firm import requisites
from kartu.firm.models import Firm, LegalEntity


@dataclass(frozen=True)
class Line:
    """`lead` stands grey on the left ("Phone", a day), `note` grey behind the text."""

    lead: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Box:
    """A thing that has lines of its own: a person, a legal person."""

    name: str
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True)
class Happening:
    """An entry of a history: when, what it was, who, what was said, what came of it."""

    day: str
    time: str
    what: str
    who: str = ""
    text: str = ""
    result: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the paper under a title of its own; `note` stands beside the title, `end` below the last line."""

    title: str
    note: str = ""
    text: str = ""
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    history: list[Happening] = field(default_factory=list)
    end: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.lines or self.boxes or self.history or self.end)


def letterhead() -> dict[str, Any]:
    """The firm's name, its logo as a list of bytes, and the requisites of its main legal person in one line."""
    firm = Firm.current()
    entity = LegalEntity.objects.filter(is_main=True, is_active=True).first()
    return {"firm": firm.name if firm else "", "logo": logo_of(firm), "requisites": requisites_of(entity, firm)}


def logo_of(firm: Firm | None) -> list[int]:
    """Nothing where there is no logo, or its file cannot be read: a paper does not fail for a picture."""
    if firm is None or not firm.logo:
        return []
    try:
        with firm.logo.open("rb") as file:
            return list(file.read())
    except OSError:
        return []


def requisites_of(entity: LegalEntity | None, firm: Firm | None) -> str:
    if entity is None:
        return ""
    name = [] if firm and entity.name == firm.name else [entity.name]
    numbers = [f"{label} {number}" for label, number in requisites.shown(entity.registry_ids)]
    return " · ".join([*name, *numbers, *filter(None, [" ".join(entity.address.split())])])
