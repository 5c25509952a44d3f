"""What the page of a colleague tells of his work. The apps above add the lines."""

from collections.abc import Callable
from dataclasses import dataclass

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.firm.models import User


@dataclass(frozen=True)
class PersonFact:
    """A line such as "Clients 86". `value(person, by)` counts what `by` may see, or gives None to leave it out."""

    key: str
    label: str
    value: Callable[[User, Actor], int | str | None]
    order: int
    url: Callable[[User], str] | None = None


person_facts: Registry[PersonFact] = Registry(
    "firm.person_facts", "Lines on the page of a colleague, such as how many clients he has: a PersonFact."
)


def facts_of(person: User, by: Actor) -> list[dict]:
    shown = [(fact, fact.value(person, by)) for fact in person_facts]
    return [
        {"label": fact.label, "value": value, "url": fact.url(person) if fact.url else ""}
        for fact, value in shown
        if value is not None
    ]
