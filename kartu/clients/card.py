"""A client with everything that its card shows, fetched in a handful of queries."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import cache, cached_property
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.query import Prefetch

from kartu.clients.card_order import with_arrangements
from kartu.clients.models import (
    BankAccount,
    Channel,
    Client,
    ClientEntity,
    ClientMessage,
    ClientRelation,
    ClientTag,
    Collaborator,
    Favourite,
    Touch,
)
from kartu.clients.opting import is_out
from kartu.clients.rights import CHANGE, HAND_OVER, MERGE, PRINT, SEE_TOUCHES, SHARE, TRASH, reaches
from kartu.clients.ways import Way, country_of_reader, is_mobile, way
from kartu.core.actors import Actor
from kartu.core.veils import is_veiled
from kartu.firm import phones
from kartu.records.models import File
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.prepared import hidden_now, instances, place, reach_of
from kartu.security.rows import Clearance, GuardedModel, GuardedQuerySet
from kartu.security.views import get_or_404

# The card's own changes and its people: the rest has its place under History.
SHOWN_CHANGES = {
    "object_type__in": ("clients.client", "clients.contact"),
    "verb__in": (Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE, Verb.MERGE, Verb.PART),
}
WHY = "what stands beside a client on its card"
Kind = Channel.Kind


def client_for_card(pk: int, by: Actor) -> Client:
    """The client `pk`, if `by` sees it, with its parts at hand. Raises Http404."""
    return seen_client(pk, by) or get_or_404(Client, pk, by, rows=with_parts(by))


def seen_client(pk: int, by: Actor) -> Client | None:
    """The client `pk` with its parts at hand, None where `by` does not see it."""
    if by.is_system:
        return with_parts(by).visible_to(by).filter(pk=pk).first()
    clearance = Clearance(by)

    def rows() -> GuardedQuerySet:
        return with_own(with_counts(), by).visible_to(by).filter(pk=place(0))

    for client in instances(("card", by.pk, getattr(by, "role_id", None), reach_of(Client, by)), rows, [pk], clearance):
        for name, narrow in PARTS.items():
            put_at_hand(client, name, parts_of(client, name, narrow))
        return client
    return None


PARTS = {
    **dict.fromkeys(("contacts", "addresses", "entities")),
    "channels": lambda rows: with_refusals(rows),
    "client_tags": lambda rows: rows.select_related("tag"),
}


def parts_of(
    client: Client, name: str, narrow: Callable[[GuardedQuerySet], GuardedQuerySet] | None = None, *key: Hashable
) -> list[Any]:
    """The parts called `name` of a client that was seen, as far as `narrow` leaves them; `key`: what that depends on.

    Who has seen a client sees its parts, so that the query is the same for everybody.
    """
    clearance = client._clearance
    # The query below is the same for everybody whom these parts are open to at all.
    if not Client._meta.get_field(name).related_model.row_rule.opens_to(clearance.actor):
        return []

    def rows() -> GuardedQuerySet:
        whole = Client(pk=place(0))
        whole._clearance = Clearance(clearance.actor)
        parts = getattr(whole, name).all()
        return narrow(parts) if narrow else parts

    return instances(("parts of a client", name, hidden_now(), *key), rows, [client.pk], clearance)


class PartsAtHand(GuardedQuerySet):
    """Parts that came with their whole, as `prefetch_related` keeps them. Who narrows them down asks anew."""

    whole: Client
    name: str

    def _chain(self) -> GuardedQuerySet:
        manager = getattr(self.whole, self.name)
        return manager._apply_rel_filters(GuardedQuerySet(self.model))


def put_at_hand(client: Client, name: str, parts: list[GuardedModel]) -> None:
    """`client.contacts.all()` asks for nothing any more, and each of them knows its client."""
    for part in parts:
        part._state.fields_cache["client"] = client
    rows = PartsAtHand(Client._meta.get_field(name).related_model)
    rows.whole, rows.name = client, name
    rows._result_cache, rows._prefetch_done = parts, True
    client.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows


def with_parts(by: Actor) -> GuardedQuerySet:
    """Clients, unopened, with what a card shows: numbers of parts, the favourite's star, the whole it is part of."""
    tags = Prefetch("client_tags", ClientTag.objects.select_related("tag"))
    channels = Prefetch("channels", with_refusals(Channel.objects.all()))
    return with_own(with_counts(), by).prefetch_related("contacts", channels, "addresses", "entities", tags)


def with_refusals(rows: GuardedQuerySet) -> GuardedQuerySet:
    """Channels that know whether reminders are wanted there."""
    return rows.annotate(is_opted_out=is_out())


def with_own(rows: GuardedQuerySet, by: Actor) -> GuardedQuerySet:
    """What is another for another reader: his star, and how cards are arranged for his role."""
    rows = with_arrangements(rows, by)
    return rows.annotate(is_favourite=Exists(Favourite.objects.visible_to(by).filter(client=OuterRef("pk"))))


@cache
def with_counts() -> GuardedQuerySet:
    """What of this is the same for everybody, put together once: it is only ever copied, never read itself."""
    rows = Client.objects.select_related("status", "category", "source", "responsible", "team", "created_by")
    return rows.annotate(
        relation_count=count_of(relations(Q(client=OuterRef("pk")) | Q(other=OuterRef("pk")))),
        collaborator_count=count_of(Collaborator.objects.as_system(WHY).filter(client=OuterRef("pk"), trashed_at=None)),
        account_count=count_of(BankAccount.objects.as_system(WHY).filter(client=OuterRef("pk"), trashed_at=None)),
        touch_count=count_of(Touch.objects.as_system(WHY).filter(client=OuterRef("pk"), trashed_at=None)),
        message_count=count_of(ClientMessage.objects.as_system(WHY).filter(client=OuterRef("pk")), "client"),
        change_count=count_of_changes(),
        file_count=count_of(
            File.objects.as_system(WHY).filter(
                about_type=Client._meta.label_lower,
                about_id=OuterRef("pk"),
                trashed_at=None,
                replaced_by=None,
                section=None,
                field=None,
            )
        ),
        whole=Subquery(relations(Q(client=OuterRef("pk"), kind=ClientRelation.Kind.PART_OF)).values(told=WHOLE)[:1]),
    )


