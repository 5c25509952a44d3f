"""Taking back what was done, on clients."""

import pytest

from kartu.clients.models import Category, Channel, Client
from kartu.core.actors import System
from kartu.firm.models import User
from kartu.records.changes import change_set, undo
from kartu.records.models import ChangeSet
from kartu.security.audit import acting_as, change_many


@pytest.fixture
def cards(seller) -> list[Client]:
    with acting_as(System("a test")):
        for number in range(3):
            Client(name=f"Client {number}", responsible=seller, team=seller.team).save()
    return list(Client.objects.visible_to(seller).order_by("pk"))


def rename_all(cards: list[Client], by: User) -> ChangeSet:
    with change_set("bulk", "Category of 3 clients", by=by) as changes:
        change_many(cards, {"category_id": Category.objects.get_or_create(name="Wholesale")[0].pk})
    return changes


def categories(person: User) -> list[int | None]:
    return list(Client.objects.visible_to(person).order_by("pk").values_list("category_id", flat=True))


def test_a_bulk_act_is_taken_back_and_the_taking_back_too(seller, cards):
    changes = rename_all(cards, seller)
    done = categories(seller)

    undoing = undo(changes, by=seller)
    assert categories(seller) == [None] * 3
    undo(undoing.change_set, by=seller)

    assert categories(seller) == done
    assert undoing.restored == 3


def test_what_was_changed_since_stays_and_is_listed(seller, cards):
    changes = rename_all(cards, seller)
    retail = Category.objects.create(name="Retail")
    with acting_as(System("a test")):
        newer = Client.objects.visible_to(seller).get(pk=cards[0].pk)
        newer.category = retail
        newer.save()

    undoing = undo(changes, by=seller)

    assert categories(seller) == [retail.pk, None, None]
    assert [(each.column, each.theirs) for each in undoing.conflicts] == [("category_id", retail.pk)]
    assert ChangeSet.objects.get(pk=undoing.change_set.pk).conflicts[0]["column"] == "category_id"


def test_other_fields_changed_since_do_not_stand_in_the_way(seller, cards):
    changes = rename_all(cards, seller)
    with acting_as(System("a test")):
        newer = Client.objects.visible_to(seller).get(pk=cards[0].pk)
        newer.about = "Pumps"
        newer.save()

    undo(changes, by=seller)

    assert categories(seller) == [None] * 3
    assert Client.objects.visible_to(seller).get(pk=cards[0].pk).about == "Pumps"


def test_what_was_made_goes_to_the_trash_unless_somebody_worked_on_it(seller):
    with change_set("import", "clients.xlsx", by=seller) as changes:
        for name in ("Untouched", "Worked on"):
            client = Client(name=name, responsible=seller, team=seller.team)
            client.save()
            Channel(client=client, kind="phone", value="+62").save()
    with acting_as(System("a test")):
        worked_on = Client.objects.visible_to(seller).get(name="Worked on")
        worked_on.about = "Pumps"
        worked_on.save()

    undoing = undo(changes, by=seller)

    assert [client.name for client in Client.objects.visible_to(seller)] == ["Worked on"]
    assert [(each.object_type, each.object_id) for each in undoing.conflicts] == [("clients.client", worked_on.pk)]


def test_rows_that_have_gone_out_of_reach_are_conflicts(seller, stranger, cards):
    changes = rename_all(cards, seller)
    with acting_as(System("a test")):
        given = Client.objects.as_system("a test").get(pk=cards[0].pk)
        given.responsible, given.team = stranger, stranger.team
        given.save()

    undoing = undo(changes, by=seller)

    assert len(undoing.conflicts) == 1
    assert Client.objects.visible_to(stranger).get().category_id is not None


def test_undo_from_the_page_answers_with_a_toast_that_can_undo_the_undo(client, seller, cards):
    changes = rename_all(cards, seller)
    client.force_login(seller)

    answer = client.post(f"/changes/{changes.pk}/undo/")
    again = client.post(f"/changes/{changes.pk}/undo/")

    assert answer.status_code == 204
    assert '"undo": "/changes/' in answer.headers["HX-Trigger"]
    assert categories(seller) == [None] * 3
    assert "taken back already" in again.headers["HX-Trigger"]


def test_somebody_elses_changes_are_out_of_sight_but_not_of_the_heads(client, seller, stranger, head, cards):
    changes = rename_all(cards, seller)

    seen = {}
    for person in (stranger, head):
        client.force_login(person)
        seen[person.name] = [client.get(f"/changes/{changes.pk}/").status_code,
                             client.post(f"/changes/{changes.pk}/undo/").status_code]  # fmt: skip

    assert seen == {"Viktor": [404, 404], "Hendra": [200, 204]}


def test_the_trash_shows_and_gives_back_what_one_may_throw_away(client, owner, stranger, cards):
    with acting_as(System("a test")):
        card = Client.objects.visible_to(owner).get(pk=cards[0].pk)
        card.trashed_at = card.created_at
        card.save()
    client.force_login(stranger)
    stranger_sees = client.get("/trash/").content.decode()
    stranger_takes = client.post(f"/trash/clients.client/{card.pk}/restore/").status_code
    client.force_login(owner)
    owner_sees = client.get("/trash/").content.decode()
    owner_takes = client.post(f"/trash/clients.client/{card.pk}/restore/").status_code

    assert ("Client 0" in stranger_sees, stranger_takes) == (False, 404)
    assert ("Client 0" in owner_sees, owner_takes) == (True, 204)
    assert Client.objects.visible_to(owner).count() == 3


def test_the_list_of_changes_takes_as_many_queries_for_thirty_as_for_one(
    client, seller, cards, django_assert_max_num_queries
):
    for _ in range(30):
        undo(rename_all(cards, seller), by=seller)
    client.force_login(seller)

    with django_assert_max_num_queries(10):
        assert client.get("/changes/").status_code == 200
