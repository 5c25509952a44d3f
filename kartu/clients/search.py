"""What clients, their people and the texts about them are found by."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse

from kartu.clients.contact_details import sees_all, veiled
from kartu.clients.models import Channel, Client, ClientEntity, ClientRow, Contact, Touch
from kartu.clients.whole_numbers import numbers_told
from kartu.core.actors import Actor
from kartu.core.veils import is_veiled
from kartu.firm import phones
from kartu.records.custom.definitions import FieldShape, all_sections, fields_of
from kartu.search.sources import DocFields, Hit

MOST_HOLDERS = 20
# The people of a client are found by themselves.
OWN_CHANNELS = Prefetch("channels", Channel.objects.filter(contact__isnull=True))


def with_numbers(clients: QuerySet) -> QuerySet:
    return clients.select_related("responsible").prefetch_related(OWN_CHANNELS, "entities")


def client_fields(client: Client, by: Actor | None = None) -> DocFields:
    """`by`: as far as he reads phones and e-mails; nobody: all of it, as the index keeps it."""
    channels, entities = read_by(by, client.channels.all()), list(client.entities.all())
    return DocFields(
        client.pk,
        client.name,
        names=[entity.name for entity in entities if entity.name != client.name],
        words=[*texts_of(channels), *numbers_of(entities), *own_words(client.own_values)],
        digits=[*(channel.digits for channel in channels if channel.digits), *own_digits(client.own_values)],
        owner_id=client.responsible_id,
        team_id=client.team_id,
        batch_id=client.batch_id,
        updated_at=client.last_touch_at or client.created_at,
    )


def read_by(by: Actor | None, channels: Iterable[Channel]) -> list[Channel]:
    return [each for each in channels if by is None or not is_veiled(veiled(each.value, by))]


def reads_partly(by: Actor) -> bool:
    return not sees_all(by)


def clients_with(text: str, by: Actor) -> list[int]:
    return holders_of(text, by, "client_id", contact=None)


def contacts_with(text: str, by: Actor) -> list[int]:
    return holders_of(text, by, "contact_id", contact__isnull=False)


def holders_of(text: str, by: Actor, column: str, **whose: Any) -> list[int]:
    """Whose number or address `text` is, as a whole and as often as that is told."""
    values = numbers_told(text, by)
    rows = Channel.objects.visible_to(by).filter(value__in=values, **whose) if values else Channel.objects.none()
    return list(rows.order_by(column).values_list(column, flat=True).distinct()[:MOST_HOLDERS])


def texts_of(channels: list[Channel]) -> list[str]:
    return [channel.value for channel in channels if not channel.digits]


def numbers_of(entities: list[ClientEntity]) -> list[str]:
    numbers = [number for entity in entities for number in (entity.tax_id, *entity.registry_ids.values())]
    return [number for number in numbers if len(number) > 1]


def own_words(values: dict) -> list[str]:
    """The texts in the firm's own fields, as far as everybody may know of them: the index asks nobody who he is."""
    shapes = open_fields(values)
    return [shape.said_in(values) for shape in shapes if shape.type.is_found and shape.type.code != "phone"]


def own_digits(values: dict) -> list[str]:
    shapes = open_fields(values)
    return [phones.search_digits(shape.kept_in(values)) for shape in shapes if shape.type.code == "phone"]


def open_fields(values: dict) -> list[FieldShape]:
    if not values:
        return []
    shapes = fields_of(Client._meta.label_lower).values()
    return [shape for shape in shapes if shape.is_open and not shape.is_out and str(shape.id) in values]


def row_fields(row: ClientRow) -> DocFields:
    """By its texts and numbers that everybody may know of; one without any is found by nothing."""
    client, words = row.client, own_words(row.own_values)
    return DocFields(
        row.pk,
        title_of(words),
        words=words[1:],
        digits=own_digits(row.own_values),
        root_id=client.pk,
        owner_id=client.responsible_id,
        team_id=client.team_id,
        batch_id=client.batch_id,
    )


def title_of(words: list[str]) -> str:
    return words[0][:200] if words else ""


def row_hit(row: ClientRow) -> Hit:
    words, digits = own_words(row.own_values), own_digits(row.own_values)
    url = reverse("clients:row_of_list", args=[row.pk])
    names = [section.name for section in all_sections(Client._meta.label_lower) if section.id == row.section_id]
    return Hit((words or digits or ["–"])[0][:120], url, second=row.client.name, fact="".join(names), icon="table")


def client_hit(client: Client) -> Hit:
    second = " · ".join(filter(None, [client.about, client.city, client.responsible and client.responsible.name]))
    icon = "building" if client.is_company else "user"
    fact = phones.national(client.phone) if client.phone else client.email
    look = reverse("clients:preview", args=[client.pk])
    return Hit(client.name, reverse("clients:card", args=[client.pk]), second=second, fact=fact, icon=icon, look=look)


def client_shown(clients: QuerySet) -> QuerySet:
    return clients.select_related("responsible")


def with_client(rows: QuerySet) -> QuerySet:
    return rows.select_related("client")


def with_channels(contacts: QuerySet) -> QuerySet:
    return with_client(contacts).prefetch_related("channels")


def contact_fields(contact: Contact, by: Actor | None = None) -> DocFields:
    client, channels = contact.client, read_by(by, contact.channels.all())
    return DocFields(
        contact.pk,
        contact.name,
        words=[client.name, *texts_of(channels)],
        digits=[channel.digits for channel in channels if channel.digits],
        root_id=client.pk,
        owner_id=client.responsible_id,
        team_id=client.team_id,
        batch_id=client.batch_id,
    )


def contact_shown(contacts: QuerySet) -> QuerySet:
    """With the client, and the first of the numbers as `number`."""
    numbers = Channel.objects.as_system("the number of a person who has been found by rights")
    numbers = numbers.filter(contact=OuterRef("pk"), trashed_at=None).exclude(digits="")
    return with_client(contacts).annotate(number=Subquery(numbers.values("value")[:1]))


def contact_hit(contact: Contact) -> Hit:
    number = phones.national(contact.number) if contact.number else ""
    url = reverse("clients:card", args=[contact.client_id]) + "?tab=contacts"
    second = " · ".join(filter(None, [contact.client.name, contact.position]))
    return Hit(contact.name, url, second=second, fact=number, icon="user")


def touch_fields(touch: Touch) -> DocFields:
    client = touch.client
    return DocFields(
        touch.pk,
        touch.text[:200],
        words=[touch.text, touch.result],
        root_id=client.pk,
        owner_id=client.responsible_id,
        team_id=client.team_id,
        batch_id=client.batch_id,
        weight=-1,
        updated_at=touch.at,
    )


def touch_hit(touch: Touch) -> Hit:
    url = f"{reverse('clients:card', args=[touch.client_id])}#touch-{touch.pk}"
    text = touch.text or touch.result or touch.get_kind_display()
    return Hit(text[:120], url, second=touch.client.name, fact=touch.get_kind_display(), icon="message-2")
