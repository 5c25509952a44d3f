"""Colleagues as rows of files name them."""

from kartu.core.text import fold
from kartu.firm.models import User


def colleagues() -> dict[str, User]:
    """Folded name or e-mail -> colleague; a name of two colleagues is nobody's."""
    people: dict[str, User | None] = {}
    for person in User.objects.active().select_related("team", "role"):
        for name in {fold(person.name), fold(person.email)}:
            people[name] = person if name not in people else None
    return {name: person for name, person in people.items() if person}
