"""Colleagues named with @ in a text: "@Ayu Lestari, please look"."""

from kartu.clients.models import Client
from kartu.clients.rights import reaches
from kartu.core.text import fold
from kartu.firm.models import User


def those_who_see(client: Client) -> list[User]:
    """The colleagues who may be named in a text about `client`: naming another would tell him of it."""
    return [person for person in User.objects.with_rights() if reaches(person, client)]


def mentioned(text: str, client: Client) -> list[User]:
    """Those who see `client` and are named in `text`, by the whole name or the first word of it if that is enough."""
    if "@" not in text:
        return []
    folded = fold(text)
    people = those_who_see(client)
    return [person for person in people if any(is_named(name, folded) for name in calls(person, people))]


def calls(person: User, people: list[User]) -> list[str]:
    """What `person` may be called after the @, so that nobody else among `people` is meant."""
    whole = fold(person.name)
    first = whole.split(" ")[0]
    is_alone = sum(fold(other.name).split(" ")[0] == first for other in people) == 1
    return [whole, first] if is_alone else [whole]


def is_named(name: str, folded: str) -> bool:
    start = folded.find(f"@{name}")
    while start >= 0:
        before, after = folded[start - 1 : start], folded[start + 1 + len(name) :][:1]
        if not (before.isalnum() or after.isalnum()):
            return True
        start = folded.find(f"@{name}", start + 1)
    return False
