"""Clients that may be the one somebody is about to add."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from kartu.clients import channels as reading
from kartu.clients.models import Channel, Client, ClientEntity
from kartu.core.actors import Actor
from kartu.firm import requisites
from kartu.search.find import find

MOST = 3


@dataclass(frozen=True)
class Twins:
    """`seen` are those that may be shown, `why` tells of each what is alike. `is_known_elsewhere`: a phone, an
    e-mail or a tax number stands on a client that the person does not see, and that is all he is told."""

    seen: list[Client]
    is_known_elsewhere: bool

    def __bool__(self) -> bool:
        return bool(self.seen) or self.is_known_elsewhere


def twins_of(*, name: str, phone: str, email: str, tax_number: str = "", country: str, by: Actor) -> Twins:
    """Who has the same phone, e-mail or tax number, or nearly the same name."""
    values = [*spellings(Channel.Kind.PHONE, phone, country), *spellings(Channel.Kind.EMAIL, email, country)]
    holders = clients_with(values) | clients_of_tax(tax_number, country)
    seen = list(Client.objects.visible_to(by).filter(pk__in=holders).select_related("responsible")[:MOST])
    hidden = holders - set(Client.objects.visible_to(by).filter(pk__in=holders).values_list("pk", flat=True))
    alike = namesakes(name, by) if len(name.strip()) > 2 else []
    known = {client.pk for client in seen}
    return Twins([*seen, *(client for client in alike if client.pk not in known)][:MOST], bool(hidden))


def spellings(kind: str, typed: str, country: str) -> list[str]:
    """The normal spellings of what is typed; none while it is not yet a whole number or address."""
    try:
        return [way.value for way in reading.read(kind, typed, country)]
    except ValidationError:
        return []


def clients_with(values: list[str]) -> set[int]:
    if not values:
        return set()
    rows = Channel.objects.as_system("telling that a number is known, not whose it is").live()
    return set(rows.filter(value__in=values).values_list("client_id", flat=True)[:50])


def clients_of_tax(typed: str, country: str) -> set[int]:
    """Clients with the tax number that is typed, whole and right."""
    code = requisites.tax_kind(country).code
    try:
        number = requisites.tax_id(country, requisites.validate_ids(country, {code: typed})) if typed.strip() else ""
    except ValidationError:
        return set()
    rows = ClientEntity.objects.as_system("telling that a tax number is known, not whose it is").live()
    return set(rows.filter(tax_id=number).values_list("client_id", flat=True)[:50]) if number else set()


def namesakes(name: str, by: Actor) -> list[Client]:
    found = [each.object_id for group in find(name, by=by, kinds=["client"], limit=MOST) for each in group.found]
    rows = Client.objects.visible_to(by).filter(pk__in=found).select_related("responsible")
    return sorted(rows, key=lambda client: found.index(client.pk))
