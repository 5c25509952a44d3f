"""The forms in which a record of a client is edited, and what people type into each of their fields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.forms.client import ClientForm
from kartu.clients.forms.custom import OwnForm, fields_of_section
from kartu.clients.forms.parts import AddressForm, ChannelForm, ContactForm
from kartu.clients.forms.requisites import AccountForm, EntityForm
from kartu.clients.models import Category, Client, ClientRow, Source, Status
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.custom import actions as shaping
from kartu.records.custom.definitions import section_for
from kartu.records.models import Section

Pool = tuple[tuple[str, ...], ...]
ENTITY = "clients.client"


@dataclass
class Sheet:
    """`form(data, person)` is the form over the row as it stands now; `pools`: field -> what is typed into it."""

    name: str
    url: str
    form: Callable[[QueryDict | None, User], Any]
    pools: dict[str, Pool]


def of(*values: object, may_be_empty: bool = True) -> Pool:
    return (*(() for _ in range(may_be_empty)), *((str(value),) for value in values))


def needed(*values: object) -> Pool:
    return of(*values, may_be_empty=False)


LINES = "Gate closes at 16:00\r\nAsk for Rina"
DAYS = of("2026-11-02", "2026-11-03")
TEXTS = of("One", "Two", "Три")
PERSON = {
    "family_name": of("Kusuma", "Wijaya"),
    "given_name": of("Rina", "Budi"),
    "patronymic": of("Petrovich"),
    "salutation": of("Ibu", "Pak"),
    "birthday": DAYS,
}
PLACE = {name: TEXTS for name in ("region", "postcode", "note")} | {"city": needed("Solo", "Garut", "Bogor")}


def all_sheets(owner: User, seller: User) -> list[Sheet]:
    lists = {}
    for model, name in ((Status, "status"), (Category, "category"), (Source, "source")):
        rows = [model.objects.create(name=each, name_key=fold(each), position=1) for each in ("First", "Second")]
        lists[name] = of(*(row.pk for row in rows))
    client = actions.add_client(name="PT Sinar", about="One", pinned="One\nTwo", by=seller)
    person = actions.add_client(name="Rina Kusuma", kind="person", country="RU", by=seller)
    return [
        of_client(client, lists | PERSON, needed("company", "company", "person")),
        of_client(person, lists | PERSON, needed("person", "person", "company")),
        *of_own_fields(client, owner, seller),
        *of_parts(actions.add_client(name="PT Sinar Group", by=seller), seller),
    ]


def of_client(client: Client, more: dict[str, Pool], kinds: Pool) -> Sheet:
    pools = {
        "kind": kinds,
        "name": needed("Rina Kusuma", "Budi Wijaya", "Sari"),
        **{name: TEXTS for name in ("about", "consent_how")},
        "pinned": of("One", LINES),
        "country": of("ID", "RU"),
        "language": of("en", "ru"),
        "consent_at": DAYS,
        **more,
    }

    def form(data: QueryDict | None, person: User) -> ClientForm:
        return ClientForm(data, row=Client.objects.visible_to(person).get(pk=client.pk), by=person)

    return Sheet(client.kind, reverse("clients:edit", args=[client.pk]), form, pools)


def own_pools(section: Section, owner: User) -> dict[str, Pool]:
    """The pools of a new field of each type in `section`."""
    colleagues = needed(*User.objects.order_by("pk").values_list("pk", flat=True)[:2])
    clients = needed(*Client.objects.as_system("a test").order_by("pk").values_list("pk", flat=True)[:2])
    typed: dict[str, Pool] = {
        "text": TEXTS,
        "long": of("One", LINES),
        "whole": of(7, 12),
        "decimal": of(3, 4),
        "money": of("7", "12"),
        "date": DAYS,
        "moment": of("2026-11-02T10:00", "2026-11-03T16:30"),
        "flag": of("yes", "no"),
        "person": ((), *colleagues),
        "reference": ((), *clients),
        "phone": of("+62811947203", "+62811947204"),
        "email": of("rina@sinar.example", "budi@sinar.example"),
        "link": of("https://sinar.example/a", "https://sinar.example/b"),
        "barcode": of("4601234567893", "4600000000001"),
    }
    pools = {}
    for code, pool in typed.items():
        to = {"to": ENTITY} if code == "reference" else {}
        pools[f"f{shaping.add_field(section=section, type=code, name=code, by=owner, **to).pk}"] = pool
    one = shaping.add_field(section=section, type="choice", name="one", choices=["A", "B"], by=owner)
    several = shaping.add_field(section=section, type="choices", name="several", choices=["A", "B"], by=owner)
    keys = [key for key, _label in several.options["choices"]]
    pools[f"f{one.pk}"] = of(*(key for key, _label in one.options["choices"]))
    pools[f"f{several.pk}"] = (*of(*keys), tuple(keys))
    return pools


def of_own_fields(client: Client, owner: User, seller: User) -> list[Sheet]:
    fields, table = (shaping.add_section(entity=ENTITY, kind=kind, name=kind, by=owner) for kind in ("fields", "table"))
    pools = {section.pk: own_pools(section, owner) for section in (fields, table)}
    first = next(key for key in pools[table.pk])
    row = actions.add_row(
        client=client, section_id=table.pk, values={f"custom.{first.removeprefix('f')}": "One"}, by=seller
    )

    def of_fields(data: QueryDict | None, person: User) -> OwnForm:
        shapes = fields_of_section(fields.pk, person)
        return OwnForm(data, row=Client.objects.visible_to(person).get(pk=client.pk), shapes=shapes, by=person)

    def of_row(data: QueryDict | None, person: User) -> OwnForm:
        shapes = list(section_for(ENTITY, table.pk, person, Section.Kind.TABLE).fields)
        return OwnForm(data, row=ClientRow.objects.visible_to(person).get(pk=row.pk), shapes=shapes, by=person)

    return [
        Sheet("own fields", reverse("clients:edit_section", args=[client.pk, fields.pk]), of_fields, pools[fields.pk]),
        Sheet("row of a table", reverse("clients:row", args=[client.pk, row.pk]), of_row, pools[table.pk]),
    ]


def of_parts(client: Client, by: User) -> list[Sheet]:
    contact = actions.add_contact(client=client, name="Rina", by=by)
    [channel] = actions.add_channel(client=client, kind="phone", value="+62811947203", by=by)
    address = actions.add_address(client=client, city="Solo", by=by)
    entity = actions.add_entity(client=client, name="PT Sinar Abadi", country="ID", by=by)
    account = actions.add_account(client=client, account="5410123456", by=by)
    numbers = {"npwp": of("0013 1216 6009 1000"), "nib": of("9120301234567", "9120301234568")}
    return [
        of_part("contact", contact, ContactForm, {
            "name": needed("Rina", "Budi"), "position": TEXTS, "birthday": DAYS, "note": of(LINES),
        }),
        of_part("channel", channel, ChannelForm, {
            "kind": needed("phone", "whatsapp"), "value": needed("+62811947203", "+62811947204", "+62811947205"),
            "label": TEXTS, "extension": of("12", "13"),
        }),
        of_part("address", address, AddressForm, {
            "kind": needed("office", "delivery"), "country": of("ID", "RU"), **PLACE,
        }),
        of_part("account", account, AccountForm, {
            "account": needed("5410123456", "5410123457"), "bank_name": TEXTS, "bank_code": of("BMRIIDJA", "CENAIDJA"),
            "currency": of("IDR", "USD"),
        }),
        of_part("entity", entity, lambda *args, row, by: EntityForm(*args, row=row, country=row.country, by=by), {
            "name": needed("PT Sinar", "PT Sinar Abadi"), "address": TEXTS,
            **{f"number_{code}": pool for code, pool in numbers.items()},
        }),
    ]  # fmt: skip


def of_part(name: str, part: Any, form_of: Callable, pools: dict[str, Pool]) -> Sheet:
    def form(data: QueryDict | None, person: User) -> Any:
        row = type(part).objects.visible_to(person).select_related("client").get(pk=part.pk)
        return form_of(data, row=row, by=person)

    return Sheet(name, reverse(f"clients:{name}", args=[part.client_id, part.pk]), form, pools)
