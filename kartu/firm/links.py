"""What the apps above offer about the firm's own records: people, teams, branches, legal entities."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from kartu.core.registry import Registry
from kartu.firm.models import User


@dataclass(frozen=True)
class RecordLink:
    """A link on the page of a person, team, branch or legal entity; it opens at the side."""

    key: str
    label: str | Promise
    icon: str
    url: Callable[[models.Model], str]
    order: int = 0


record_links: Registry[RecordLink] = Registry(
    "firm.record_links", "Links on the pages of people, teams, branches and legal entities: a RecordLink."
)


@dataclass(frozen=True)
class PersonAct:
    """A button on the page of a colleague, for those who may change people. `is_for(person)`: whether it is shown."""

    key: str
    label: str | Promise
    icon: str
    url: Callable[[User], str]
    is_for: Callable[[User], bool] = lambda person: True
    kind: str = "plain"
    order: int = 0


person_acts: Registry[PersonAct] = Registry(
    "firm.person_acts", "Buttons on the page of a colleague, for those who may change people: a PersonAct."
)


@dataclass(frozen=True)
class PersonMark:
    """A word beside a colleague's name, for those who may change people. `said(ids)` gives (word, tone, address) of
    those people whom it is true of; one question for a whole list."""

    key: str
    icon: str
    said: Callable[[Iterable[int]], dict[int, tuple[str, str, str]]]
    order: int = 0


person_marks: Registry[PersonMark] = Registry(
    "firm.person_marks", "Words beside colleagues' names, such as that one's work waits for a hand-over: a PersonMark."
)


def marks_of(people: Iterable[User]) -> dict[int, list[dict[str, str]]]:
    """Id -> what is to be said of that person."""
    ids = [person.pk for person in people]
    marks: dict[int, list[dict[str, str]]] = {pk: [] for pk in ids}
    for mark in person_marks if ids else ():
        for pk, (word, tone, url) in mark.said(ids).items():
            marks[pk].append({"text": word, "tone": tone, "url": url, "icon": mark.icon})
    return marks
