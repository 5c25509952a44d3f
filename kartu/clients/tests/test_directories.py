"""The short lists of the firm: statuses, categories, sources, tags."""

import pytest
from django.core.exceptions import ValidationError

from kartu.clients import actions
from kartu.clients.directories import DIRECTORIES
from kartu.clients.models import Client, ClientTag, Status, Tag
from kartu.clients.tests.conftest import seen
from kartu.core.testing import run_jobs
from kartu.records.changes import undo
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

STATUSES, TAGS = DIRECTORIES["statuses"], DIRECTORIES["tags"]


def names(model: type) -> list[str]:
    return list(model.objects.filter(is_active=True).values_list("name", flat=True))


def test_values_are_added_at_the_end_and_told(head):
    actions.add_item(directory=STATUSES, name="New", by=head)
    actions.add_item(directory=STATUSES, name="  Active   one ", by=head)

    assert names(Status) == ["New", "Active one"]
    assert AuditRow.objects.filter(verb="setting", object_type="clients.status").count() == 2


def test_a_value_stands_in_its_list_once_whatever_its_case(head):
    first = actions.add_item(directory=STATUSES, name="Спящий", by=head)
    again = actions.add_item(directory=STATUSES, name="СПЯЩИЙ", by=head)

    assert again == first
    with pytest.raises(ValidationError):
        actions.add_item(directory=STATUSES, name="  ", by=head)
    with pytest.raises(ValidationError):
        actions.add_item(directory=STATUSES, name="x" * 81, by=head)


def test_a_seller_edits_no_lists(seller, head):
    item = actions.add_item(directory=STATUSES, name="New", by=head)

    for act in (
        lambda: actions.add_item(directory=STATUSES, name="Mine", by=seller),
        lambda: actions.rename_item(item=item, name="Mine", by=seller),
        lambda: actions.retire_item(item=item, by=seller),
        lambda: actions.order_items(directory=STATUSES, ids=[item.pk], by=seller),
        lambda: actions.merge_items(item=item, into=item, by=seller),
    ):
        with pytest.raises(Refused):
            act()

    assert names(Status) == ["New"]


def test_a_value_is_renamed_wherever_it_stands(sinar, seller, head):
    item = actions.add_item(directory=STATUSES, name="Activ", by=head)
    other = actions.add_item(directory=STATUSES, name="New", by=head)
    actions.change_client(client=sinar, values={"status_id": item.pk}, by=seller)

    actions.rename_item(item=item, name="Active", by=head)

    assert seen(sinar, seller).status.name == "Active"
    with pytest.raises(ValidationError):
        actions.rename_item(item=other, name="ACTIVE", by=head)


def test_values_are_put_in_order(head):
    one, two, three = (actions.add_item(directory=TAGS, name=name, by=head) for name in ("1", "2", "3"))

    actions.order_items(directory=TAGS, ids=[three.pk, one.pk], by=head)

    assert names(Tag) == ["3", "1", "2"]
    assert two.pk


def test_a_retired_value_stays_where_it_was_chosen_and_comes_back_by_its_name(sinar, seller, head):
    item = actions.add_item(directory=STATUSES, name="Lost", by=head)
    actions.change_client(client=sinar, values={"status_id": item.pk}, by=seller)

    actions.retire_item(item=item, by=head)

    assert names(Status) == []
    assert seen(sinar, seller).status == item
    assert actions.add_item(directory=STATUSES, name="lost", by=head) == item
    assert names(Status) == ["Lost"]


def test_merging_moves_all_clients_over_and_can_be_undone(sinar, volga, seller, owner, stranger, head):
    old, new = (actions.add_item(directory=STATUSES, name=name, by=owner) for name in ("Activ", "Active"))
    actions.change_client(client=sinar, values={"status_id": old.pk}, by=seller)
    actions.change_client(client=volga, values={"status_id": old.pk}, by=stranger)

    changes = actions.merge_items(item=old, into=new, by=owner)
    run_jobs()

    assert {client.status for client in Client.objects.visible_to(owner)} == {new}
    assert names(Status) == ["Active"]

    undo(changes, by=owner)
    assert {client.status for client in Client.objects.visible_to(owner)} == {old}


def test_merging_tags_leaves_one_where_a_client_has_both(sinar, volga, seller, owner, stranger):
    old, new = (actions.add_item(directory=TAGS, name=name, by=owner) for name in ("Vip", "Important"))
    actions.set_tags(client=sinar, tags=[old, new], by=seller)
    actions.set_tags(client=volga, tags=[old], by=stranger)

    actions.merge_items(item=old, into=new, by=owner)
    run_jobs()

    tags = ClientTag.objects.visible_to(owner).order_by("client_id").values_list("client_id", "tag__name")
    assert list(tags) == [(sinar.pk, "Important"), (volga.pk, "Important")]


def test_values_of_two_lists_do_not_merge(owner):
    status = actions.add_item(directory=STATUSES, name="New", by=owner)
    tag = actions.add_item(directory=TAGS, name="New", by=owner)

    for into in (tag, status):
        with pytest.raises(ValidationError):
            actions.merge_items(item=status, into=into, by=owner)


def test_a_list_knows_how_many_clients_have_each_value(sinar, volga, seller, head, owner):
    status, tag = Status.objects.create(name="New"), Tag.objects.create(name="VIP")
    actions.change_client(client=sinar, values={"status_id": status.pk}, by=seller)
    actions.set_tags(client=sinar, tags=[tag], by=seller)

    assert (STATUSES.counts(), TAGS.counts()) == ({status.pk: 1}, {tag.pk: 1})
    actions.trash_client(client=sinar, by=head)
    assert (STATUSES.counts(), TAGS.counts()) == ({}, {})
