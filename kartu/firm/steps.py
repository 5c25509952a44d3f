"""What to do first: what the page after the first run offers."""

from dataclasses import dataclass

from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class FirstStep:
    """A way to begin. `right` empty: everybody sees it. `code`: a command to copy, where there is no page to open."""

    key: str
    label: str
    text: str
    icon: str
    order: int
    url_name: str = ""
    right: str = ""
    code: str = ""


first_steps: Registry[FirstStep] = Registry(
    "firm.first_steps", "Ways to begin, shown after the first run and after joining: a FirstStep."
)


def steps_for(person: Actor) -> list[FirstStep]:
    return [step for step in first_steps if not step.right or person.may(step.right)]
