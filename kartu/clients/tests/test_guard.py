"""The row guard, tried on clients: every way of Django's to reach rows, and the way each is opened."""

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery
from django.utils import timezone

from kartu.clients.models import Channel, Client, ClientRelation, Contact, Favourite, Tag
from kartu.core.actors import System
from kartu.firm.models import User
from kartu.records.models import ChangeSet
from kartu.security.audit import acting_as
from kartu.security.rows import Conflict, GuardedQuery, Unguarded, is_guarded

SYSTEM = System("a test")


def make_client(responsible: User, name: str = "PT Sinar", **fields) -> Client:
    with acting_as(SYSTEM):
        client = Client(name=name, responsible=responsible, team=responsible.team, **fields)
        client.save()
        Channel(client=client, kind="phone", value="+628131120").save()
    return Client.objects.visible_to(responsible).get(pk=client.pk)


UNOPENED = {
    "fetch": lambda rows: list(rows),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:3]),
    "iterator": lambda rows: list(rows.iterator()),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(Client(pk=1)),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name", flat=True)),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "dates": lambda rows: list(rows.dates("created_at", "day")),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(name="x"),
    "update_derived": lambda rows: rows.update(name_key="x"),
    "bulk_update": lambda rows: rows.bulk_update([Client(pk=1)], ["name_key"]),
    "bulk_create": lambda rows: rows.bulk_create([Client(name="x")]),
    "delete": lambda rows: rows.delete(),
    "raw": lambda rows: list(rows.raw("SELECT * FROM clients_client")),
    "union": lambda rows: list(rows.union(rows)),
    "subquery": lambda rows: list(Channel.objects.as_system("a test").filter(client__in=rows)),
    "Subquery": lambda rows: list(User.objects.annotate(n=Subquery(rows.values("name")[:1]))),
    "Exists": lambda rows: list(User.objects.filter(Exists(rows.filter(responsible=OuterRef("pk"))))),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "get_or_create": lambda rows: rows.get_or_create(name="x"),
    "update_or_create": lambda rows: rows.update_or_create(name="x"),
    "earliest": lambda rows: rows.earliest("created_at"),
    "last": lambda rows: rows.last(),
    "bool": lambda rows: bool(rows),
    "len": lambda rows: len(rows),
}


@pytest.mark.parametrize("way", UNOPENED)
def test_rows_are_refused_on_every_way_that_was_not_opened(way, seller):
    make_client(seller)

    with pytest.raises(Unguarded):
        UNOPENED[way](Client.objects.all())


@pytest.mark.parametrize("way", ["fetch", "count", "exists", "values", "iterator", "aggregate", "subquery"])
def test_control_without_the_check_those_ways_would_be_open(way, seller, monkeypatch):
    make_client(seller)
    monkeypatch.setattr(GuardedQuery, "check_guard", lambda self: None)

    UNOPENED[way](Client.objects.all())


def test_asynchronous_ways_are_refused_too(db):
    async def fetch() -> list[Client]:
        return [row async for row in Client.objects.all()]

    async def count() -> int:
        return await Client.objects.acount()

    for way in (fetch, count):
        with pytest.raises(Unguarded):
            async_to_sync(way)()


def test_a_seller_reaches_his_own_clients_and_nobody_elses(seller, stranger, head, owner):
    mine, his = make_client(seller, "Mine"), make_client(stranger, "His")

    reach = {person.name: set(Client.objects.visible_to(person)) for person in (seller, stranger, head, owner)}

    assert reach == {"Sari": {mine}, "Viktor": {his}, "Hendra": {mine}, "Olga": {mine, his}}


def test_an_actor_without_the_right_reaches_nothing(seller):
    make_client(seller)

    assert Client.objects.visible_to(seller, "clients.export").count() == 0


def test_a_disabled_person_reaches_nothing(seller):
    make_client(seller)
    seller.is_active = False

    assert list(Client.objects.visible_to(seller)) == []