WHOLE = JSONObject(id="other_id", name="other__name", responsible_id="other__responsible_id", team_id="other__team_id")


def relations(condition: Q) -> GuardedQuerySet:
    """Relations whose two ends are both in use, in either direction: their names may be told."""
    rows = ClientRelation.objects.as_system(WHY).filter(condition, trashed_at=None)
    return rows.filter(client__trashed_at=None, other__trashed_at=None).order_by("id")


def count_of(rows: GuardedQuerySet, same: str = "trashed_at") -> Coalesce:
    """How many `rows` there are; all of them have one value of `same`."""
    grouped = rows.order_by().annotate(one=F(same)).values("one").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(grouped[:1], output_field=IntegerField()), 0)


def count_of_changes() -> Coalesce:
    """How many changes of the client stand in its history."""
    rows = AuditRow.objects.filter(root_type=Client._meta.label_lower, root_id=OuterRef("pk"), **SHOWN_CHANGES)
    counts = rows.order_by().values("root_id").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts[:1], output_field=IntegerField()), 0)


def by_name_of_person(rows: GuardedQuerySet) -> GuardedQuerySet:
    return rows.select_related("person", "added_by").order_by("person__name", "pk")


class Card:
    """What the templates of the card ask of a client that was fetched by `client_for_card`."""

    def __init__(self, client: Client, by: Actor) -> None:
        self.client = client
        self.by = by
        self.country = country_of_reader(by)

    @cached_property
    def ways_by_contact(self) -> dict[int | None, list[Way]]:
        """Contact's id (None: the client itself) -> its ways, the main ones first."""
        ways: dict[int | None, list[Way]] = defaultdict(list)
        for channel in self.client.channels.all():
            ways[channel.contact_id].append(way(channel, self.country))
        return ways

    @property
    def ways(self) -> list[Way]:
        return self.ways_by_contact.get(None, [])

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        """The contacts, the main one first, each with its ways and the one that is pressed in a narrow place."""
        people = []
        for contact in self.client.contacts.all():
            ways = self.ways_by_contact.get(contact.pk, [])
            number = next((each for each in ways if each.channel.is_number), None)
            people.append({"contact": contact, "ways": ways, "way": number or next(iter(ways), None)})
        return people

    def first(self, *kinds: str) -> Way | None:
        """The way of one of `kinds` to use first: the client's own before its people's, in the order of `kinds`."""
        holders = [None, *(contact.pk for contact in self.client.contacts.all())]
        for holder in holders:
            for kind in kinds:
                for each in self.ways_by_contact.get(holder, []):
                    if each.channel.kind == kind:
                        return each
        return None

    @cached_property
    def call(self) -> Way | None:
        return self.first(Kind.PHONE)

    @cached_property
    def whatsapp(self) -> str:
        """The address of a WhatsApp chat: by the number that is named so, or the mobile phone that is called."""
        if named := self.first(Kind.WHATSAPP):
            return named.href
        number = self.call.channel.value if self.call else ""
        return phones.whatsapp_link(number) if not is_veiled(number) and is_mobile(number) else ""

    @cached_property
    def telegram(self) -> Way | None:
        return self.first(Kind.TELEGRAM)

    @cached_property
    def letter(self) -> Way | None:
        return self.first(Kind.EMAIL)

    @cached_property
    def address(self) -> Any:
        return next(iter(self.client.addresses.all()), None)

    @cached_property
    def entity(self) -> ClientEntity | None:
        return next(iter(self.client.entities.all()), None)

    @property
    def tags(self) -> list[Any]:
        return [row.tag for row in self.client.client_tags.all()]

    @cached_property
    def whole(self) -> dict[str, Any] | None:
        """The client that this one is part of: `id` only where `by` may see it."""
        told = self.client.whole
        if not told:
            return None
        seen = reaches(self.by, Ends(told["id"], told["responsible_id"], told["team_id"]))
        return {"id": told["id"] if seen else None, "name": told["name"]}

    @cached_property
    def may_change(self) -> bool:
        return reaches(self.by, self.client, CHANGE)

    @cached_property
    def may_log(self) -> bool:
        """Whether `by` writes down what was said: nobody writes what he does not read."""
        return self.may_change and self.by.may(SEE_TOUCHES)

    @cached_property
    def may_merge(self) -> bool:
        return reaches(self.by, self.client, MERGE)

    @cached_property
    def collaborators(self) -> list[Collaborator]:
        """Who else takes part, by name."""
        if not self.client.collaborator_count:
            return []
        return parts_of(self.client, "collaborators", by_name_of_person)

    @cached_property
    def may_share(self) -> bool:
        return reaches(self.by, self.client, SHARE)

    @property
    def may_hand_over(self) -> bool:
        return reaches(self.by, self.client, HAND_OVER)

    @cached_property
    def may_print(self) -> bool:
        return reaches(self.by, self.client, PRINT)

    @cached_property
    def may_trash(self) -> bool:
        return reaches(self.by, self.client, TRASH)


class Ends:
    """As much of a client as `reaches` looks at."""

    def __init__(self, pk: int, responsible_id: int | None, team_id: int | None) -> None:
        self.pk = pk
        self.responsible_id = responsible_id
        self.team_id = team_id
