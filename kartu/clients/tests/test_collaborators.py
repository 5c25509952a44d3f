"""A colleague named on a client sees it wherever clients are seen, does there what he may, and nothing elsewhere."""

import pytest
from django.core.exceptions import ValidationError

from kartu.clients import actions
from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import CHANGE, EXPORT, HAND_OVER, SHARE, TRASH, VIEW, reaches
from kartu.clients.seers import seers_of
from kartu.core.testing import run_jobs
from kartu.firm.models import Role, User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.records.changes import undo
from kartu.records.models import ChangeSet
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.row_rules import OwnedRows


def again(person: User) -> User:
    return User.objects.select_related("role", "team").get(pk=person.pk)


@pytest.fixture
def shared(sinar, volga, seller, stranger) -> Client:
    """PT Sinar of the seller, with a person; the stranger may look at it."""
    actions.add_contact(client=sinar, name="Rina Kusuma", phone="0812 777 8899", by=seller)
    actions.name_collaborator(client=sinar, person=stranger, by=seller)
    return sinar


def found(words: str, person: User) -> set[str]:
    return {each.hit.title for group in find(words, by=again(person)) for each in group.found}


def test_who_is_named_sees_the_client_everywhere(client, shared, stranger, seller):
    client.force_login(stranger)

    assert {row.name for row in Client.objects.visible_to(again(stranger))} == {"PT Sinar Abadi", "ООО «Волга Снаб»"}
    assert "PT Sinar Abadi" in client.get("/clients/").content.decode()
    assert "PT Sinar Abadi" in client.get("/clients/?f=collaborators:any:me").content.decode()
    assert "Волга" not in client.get("/clients/?f=collaborators:any:me").content.decode()
    assert client.get(f"/clients/{shared.pk}/").status_code == 200
    assert found("sinar", stranger) >= {"PT Sinar Abadi"} and "Rina Kusuma" in found("rina", stranger)
    assert "Rina Kusuma" in found("7778899", stranger)
    assert reaches(again(stranger), shared) and not reaches(again(stranger), shared, CHANGE)


def test_without_the_naming_nobody_sees_it(monkeypatch, client, shared, stranger):
    """The negative control: all of the above hangs on this one rule."""
    monkeypatch.setattr(OwnedRows, "named_to", lambda self, actor, right: None)
    client.force_login(stranger)

    assert "PT Sinar Abadi" not in client.get("/clients/").content.decode()
    assert client.get(f"/clients/{shared.pk}/").status_code == 404
    assert found("sinar", stranger) == set() and not reaches(again(stranger), shared)


def test_a_colleague_who_is_not_named_sees_as_little_as_before(shared):
    other = make_person("Rudi", "seller")

    assert not Client.objects.visible_to(other).exists() and found("sinar", other) == set()


def test_seeing_is_not_changing_and_changing_is_not_giving_away(shared, stranger, seller):
    with pytest.raises(Refused):
        actions.change_client(client=shared, values={"about": "Ours"}, by=again(stranger))
    actions.name_collaborator(client=shared, person=stranger, may_change=True, by=seller)

    actions.change_client(client=shared, values={"about": "Steel"}, by=again(stranger))

    him = again(stranger)
    Role.objects.filter(pk=him.role_id).update(grants={HAND_OVER: 10, TRASH: 10})
    him = again(stranger)
    assert reaches(him, shared, CHANGE) and not any(reaches(him, shared, right) for right in (HAND_OVER, TRASH, SHARE))
    for act in (
        lambda: actions.trash_client(client=shared, by=him),
        lambda: actions.hand_over(client=shared, to=him, by=him),
        lambda: actions.name_collaborator(client=shared, person=make_person("Rudi", "seller"), by=him),
    ):
        with pytest.raises(Refused):
            act()


def test_what_is_taken_out_follows_the_right_of_the_role(shared, stranger):
    assert not Client.objects.visible_to(again(stranger), EXPORT).exists()

    Role.objects.filter(pk=stranger.role_id).update(grants={EXPORT: 10})

    assert Client.objects.visible_to(again(stranger), EXPORT).filter(pk=shared.pk).exists()


def test_the_head_names_too_and_a_stranger_cannot(shared, head, stranger):
    rudi = make_person("Rudi", "seller")

    actions.name_collaborator(client=shared, person=rudi, by=head)

    with pytest.raises(Refused):
        actions.remove_collaborator(collaborator=Collaborator.objects.visible_to(head).get(person=rudi), by=stranger)
    assert reaches(again(rudi), shared)


def test_whoever_sees_no_clients_at_all_cannot_be_named_nor_who_looks_after_it(shared, seller):
    keeper = make_person("Joko", "storekeeper")

    for person in (keeper, seller):
        with pytest.raises(ValidationError):
            actions.name_collaborator(client=shared, person=person, by=seller)


def test_who_sees_this_client_and_why(shared, stranger, head, owner, seller):
    assert {seer.person.name: seer.why for seer in seers_of(shared)} == {
        "Olga": "is an owner",
        "Hendra": "as Head of sales sees the clients of the team",
        "Sari": "looks after this client",
        "Viktor": "takes part, named by Sari",
    }


def test_he_is_told_and_the_history_tells(client, shared, stranger, head):
    run_jobs()
    client.force_login(head)

    history = client.get(f"/clients/{shared.pk}/history/", headers={"HX-Request": "true"}).content.decode()

    assert Notification.objects.visible_to(stranger).get().kind == "clients.shared"
    assert "Viktor" in history


def test_removing_ends_it_at_once_and_is_undone(client, shared, seller, stranger):
    row = Collaborator.objects.visible_to(seller).get(client=shared)
    client.force_login(seller)
    assert client.post(f"/clients/{shared.pk}/collaborators/{row.pk}/remove/").status_code == 302
    assert not reaches(again(stranger), shared)

    undo(ChangeSet.objects.latest("pk"), by=seller)

    assert reaches(again(stranger), shared)


def test_a_merge_keeps_who_takes_part_and_names_nobody_twice(shared, sinar, seller, stranger, head, owner):
    other = actions.add_client(name="PT Sinar", by=seller)
    for person in (stranger, owner):
        actions.name_collaborator(client=other, person=person, by=seller)

    actions.merge_clients(client=shared, other=other, by=head)

    rows = Collaborator.objects.visible_to(head).filter(client=shared)
    assert sorted(row.person.name for row in rows) == ["Olga", "Viktor"]


def test_many_people_who_take_part_cost_one_query_to_name(shared, seller, django_assert_num_queries):
    for number in range(5):
        actions.name_collaborator(client=shared, person=make_person(f"P{number}", "seller"), by=seller)

    with django_assert_num_queries(3):
        assert len(seers_of(shared)) == 1 + 1 + 5


def test_the_card_of_one_who_takes_part_costs_hardly_more(client, shared, stranger, django_assert_max_num_queries):
    client.force_login(stranger)
    client.get(f"/clients/{shared.pk}/")

    with django_assert_max_num_queries(18):
        assert "Also take part" in client.get(f"/clients/{shared.pk}/").content.decode()


def test_a_head_who_takes_part_finds_the_row_once(shared, head, seller):
    actions.name_collaborator(client=shared, person=head, by=seller)

    assert Client.objects.visible_to(again(head)).filter(pk=shared.pk).count() == 1
    assert Client.objects.visible_to(again(head), VIEW).count() == 1