def test_parts_follow_their_whole(seller, stranger):
    make_client(seller)
    make_client(stranger)

    assert Channel.objects.visible_to(seller).count() == 1


def test_related_rows_inherit_the_clearance_of_the_row_they_hang_on(seller):
    client = make_client(seller)

    assert [channel.value for channel in client.channels.all()] == ["+628131120"]


def test_related_rows_of_an_uncleared_row_are_refused(seller):
    client = make_client(seller)

    with pytest.raises(Unguarded):
        list(Client(pk=client.pk).channels.all())


def test_prefetched_rows_inherit_the_clearance(seller):
    make_client(seller)

    client = Client.objects.visible_to(seller).prefetch_related("channels").get()

    assert [channel.value for channel in client.channels.all()] == ["+628131120"]


def test_prefetching_by_an_unopened_queryset_takes_the_clearance_of_the_rows(seller, stranger):
    make_client(seller)
    make_client(stranger)

    rows = Client.objects.visible_to(seller).prefetch_related(Prefetch("channels", Channel.objects.all()))

    assert [[channel.client_id for channel in row.channels.all()] for row in rows] == [[rows[0].pk]]


def test_the_way_back_to_the_whole_is_scoped(seller):
    make_client(seller)

    channel = Channel.objects.visible_to(seller).get()

    assert channel.client.name == "PT Sinar"


def test_an_invisible_client_is_not_reached_over_a_relation(seller, stranger):
    mine, his = make_client(seller, "Mine"), make_client(stranger, "His")
    with acting_as(SYSTEM):
        ClientRelation(client=mine, other=his, kind="part_of").save()

    relation = ClientRelation.objects.visible_to(seller).get()

    with pytest.raises(Client.DoesNotExist):
        relation.other  # noqa: B018
    assert Client.names([relation.other_id]) == {his.pk: "His"}


JOINS = {
    "filter": lambda rows: rows.filter(other__name="His"),
    "exclude": lambda rows: rows.exclude(other__name="His"),
    "order_by": lambda rows: rows.order_by("other__name"),
    "values": lambda rows: rows.values("other__name"),
    "annotate": lambda rows: rows.annotate(secret=F("other__name")),
    "select_related": lambda rows: rows.select_related("other"),
    "deep": lambda rows: rows.filter(other__channels__value="+7"),
    "only": lambda rows: rows.only("kind", "other__name").select_related("other"),
}


@pytest.mark.parametrize("way", JOINS)
def test_joining_rows_with_rights_of_their_own_is_refused(way, seller):
    make_client(seller)

    with pytest.raises(Unguarded):
        list(JOINS[way](ClientRelation.objects.visible_to(seller)))


def test_joining_parts_of_one_whole_is_allowed(seller):
    make_client(seller)

    assert Channel.objects.visible_to(seller).filter(client__name="PT Sinar").count() == 1
    assert Client.objects.visible_to(seller).filter(channels__value="+628131120").count() == 1
    assert list(Channel.objects.visible_to(seller).select_related("contact", "client"))


def test_nothing_leads_from_open_tables_into_guarded_ones():
    """No name exists by which a query of users or tags could ask about clients."""
    open_ways = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not is_guarded(model)
        for field in model._meta.get_fields(include_hidden=False)
        if field.is_relation and field.related_model and is_guarded(field.related_model)
    ]

    assert sorted(open_ways) == KNOWN_WAYS


# The ledger of deliveries points at the notice it delivered; it is the owner's and the program's, and joins nothing.
# Whom a frozen segment keeps is only asked for by the number of a segment that the person sees (segments/meaning.py),
# as a part of a question to clients that has his rights; no name that a person may type leads there.
KNOWN_WAYS = [
    *("clients.SegmentMember.client", "clients.SegmentMember.segment", "clients.SegmentSize.segment"),
    *("notifications.Held.digest", "notifications.Held.notification"),
    *("notifications.Hop.notification", "notifications.Letter.notification", "notifications.PushMessage.notification"),
    *("notifications.SmsMessage.notification", "notifications.Step.notification"),
    "notifications.TelegramMessage.notification",
]


