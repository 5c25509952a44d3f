"""The client itself: added, changed, handed over, put in the trash and taken out of it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.channels import country_of, put_channels
from kartu.clients.actions.custom import ENTITY, kept, shown_on
from kartu.clients.actions.editing import check, locked, only, out_of_trash, put, tell_change
from kartu.clients.actions.names import settle_name
from kartu.clients.events import ClientCreated, ClientHandedOver, ClientRestored, ClientTrashed
from kartu.clients.models import Client, ClientTag, Tag
from kartu.clients.rights import CHANGE, CREATE, HAND_OVER, TRASH, receivers
from kartu.clients.signals import handed_over
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.records.changes import EditConflict, EditConflicts
from kartu.records.custom.definitions import fields_for
from kartu.records.custom.values import checked
from kartu.security import audit
from kartu.security.actions import Refused, action

# What a person types of a client. Who is responsible is not among them: that is handed over.
COLUMNS = frozenset(
    {
        *("kind", "name", "family_name", "given_name", "patronymic", "salutation", "about", "pinned", "birthday"),
        *("country", "language", "consent_at", "consent_how", "status_id", "category_id", "source_id"),
    }
)
# Of them, what only a person has.
OF_PEOPLE = ("salutation", "family_name", "given_name", "patronymic", "birthday")


@action(CREATE)
def add_client(
    *,
    name: str,
    responsible: User | None = None,
    phone: str = "",
    email: str = "",
    tags: Iterable[Tag] = (),
    custom: dict[str, Any] | None = None,
    by: Actor,
    **columns: Any,
) -> Client:
    """A new client, looked after by `responsible` (whoever adds it, if nobody is named).

    `phone` may hold several numbers, `custom` values as `set_custom` takes them, `columns` any of COLUMNS. Raises
    ValidationError by the names of the arguments, and Refused where `by` may not add clients for `responsible`.
    """
    responsible, tags = responsible or (None if by.is_system else by), list(tags)
    check_receiver(by, CREATE, responsible)
    client = Client(name=name, created_by_id=by.pk, **only(columns, COLUMNS))
    client.responsible, client.team_id = responsible, responsible and responsible.team_id
    divide_name(client, columns)
    if custom:
        told = {"phone": phone, "email": email, "tags": {tag.pk for tag in tags}}
        client.custom = kept(checked(fields_for(ENTITY, by), custom, by, is_shown=shown_on(client, **told)))
    check(client)
    client.save()
    put_channels(client, phone=phone, email=email)
    put_tags(client, tags)
    publish(ClientCreated(client.pk, by.pk))
    return client


def check_receiver(by: Actor, right: str, person: User | None) -> None:
    if by.is_system or person is None or person == by:
        return
    if not receivers(by, right).filter(pk=person.pk).exists():
        raise Refused(f"{right} for {person.pk}")


def divide_name(client: Client, typed: Iterable[str]) -> None:
    if client.is_company:
        client.family_name = client.given_name = client.patronymic = ""
    else:
        settle_name(client, typed, country_of(client))


@action(CHANGE)
def change_client(*, client: Client, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> Client:
    """Write `values` (some of COLUMNS) over `base`, the values that the person saw.

    What others changed meanwhile stays, unless it is the same column: then EditConflicts is raised and nothing written.
    """
    try:
        fresh, changed = put(client, only(values, COLUMNS), base, by)
    except EditConflicts as met:
        raise EditConflicts(met.row, [*met.conflicts, *became_company(met.row, values, base)]) from None
    if conflicts := became_company(fresh, values, base):
        raise EditConflicts(fresh, conflicts)
    divide_name(fresh, changed)
    check(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.pk, changed, by)
    return fresh


def became_company(row: Client, values: dict[str, Any], base: dict[str, Any] | None) -> list[EditConflict]:
    """What was typed of a person has no place on what somebody has made a company meanwhile."""
    is_lost = row.is_company and any(values.get(column) for column in OF_PEOPLE)
    if not is_lost or base is None or "kind" in values or base.get("kind", row.kind) == row.kind:
        return []
    return [EditConflict("kind", row.kind, base["kind"])]


@action(HAND_OVER, hands_over=True)
def hand_over(*, client: Client, to: User, by: Actor) -> Client:
    """Make `to` responsible for `client`, and give him what whoever was has still to do for it."""
    check_receiver(by, HAND_OVER, to)
    fresh = locked(client, by)
    before = fresh.responsible_id
    if before == to.pk:
        return fresh
    fresh.responsible, fresh.team_id = to, to.team_id
    fresh.save()
    handed_over.send(sender=None, ids=[fresh.pk], before=before, to=to, by=by)
    publish(ClientHandedOver(fresh.pk, before, to.pk, by.pk))
    return fresh


@action(TRASH)
def trash_client(*, client: Client, by: Actor) -> Client:
    """Put `client` in the trash; all that hangs on it is out of sight with it, and comes back with it."""
    fresh = locked(client, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    publish(ClientTrashed(fresh.pk, by.pk))
    return fresh


@action(TRASH)
def restore_client(*, client: Client, by: Actor) -> Client:
    fresh = out_of_trash(client, by, TRASH)
    if fresh.merged_into_id:
        raise ValidationError(_("This card was merged into another. Take the merge back, under Changes"), code="merged")
    fresh.save()
    publish(ClientRestored(fresh.pk, by.pk))
    return fresh


@action(CHANGE)
def set_tags(*, client: Client, tags: Iterable[Tag], by: Actor) -> Client:
    """Let `client` have exactly `tags`."""
    fresh = locked(client, by)
    if put_tags(fresh, tags):
        tell_change(fresh.pk, ["tags"], by)
    return fresh


@action(CHANGE)
def change_tags(*, client: Client, put_on: Iterable[Tag] = (), take_off: Iterable[Tag] = (), by: Actor) -> Client:
    """Put some tags on and take others off; what somebody else puts on at the same moment stays."""
    fresh = locked(client, by)
    had = set(Tag.objects.filter(pk__in=fresh.client_tags.values("tag_id")))
    if put_tags(fresh, had.union(put_on).difference(take_off)):
        tell_change(fresh.pk, ["tags"], by)
    return fresh


def put_tags(client: Client, tags: Iterable[Tag]) -> bool:
    """Give and take tags; whether anything changed. A tag taken before is put back, so that an undo finds one row."""
    wanted = {tag.pk for tag in tags}
    rows = ClientTag.objects.as_system("the tags of a client that is changed, also those taken before")
    had = {row.tag_id: row for row in rows.filter(client_id=client.pk).order_by(F("trashed_at").desc(nulls_last=True))}
    taken = [row for tag_id, row in had.items() if tag_id not in wanted and row.trashed_at is None]
    back = [row for tag_id, row in had.items() if tag_id in wanted and row.trashed_at is not None]
    new = [ClientTag(client=client, tag_id=tag_id) for tag_id in sorted(wanted - had.keys())]
    audit.change_many(taken, {"trashed_at": timezone.now()})
    audit.change_many(back, {"trashed_at": None})
    audit.create_many(new)
    return bool(taken or back or new)
