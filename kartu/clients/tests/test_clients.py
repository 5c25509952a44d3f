"""A client is added, changed, handed over, put in the trash and taken out of it."""

import pytest
from django.core.exceptions import ValidationError

from kartu.clients import actions, bulk, events
from kartu.clients.actions import editing
from kartu.clients.models import Channel, Client, ClientTag, Status, Tag
from kartu.clients.tests.conftest import seen, told
from kartu.core.models import EventRow
from kartu.firm.models import Role
from kartu.records.changes import EditConflicts, change_set, undo
from kartu.security.actions import Refused
from kartu.security.models import AuditRow


def everything() -> tuple:
    """All that a denial must leave as it was."""
    rows = Client.objects.as_system("a test").order_by("pk").values_list()
    return tuple(rows), EventRow.objects.count(), AuditRow.objects.exclude(verb="denied").count()


def test_a_client_is_added_with_phone_and_mail_and_its_people_are_told(sinar, seller):
    client = seen(sinar, seller)

    assert (client.name, client.phone, client.email) == ("PT Sinar Abadi", "+6281311207765", "info@sinar.example")
    assert (client.responsible, client.team, client.created_by) == (seller, seller.team, seller)
    assert told(events.ClientCreated) == [{"client_id": client.pk, "by_id": seller.pk}]


def test_a_client_without_a_name_is_refused_and_nothing_is_written(seller):
    with pytest.raises(ValidationError) as refused:
        actions.add_client(name="", by=seller)

    assert list(refused.value.message_dict) == ["name"]
    assert not Client.objects.visible_to(seller).exists()


def test_a_name_is_one_line_whatever_is_sent(seller):
    client = actions.add_client(name=" A\r\nBcc: x@y\x00 ", pinned="one\r\ntwo\x00", by=seller)

    assert (seen(client, seller).name, seen(client, seller).pinned) == ("A Bcc: x@y", "one\ntwo")


def test_a_wrong_phone_is_named_and_nothing_is_written(seller):
    with pytest.raises(ValidationError) as refused:
        actions.add_client(name="Toko", phone="12", email="sari", by=seller)

    assert sorted(refused.value.message_dict) == ["email", "phone"]
    assert not Client.objects.visible_to(seller).exists()


def test_nobody_adds_columns_that_are_not_typed_by_people(seller, stranger):
    for column in ("responsible_id", "team_id", "version", "trashed_at", "created_by_id", "batch_id", "name_key"):
        with pytest.raises(TypeError):
            actions.add_client(name="Toko", by=seller, **{column: 1})


def test_a_seller_adds_clients_for_himself_only(seller, head, stranger):
    for other in (head, stranger):
        with pytest.raises(Refused):
            actions.add_client(name="Toko", responsible=other, by=seller)

    assert not Client.objects.as_system("a test").exists()


def test_a_head_adds_clients_for_his_team_and_no_other(head, seller, stranger):
    client = actions.add_client(name="Toko", responsible=seller, by=head)

    assert (client.responsible, client.team) == (seller, seller.team)
    with pytest.raises(Refused):
        actions.add_client(name="Toko", responsible=stranger, by=head)


def test_a_persons_name_is_divided_and_a_single_word_stays_whole(seller):
    person = actions.add_client(name="Suharto", kind="person", by=seller)

    assert (person.name, person.family_name, person.given_name) == ("Suharto", "", "")


def test_a_change_is_written_told_and_found_in_the_log(sinar, seller):
    actions.change_client(client=sinar, values={"about": "Freight", "pinned": "Gate closes at 16:00"}, by=seller)

    assert seen(sinar, seller).about == "Freight"
    assert told(events.ClientChanged) == [{"client_id": sinar.pk, "fields": ["about", "pinned"], "by_id": seller.pk}]
    assert AuditRow.objects.filter(verb="change").get().payload.values["after"]["about"] == "Freight"