def test_refreshing_keeps_to_the_clearance(seller, stranger):
    client = make_client(seller)
    with acting_as(SYSTEM):
        copy = Client.objects.as_system("a test").get(pk=client.pk)
        copy.responsible, copy.team = stranger, stranger.team
        copy.save()

    with pytest.raises(Client.DoesNotExist):
        client.refresh_from_db()


def test_a_row_in_the_trash_is_out_of_sight_with_all_its_parts(seller):
    client = make_client(seller)
    with acting_as(SYSTEM):
        client.trashed_at = timezone.now()
        client.save()

    assert not Client.objects.visible_to(seller).exists()
    assert not Channel.objects.visible_to(seller).exists()
    assert Client.objects.visible_to(seller, trashed=True).get() == client


def test_a_part_in_the_trash_is_found_there_although_its_client_is_not(seller):
    make_client(seller)
    with acting_as(SYSTEM):
        channel = Channel.objects.visible_to(seller).get()
        channel.trashed_at = timezone.now()
        channel.save()

    assert not Channel.objects.visible_to(seller).exists()
    assert Channel.objects.visible_to(seller, trashed=True).get() == channel
    assert not Client.objects.visible_to(seller, trashed=True).exists()


def test_rows_of_a_running_import_are_out_of_sight_with_all_their_parts(seller):
    batch = ChangeSet.objects.create(kind="import", title="clients.xlsx", is_hidden=True)
    with acting_as(SYSTEM):
        client = Client(name="New", responsible=seller, team=seller.team, batch_id=batch.pk)
        client.save()
        Channel(client=client, kind="phone", value="+1").save()

    assert not Client.objects.visible_to(seller).exists()
    assert not Channel.objects.visible_to(seller).exists()

    batch.is_hidden = False
    batch.save()
    assert Client.objects.visible_to(seller).exists()


def test_personal_rows_are_nobody_elses_not_even_the_owners(seller, owner):
    client = make_client(seller)
    with acting_as(seller):
        Favourite(person=seller, client=client).save()

    assert Favourite.objects.visible_to(seller).count() == 1
    assert Favourite.objects.visible_to(owner).count() == 0


def test_a_column_that_counts_is_not_updated_without_a_trace(seller):
    make_client(seller)

    with pytest.raises(Unguarded):
        Client.objects.visible_to(seller).update(name="x")
    with pytest.raises(Unguarded):
        Client.objects.visible_to(seller).bulk_update(list(Client.objects.visible_to(seller)), ["name"])
    assert Client.objects.visible_to(seller).update(city_key="x") == 1


def test_a_row_is_never_simply_deleted(seller):
    client = make_client(seller)

    # The words are those of the row's own refusal: without it Django would go on, to fail elsewhere.
    with pytest.raises(Unguarded, match="Client rows go to the trash"):
        client.delete()


def test_writing_over_somebody_elses_newer_values_is_a_conflict(seller):
    mine = make_client(seller)
    theirs = Client.objects.visible_to(seller).get(pk=mine.pk)
    with acting_as(SYSTEM):
        theirs.name = "Newer"
        theirs.save()

        mine.name = "Older"
        with pytest.raises(Conflict):
            mine.save()

    assert Client.objects.visible_to(seller).get().name == "Newer"


def test_a_contact_of_a_visible_client_is_found_by_tag_and_name(seller):
    client = make_client(seller)
    with acting_as(SYSTEM):
        Contact(client=client, name="Rina Kusuma").save()

    assert Contact.objects.visible_to(seller).get(name_key="rina kusuma").client == client
    assert Tag.objects.count() == 0
