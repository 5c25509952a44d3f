"""Clients that may be the one somebody is about to add, looked for while he types by the keys of the nightly search."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients import channels as reading
from kartu.clients.contact_details import EMAILS, PHONES, Sight, sees_all, sight
from kartu.clients.duplicates.judging import WEIGHTS, Why, in_words, name_why, reasons_of
from kartu.clients.duplicates.keys import key_of_company, key_of_person
from kartu.clients.models import Channel, Client, ClientEntity, Contact
from kartu.clients.probing import Probes
from kartu.clients.whole_numbers import numbers_told
from kartu.core.actors import Actor
from kartu.firm import requisites
from kartu.firm.names import split_person
from kartu.search.find import find

MOST = 3
HELD = 50  # clients of one key that are looked at
KNOWN = "telling that a phone, an e-mail or a tax number is known, not whose it is"
NUMBERS = Why.PHONE | Why.EMAIL | Why.TAX


@dataclass(frozen=True)
class Twin:
    """A client that may be shown. `why` tells what is alike, `person` names the contact at it who is."""

    client: Client
    why: list[str]
    person: str = ""


@dataclass(frozen=True)
class Twins:
    """`is_known_elsewhere`: a phone, an e-mail or a tax number stands on a client that the person does not see, and
    that is all he is told."""

    seen: list[Twin]
    is_known_elsewhere: bool

    def __bool__(self) -> bool:
        return bool(self.seen) or self.is_known_elsewhere


@dataclass(frozen=True)
class Typed:
    """What stands in the form so far."""

    name: str
    phone: str
    email: str
    country: str
    tax_number: str = ""
    is_company: bool = True

    @property
    def person_key(self) -> str:
        parts = split_person(self.name, self.country)
        return key_of_person(self.name, parts.family, parts.given)

    @property
    def has_name(self) -> bool:
        return len(self.name.strip()) > 2


def twins_told(typed: Typed, *, by: Actor) -> Twins:
    """`twins_of` for whoever types: what is known elsewhere stands in the log, and is told so often only."""
    found = twins_of(without_masked(typed, by), by=by)
    if not found.is_known_elsewhere:
        return found
    asked = {name: getattr(typed, name) for name in ("name", "phone", "email", "tax_number")}
    return found if Probes(by).tells(**asked) else replace(found, is_known_elsewhere=False)


def without_masked(typed: Typed, by: Actor) -> Typed:
    """What is typed, as far as `by` is told who has it: of what he reads behind masks, so much in an hour only."""
    if sees_all(by):
        return typed
    told = {
        "phone": typed.phone if sight(by, PHONES) is Sight.FULL else ", ".join(numbers_told(typed.phone, by)),
        "email": typed.email if sight(by, EMAILS) is Sight.FULL else ", ".join(numbers_told(typed.email, by)),
    }
    return replace(typed, **told)


def twins_of(typed: Typed, *, by: Actor) -> Twins:
    """Who has the same phone, e-mail, tax number or name, and whose name begins like it."""
    held, people = holders(typed)
    rows = Client.objects.visible_to(by).filter(pk__in=held).select_related("responsible")
    seen = {client.pk: client for client in rows}
    is_hidden = any(why & NUMBERS and pk not in seen for pk, why in held.items())
    alike = sorted(seen.values(), key=lambda client: -weight(held[client.pk]))[:MOST]
    twins = [Twin(client, told(held[client.pk], typed.name, client), people.get(client.pk, "")) for client in alike]
    if typed.has_name:
        further = [client for client in namesakes(typed.name, by) if client.pk not in seen]
        twins += [Twin(client, [_("a similar name")]) for client in further]
    return Twins(twins[:MOST], is_hidden)


def holders(typed: Typed) -> tuple[dict[int, Why], dict[int, str]]:
    """Client -> what it shares with what is typed, whoever may see it; client -> the person at it who has that name."""
    held: dict[int, Why] = defaultdict(lambda: Why(0))
    people: dict[int, str] = {}
    for kind, value, why in (
        (Channel.Kind.PHONE, typed.phone, Why.PHONE),
        (Channel.Kind.EMAIL, typed.email, Why.EMAIL),
    ):
        if values := spellings(kind, value, typed.country):
            rows = Channel.objects.as_system(KNOWN).live().filter(value__in=values)
            for pk in rows.values_list("client_id", flat=True)[:HELD]:
                held[pk] |= why
    if number := tax_id_of(typed.tax_number, typed.country):
        rows = ClientEntity.objects.as_system(KNOWN).live().filter(tax_id=number)
        for pk in rows.values_list("client_id", flat=True)[:HELD]:
            held[pk] |= Why.TAX
    if typed.has_name:
        put_namesakes(typed, held, people)
    return held, people


def put_namesakes(typed: Typed, held: dict[int, Why], people: dict[int, str]) -> None:
    why = "names of one sound, of which only those of visible clients are told"
    key = key_of_company(typed.name) if typed.is_company else typed.person_key
    if key:
        rows = Client.objects.as_system(why).live().filter(match_key=key)
        for pk in rows.values_list("pk", flat=True)[:HELD]:
            held[pk] |= Why.SOUND
    if not typed.is_company and typed.person_key:
        rows = Contact.objects.as_system(why).live().filter(match_key=typed.person_key)
        for pk, name in rows.values_list("client_id", "name")[:HELD]:
            held[pk] |= Why.SOUND
            people[pk] = name


def weight(why: Why) -> float:
    return sum(WEIGHTS[reason] for reason in reasons_of(why))


def told(why: Why, name: str, client: Client) -> list[str]:
    return in_words(name_why(name, client.name, why))


def spellings(kind: str, typed: str, country: str) -> list[str]:
    """The normal spellings of what is typed; none while it is not yet a whole number or address."""
    try:
        return [way.value for way in reading.read(kind, typed, country)]
    except ValidationError:
        return []


def tax_id_of(typed: str, country: str) -> str:
    """The tax number that is typed, whole and right; "" while it is not."""
    code = requisites.tax_kind(country).code
    try:
        return requisites.tax_id(country, requisites.validate_ids(country, {code: typed})) if typed.strip() else ""
    except ValidationError:
        return ""


def namesakes(name: str, by: Actor) -> list[Client]:
    found = [each.object_id for group in find(name, by=by, kinds=["client"], limit=MOST) for each in group.found]
    rows = Client.objects.visible_to(by).filter(pk__in=found).select_related("responsible")
    return sorted(rows, key=lambda client: found.index(client.pk))