def test_a_change_of_nothing_leaves_no_trace(sinar, seller):
    before = everything()

    actions.change_client(client=sinar, values={"name": sinar.name}, base={"name": sinar.name}, by=seller)

    assert everything() == before


def test_nobody_changes_columns_that_are_not_typed_by_people(sinar, seller, stranger):
    for column in ("responsible_id", "team_id", "trashed_at", "created_by_id", "version", "phone"):
        with pytest.raises(TypeError):
            actions.change_client(client=sinar, values={column: stranger.pk}, by=seller)


def test_two_people_who_change_different_fields_both_win(sinar, seller, head):
    actions.change_client(client=sinar, values={"about": "Freight"}, base={"about": ""}, by=head)
    actions.change_client(client=sinar, values={"country": "ID"}, base={"country": ""}, by=seller)

    client = seen(sinar, seller)
    assert (client.about, client.country) == ("Freight", "ID")


def test_two_people_who_change_the_same_field_are_asked_and_nothing_is_lost(sinar, seller, head):
    actions.change_client(client=sinar, values={"about": "Freight"}, base={"about": ""}, by=head)

    with pytest.raises(EditConflicts) as met:
        actions.change_client(
            client=sinar,
            values={"about": "Cold storage", "country": "ID"},
            base={"about": "", "country": ""},
            by=seller,
        )

    conflict = met.value.conflicts[0]
    assert (conflict.column, conflict.theirs, conflict.ours) == ("about", "Freight", "Cold storage")
    assert (seen(sinar, seller).about, seen(sinar, seller).country) == ("Freight", "")


def test_a_stranger_changes_nothing_and_the_attempt_is_in_the_log(sinar, stranger):
    before = everything()

    for act in (
        lambda: actions.change_client(client=sinar, values={"name": "Mine"}, by=stranger),
        lambda: actions.set_tags(client=sinar, tags=[], by=stranger),
        lambda: actions.hand_over(client=sinar, to=stranger, by=stranger),
        lambda: actions.trash_client(client=sinar, by=stranger),
        lambda: actions.add_contact(client=sinar, name="Rina", by=stranger),
        lambda: actions.add_channel(client=sinar, kind="phone", value="0811-947-203", by=stranger),
        lambda: actions.log_touch(client=sinar, text="Hello", by=stranger),
        lambda: actions.keep_at_hand(client=sinar, by=stranger),
    ):
        with pytest.raises(Refused):
            act()

    assert everything() == before
    assert AuditRow.objects.filter(verb="denied", actor_id=stranger.pk).count() == 8


def test_a_refusal_within_a_change_set_is_in_the_log_all_the_same(sinar, stranger):
    with pytest.raises(Refused), change_set("edit", "Mine now", by=stranger):
        actions.change_client(client=sinar, values={"name": "Mine"}, by=stranger)

    assert AuditRow.objects.filter(verb="denied", actor_id=stranger.pk).count() == 1


def test_a_seller_hands_nobody_over(sinar, seller, head):
    with pytest.raises(Refused):
        actions.hand_over(client=sinar, to=head, by=seller)

    assert seen(sinar, seller).responsible == seller


def test_a_head_hands_over_within_his_team(sinar, seller, head, stranger):
    actions.hand_over(client=sinar, to=head, by=head)

    assert seen(sinar, head).responsible == head
    assert not Client.objects.visible_to(seller).exists()
    assert told(events.ClientHandedOver) == [
        {"client_id": sinar.pk, "from_id": seller.pk, "to_id": head.pk, "by_id": head.pk}
    ]
    with pytest.raises(Refused):
        actions.hand_over(client=sinar, to=stranger, by=head)


def test_handing_over_can_be_undone(sinar, seller, head):
    with change_set("edit", "Handed over", by=head) as changes:
        actions.hand_over(client=sinar, to=head, by=head)

    undoing = undo(changes, by=head)

    assert undoing.conflicts == []
    assert seen(sinar, seller).responsible == seller


