"""The reach "of the branch", between the team and all: the rows, lists, search and whom one may name agree about it."""

import pytest

from kartu.clients import actions
from kartu.clients.mentions import those_who_see
from kartu.clients.models import Client
from kartu.clients.rights import HAND_OVER, VIEW, reaches, receivers
from kartu.core.actors import Scope
from kartu.firm.models import Branch, Role, Team, User
from kartu.firm.people_for_tests import make_person
from kartu.search.find import find


@pytest.fixture
def bandung(team, head, seller) -> Branch:
    """The branch of the team; head and seller work there, and a colleague of another team, and one of none."""
    branch = Branch.objects.create(name="Bandung")
    Team.objects.filter(pk=team.pk).update(branch=branch)
    User.objects.filter(pk__in=[head.pk, seller.pk]).update(branch=branch)
    for person in (make_person("Agus", "seller", Team.objects.create(name="Night")), make_person("Rani", "seller")):
        User.objects.filter(pk=person.pk).update(branch=branch)
    return branch


@pytest.fixture
def clients(bandung, owner, stranger) -> dict[str, Client]:
    """One of each person's; Wayan works at no branch, but in the team of this one."""
    wayan = make_person("Wayan", "seller", Team.objects.get(name="Bandung"))
    people = [*User.objects.filter(branch=bandung), wayan, stranger, owner]
    return {person.name: actions.add_client(name=f"PT Karya {person.name}", by=person) for person in people}


@pytest.fixture
def manager(head) -> User:
    Role.objects.filter(code="head").update(grants={VIEW: int(Scope.BRANCH), HAND_OVER: int(Scope.BRANCH)})
    return User.objects.select_related("role").get(pk=head.pk)


IN_REACH = {"Hendra", "Sari", "Agus", "Rani", "Wayan"}


def test_rows_of_the_branchs_people_and_teams_are_seen_and_no_others(clients, manager):
    seen = {client.name.removeprefix("PT Karya ") for client in Client.objects.visible_to(manager)}

    assert seen == IN_REACH


def test_a_row_in_hand_is_judged_as_the_query_judges_it(clients, manager):
    assert {name for name, client in clients.items() if reaches(manager, client)} == IN_REACH


def test_list_and_search_and_card_agree(client, clients, manager):
    client.force_login(manager)

    listed = client.get("/clients/").content.decode()
    found = {each.hit.title for kind in find("karya", by=manager, limit=50) for each in kind.found}

    for name, row in clients.items():
        within = name in IN_REACH
        assert (row.name in listed) == within
        assert (row.name in found) == within
        assert client.get(f"/clients/{row.pk}/").status_code == (200 if within else 404)


def test_without_a_branch_of_ones_own_it_is_the_team(clients, manager):
    manager.branch_id = None

    assert {row.name for row in Client.objects.visible_to(manager)} == {
        "PT Karya Hendra", "PT Karya Sari", "PT Karya Wayan"
    }  # fmt: skip


def test_who_reaches_the_branch_hands_over_within_it(clients, manager):
    assert {person.name for person in receivers(manager, HAND_OVER)} == IN_REACH


def test_a_colleague_who_moves_to_another_branch_is_out_of_reach_at_the_next_request(clients, manager):
    User.objects.filter(name="Rani").update(branch=None)
    again = User.objects.select_related("role").get(pk=manager.pk)

    assert not Client.objects.visible_to(again).filter(pk=clients["Rani"].pk).exists()


def test_asking_many_people_of_a_branch_asks_the_branch_once(clients, manager, django_assert_num_queries):
    Role.objects.filter(code="seller").update(grants={VIEW: int(Scope.BRANCH)})

    with django_assert_num_queries(3):
        assert {person.name for person in those_who_see(clients["Sari"])} == IN_REACH - {"Wayan"} | {"Wayan", "Olga"}


def test_what_firms_have_kept_before_means_the_same(firm):
    assert [Scope(kept) for kept in (1, 2, 3)] == [Scope.OWN, Scope.TEAM, Scope.ALL]
    assert Scope.OWN < Scope.TEAM < Scope.BRANCH < Scope.ALL
    assert Role(code="own-1", grants={VIEW: 3}).scope(VIEW) is Scope.ALL
