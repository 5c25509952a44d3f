"""How good the data of clients are: what is missing, doubtful or there twice. Every figure opens its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

import phonenumbers
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.clients.contact_details import veiled
from kartu.clients.models import Channel, Client, ClientEntity, Doubt, DuplicatePair
from kartu.clients.rights import MERGE, VIEW
from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.firm import requisites

COUNTED = 10_000
CHUNK = 500
READ = 5000
WHY = "looking for numbers that cannot be right"


@dataclass(frozen=True)
class Figure:
    """`count` clients (COUNTED + 1: more than that), which `url` opens."""

    label: str | Promise
    hint: str | Promise
    icon: str
    count: int
    url: str


def figures(by: Actor) -> list[Figure]:
    """What is amiss with the clients that `by` sees."""
    clients = Client.objects.visible_to(by)
    found = [
        Figure(
            _("Without phone and e-mail"), _("nobody can reach them"), "phone-off",
            counted(clients.filter(phone="", email="")), listed("phone:empty", "email:empty"),
        ),
        Figure(
            _("Looked after by nobody"), _("hand them over to somebody"), "user-question",
            counted(clients.filter(responsible=None)), listed("responsible:empty"),
        ),
        Figure(
            _("Never spoken to"), _("no call, no meeting, no message so far"), "message-off",
            counted(clients.filter(last_touch_at=None)), listed("last_touch:empty"),
        ),
        *(
            Figure(label, hint, icon, counted(doubts(kind, by)), reverse("clients:doubts", args=[kind]))
            for kind, label, hint, icon in DOUBTS
        ),
    ]  # fmt: skip
    hint, url = _("pairs of cards to look at"), reverse("clients:duplicates" if by.may(MERGE) else "clients:twice")
    return [*found, Figure(_("Perhaps on two cards"), hint, "copy-check", counted(pairs(by)), url)]


def pairs(by: Actor) -> QuerySet[DuplicatePair]:
    """The pairs that `by` may merge; who may merge none, those of which he sees both cards."""
    return DuplicatePair.objects.reached_by(by, MERGE if by.may(MERGE) else VIEW)


DOUBTS = (
    (Doubt.Kind.PHONE, _("Doubtful phones"), _("no such numbers are given out"), "phone-x"),
    (Doubt.Kind.TAX, _("Doubtful tax numbers"), _("a digit is wrong"), "receipt-tax"),
)


def counted(rows: QuerySet) -> int:
    """At most COUNTED + 1: nobody works through more."""
    return len(rows.order_by().values_list("pk")[: COUNTED + 1])


def listed(*conditions: str) -> str:
    return f"{reverse('clients:list')}?{urlencode({'f': conditions}, doseq=True)}"


def doubts(kind: str, by: Actor) -> QuerySet[Doubt]:
    """Doubtful numbers of clients that `by` sees, as far as they still stand there."""
    found = Doubt.objects.filter(kind=kind, client_id__in=Client.objects.visible_to(by).values("pk"))
    model, column = (Channel, "value") if kind == Doubt.Kind.PHONE else (ClientEntity, "tax_id")
    there = model.objects.visible_to(by).filter(client_id=OuterRef("client_id"), **{column: OuterRef("value")})
    return found.filter(Exists(there))


def shown(doubt: Doubt, by: Actor) -> str:
    return veiled(doubt.value, by) if doubt.kind == Doubt.Kind.PHONE else doubt.value


def search() -> int:
    """Look at all numbers of the firm and keep those that cannot be right; how many."""
    run = (Doubt.objects.order_by("-run").values_list("run", flat=True).first() or 0) + 1
    found = doubtful(run)
    count = 0
    while rows := list(islice(found, CHUNK)):
        with chunk(count):
            Doubt.objects.bulk_create(rows)
        count += len(rows)
    old = Doubt.objects.filter(run__lt=run)
    while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
        with chunk():
            Doubt.objects.filter(pk__in=ids).delete()
    return count


def doubtful(run: int) -> Iterator[Doubt]:
    for kind, rows, is_wrong in (
        (Doubt.Kind.PHONE, numbers(), is_wrong_phone),
        (Doubt.Kind.TAX, tax_ids(), is_wrong_tax_id),
    ):
        for client_id, value, country in rows:
            if is_wrong(value, country):
                yield Doubt(kind=kind, client_id=client_id, value=value, run=run)


def numbers() -> Iterator[tuple[int, str, str]]:
    kinds = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)
    rows = Channel.objects.as_system(WHY).live().filter(kind__in=kinds).order_by("client_id")
    return ((pk, value, "") for pk, value in rows.values_list("client_id", "value").iterator(READ))


def tax_ids() -> Iterator[tuple[int, str, str]]:
    rows = ClientEntity.objects.as_system(WHY).live().exclude(tax_id="").order_by("client_id")
    return rows.values_list("client_id", "tax_id", "country").iterator(READ)


def is_wrong_phone(value: str, country: str) -> bool:
    try:
        return not phonenumbers.is_valid_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return True


def is_wrong_tax_id(value: str, country: str) -> bool:
    """Of a country whose numbers have check digits; an Indonesian NIK counts as one that taxes are paid under."""
    fitting: list[Callable[[str], str]] = [kind.validate for kind in requisites.kinds(country) if kind.is_tax_id]
    for validate in fitting:
        try:
            validate(value)
        except ValidationError:
            return True
    return False
