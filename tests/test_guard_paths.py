"""The ways past the row guard that lie outside of a query: a job, and an action that writes a row out of its hands.
Queries, related rows and joins: kartu/clients/tests/test_guard.py; addresses: tests/test_routes.py."""

import pytest

from kartu.clients import actions
from kartu.clients.models import Client, ClientTag, Tag
from kartu.core.actors import System
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.records.lists import bulk
from kartu.records.lists.jobs import bulk_in_background
from kartu.records.models import ChangeSet
from kartu.security import actions as gate
from kartu.security.actions import Refused, action
from kartu.security.models import AuditRow
from kartu.security.rows import GuardedQuery


@pytest.fixture
def mine(seller) -> Client:
    return actions.add_client(name="Mine", phone="0812 3456 789", by=seller)


@pytest.fixture
def theirs(stranger) -> Client:
    return actions.add_client(name="Theirs", by=stranger)


# ---- jobs


def tag_in_background(person, *clients: Client) -> Job:
    tag = Tag.objects.create(name="Wholesale")
    made = ChangeSet.objects.create(kind="bulk", title="Tag", by=person)
    bulk_in_background.later(
        by=person,
        list_key="clients",
        act_key="clients.tag",
        selection={"ids": [client.pk for client in clients]},
        typed={"tag": [str(tag.pk)], "how": ["add"]},
        change_set_id=made.pk,
    )
    run_jobs()
    return Job.objects.get(name="records.bulk_in_background")


def tagged() -> set[str]:
    return {tag.client.name for tag in ClientTag.objects.as_system("a test").select_related("client")}


def test_a_job_reaches_what_its_person_reaches(head, mine, theirs):
    assert tag_in_background(head, mine, theirs).state == Job.State.DONE
    assert tagged() == {"Mine"}


def read_past_the_rights(*_: object) -> list[int]:
    return list(Client.objects.values_list("pk", flat=True))


def test_a_job_that_reads_for_nobody_fails_and_writes_nothing(head, mine, theirs, monkeypatch):
    monkeypatch.setattr(bulk, "ids_of", read_past_the_rights)

    job = tag_in_background(head, mine, theirs)

    assert (job.state, job.error_class) == (Job.State.READY, "kartu.security.rows.Unguarded")
    assert tagged() == set()


def test_the_control_without_the_guard_lets_the_job_read(head, mine, theirs, monkeypatch):
    monkeypatch.setattr(bulk, "ids_of", read_past_the_rights)
    monkeypatch.setattr(GuardedQuery, "check_guard", lambda self: None)

    assert tag_in_background(head, mine, theirs).state == Job.State.DONE


# ---- the second look after a write


def slip_away(*, client: Client, to, by) -> Client:
    client.responsible, client.team = to, to.team
    client.save()
    return client


carelessly = action("clients.change")(slip_away)
on_purpose = action("clients.change", hands_over=True)(slip_away)


def responsible() -> str:
    return Client.objects.as_system("a test").get(name="Mine").responsible.name


def test_an_action_that_writes_a_row_out_of_its_own_reach_is_undone_and_logged(mine, seller, stranger):
    with pytest.raises(Refused):
        carelessly(client=mine, to=stranger, by=seller)

    assert responsible() == "Sari"
    assert AuditRow.objects.filter(verb="denied", actor_id=seller.pk).count() == 1


def test_an_action_that_says_so_hands_a_row_over(mine, seller, stranger):
    on_purpose(client=mine, to=stranger, by=seller)

    assert responsible() == "Viktor"


def test_the_control_without_the_second_look_lets_the_row_go(mine, seller, stranger, monkeypatch):
    monkeypatch.setattr(gate, "look_again", lambda by, result: None)

    carelessly(client=mine, to=stranger, by=seller)

    assert responsible() == "Viktor"


# ---- the look before it


@pytest.mark.parametrize("part", ["client", "channel"])
def test_a_row_of_somebody_else_is_refused_before_anything_is_written(mine, theirs, stranger, part):
    row = mine if part == "client" else mine.channels.get()
    before = AuditRow.objects.count()

    with pytest.raises(Refused):
        if part == "client":
            actions.change_client(client=row, values={"about": "stolen"}, by=stranger)
        else:
            actions.change_channel(channel=row, values={"value": "+628110000"}, by=stranger)

    assert set(AuditRow.objects.order_by("pk")[before:].values_list("verb", flat=True)) == {"denied"}
    assert Client.objects.as_system("a test").get(pk=mine.pk).about == ""


def test_the_control_without_the_look_before_lets_a_stranger_write(mine, stranger, monkeypatch):
    monkeypatch.setattr(gate, "check_reach", lambda by, row, right: None)
    monkeypatch.setattr(GuardedQuery, "check_guard", lambda self: None)

    write = action("clients.change")(lambda *, client, by: setattr(client, "about", "stolen") or client.save())
    write(client=mine, by=stranger)

    assert Client.objects.as_system("a test").get(pk=mine.pk).about == "stolen"


def test_a_system_that_acts_says_why(mine):
    with pytest.raises(TypeError):
        System()