def test_a_client_goes_to_the_trash_and_comes_back_with_everything(sinar, seller, head):
    actions.trash_client(client=sinar, by=head)

    assert not Client.objects.visible_to(seller).exists()
    assert not Channel.objects.visible_to(seller).exists()
    assert told(events.ClientTrashed) == [{"client_id": sinar.pk, "by_id": head.pk}]

    actions.restore_client(client=sinar, by=head)

    assert seen(sinar, seller).phone == "+6281311207765"
    assert Channel.objects.visible_to(seller).count() == 2


def test_a_seller_puts_nothing_in_the_trash(sinar, seller):
    with pytest.raises(Refused):
        actions.trash_client(client=sinar, by=seller)

    assert Client.objects.visible_to(seller).exists()


def test_a_client_in_the_trash_is_not_changed(sinar, head):
    actions.trash_client(client=sinar, by=head)

    with pytest.raises(ValidationError):
        actions.change_client(client=sinar, values={"about": "x"}, by=head)


def test_tags_are_given_taken_and_given_again(sinar, seller):
    vip, late = Tag.objects.create(name="VIP"), Tag.objects.create(name="Pays late")

    actions.set_tags(client=sinar, tags=[vip, late], by=seller)
    actions.set_tags(client=sinar, tags=[late], by=seller)
    actions.set_tags(client=sinar, tags=[vip, late], by=seller)

    rows = ClientTag.objects.visible_to(seller)
    assert sorted(rows.values_list("tag__name", flat=True)) == ["Pays late", "VIP"]
    assert ClientTag.objects.as_system("a test").count() == 2


@pytest.mark.parametrize("way", ["add", "take"])
def test_a_tag_put_on_at_the_same_moment_stays(way, sinar, seller, head, monkeypatch):
    """PostgreSQL lets two acts on many run side by side: each must look at the tags when it holds the client."""
    old, mine, theirs = (Tag.objects.create(name=name) for name in ("Old", "Mine", "Theirs"))
    actions.set_tags(client=sinar, tags=[old], by=seller)
    take_hold = editing.locked

    def after_another(row, by):
        monkeypatch.undo()
        actions.change_tags(client=sinar, put_on=[theirs], by=head)
        return take_hold(row, by)

    monkeypatch.setattr(actions.clients, "locked", after_another)
    bulk.tag(row=sinar, values={"tag": mine if way == "add" else old, "how": way}, by=seller)

    names = {each.tag.name for each in ClientTag.objects.visible_to(seller).select_related("tag")}
    assert names == ({"Old", "Mine", "Theirs"} if way == "add" else {"Theirs"})


def test_taking_a_tag_can_be_undone(sinar, seller):
    vip = Tag.objects.create(name="VIP")
    actions.set_tags(client=sinar, tags=[vip], by=seller)

    with change_set("edit", "Tags", by=seller) as changes:
        actions.set_tags(client=sinar, tags=[], by=seller)
    undoing = undo(changes, by=seller)

    assert undoing.conflicts == []
    assert ClientTag.objects.visible_to(seller).get().tag == vip


def test_who_sees_but_may_not_change_changes_no_part_either(sinar, seller, stranger):
    """A right to see all and to change one's own does not open the parts of other people's clients."""
    stranger.role = Role.objects.create(code="looker", name="Looker", grants={"clients.view": 3, "clients.change": 1})
    stranger.save()
    channel = Channel.objects.visible_to(stranger).first()
    assert channel.client == sinar

    for act in (
        lambda: actions.change_channel(channel=channel, values={"label": "x"}, by=stranger),
        lambda: actions.remove(part=channel, by=stranger),
        lambda: actions.make_main(part=channel, by=stranger),
    ):
        with pytest.raises(Refused):
            act()


def test_a_status_is_set_by_its_id(sinar, seller):
    active = Status.objects.create(name="Active")

    actions.change_client(client=sinar, values={"status_id": active.pk}, by=seller)

    assert seen(sinar, seller).status == active
