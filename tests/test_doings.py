"""What a person did since a moment is taken back in one act, as far as others have not built on it."""

from datetime import datetime

import pytest
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.actions.merging import merge_clients
from kartu.clients.models import Channel, Client, ClientTag, Tag
from kartu.core.models import Job
from kartu.core.testing.queue import run_jobs
from kartu.firm.models import User
from kartu.records import long_undo
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.leaving import acts
from kartu.records.models import ChangeSet
from kartu.security.invariants import verify
from kartu.security.models import AuditRow


def as_it_stands() -> dict:
    """All clients with their parts, but what is in the trash and what counts writings."""
    rows = Client.objects.as_system("a test").filter(trashed_at=None).order_by("pk")
    parts = {
        model.__name__: list(
            model.objects.as_system("a test")
            .filter(trashed_at=None, client__trashed_at=None)
            .order_by("pk")
            .values_list("client_id", *names)
        )
        for model, names in ((Channel, ["value", "kind"]), (ClientTag, ["tag_id"]))
    }
    return {"clients": list(rows.values("pk", "name", "about", "responsible_id", "team_id", "phone")), **parts}


@pytest.fixture
def before(head, owner) -> dict:
    tag = Tag.objects.create(name="VIP")
    for name, phone in (("PT Satu", "0812 3456 781"), ("PT Dua", "0812 3456 782"), ("PT Tiga", "0812 3456 783")):
        client = clients.add_client(name=name, phone=phone, by=head)
        clients.set_tags(client=client, tags=[tag], by=head)
    return as_it_stands()


def named(name: str, by: User) -> Client:
    return Client.objects.visible_to(by).get(name=name)


def wreak_havoc(head: User, seller: User) -> datetime:
    """Edits upon edits, a hand-over, tags, a merge and edits of what was merged, trash, and a client of his own."""
    since = timezone.now()
    one, two, three = (named(name, head) for name in ("PT Satu", "PT Dua", "PT Tiga"))
    with change_set(ChangeSet.Kind.BULK, "Worse names", by=head):
        for number, row in enumerate((one, two, three)):
            clients.change_client(client=row, values={"name": f"X{number}", "about": "gone"}, by=head)
    clients.change_client(client=named("X0", head), values={"about": "gone twice"}, by=head)
    clients.set_tags(client=one, tags=[], by=head)
    clients.hand_over(client=named("X1", head), to=seller, by=head)
    with change_set(ChangeSet.Kind.EDIT, "Merged", by=head):
        merge_clients(client=named("X0", head), other=named("X1", head), by=head)
    clients.change_client(client=named("X0", head), values={"about": "after the merge"}, by=head)
    clients.trash_client(client=named("X2", head), by=head)
    mine = clients.add_client(name="PT Sendiri", phone="0812 9999 111", by=head)
    clients.change_client(client=mine, values={"about": "mine"}, by=head)
    return since


def test_all_that_was_done_is_taken_back_and_can_be_done_again(before, head, seller, owner):
    since = wreak_havoc(head, seller)
    assert as_it_stands() != before

    made = acts.take_doings_back(person=head, since=since, by=owner)

    assert (as_it_stands(), made.conflicts) == (before, [])
    for finding in verify(["I6", "derived", "search", "merged"]):
        assert finding.broken == []
    undo_changes(changes=made, by=owner)
    assert named("PT Sendiri", owner).about == "mine"


def test_what_was_before_the_moment_stays(before, head, seller, owner):
    clients.change_client(client=named("PT Satu", head), values={"about": "pumps"}, by=head)
    since = timezone.now()
    clients.change_client(client=named("PT Satu", head), values={"about": "nothing"}, by=head)

    acts.take_doings_back(person=head, since=since, by=owner)

    assert named("PT Satu", owner).about == "pumps"


def test_what_others_have_built_on_stays_and_is_told(before, head, seller, owner):
    since = timezone.now()
    clients.change_client(client=named("PT Satu", head), values={"about": "worse", "name": "X"}, by=head)
    clients.change_client(client=named("X", owner), values={"about": "better"}, by=owner)
    made_by_him = clients.add_client(name="PT Baru", by=head)
    clients.log_touch(client=made_by_him, kind="call", text="Wants pumps", by=owner)

    made = acts.take_doings_back(person=head, since=since, by=owner)

    assert named("PT Satu", owner).about == "better"
    assert named("PT Baru", owner).trashed_at is None
    told = {(each["object_type"], each["object_id"], each["column"]) for each in made.conflicts}
    assert told == {
        ("clients.client", named("PT Satu", owner).pk, "about"),
        ("clients.client", made_by_him.pk, ""),
    }


@pytest.mark.django_db(transaction=True)
def test_much_is_taken_back_in_the_background_and_goes_on_after_a_kill(before, head, seller, owner, monkeypatch):
    since = wreak_havoc(head, seller)
    monkeypatch.setattr(acts, "AT_ONCE", 1)
    monkeypatch.setattr("kartu.records.imports.pace.FIRST_CHUNK", 3)
    monkeypatch.setattr("kartu.records.imports.pace.SMALLEST_CHUNK", 3)
    monkeypatch.setattr("kartu.records.imports.pace.LARGEST_CHUNK", 3)
    take, times = long_undo.take_some_back, []

    def killed(*arguments):
        times.append(1)
        if len(times) == 6:
            raise MemoryError
        return take(*arguments)

    monkeypatch.setattr(long_undo, "take_some_back", killed)
    acts.take_doings_back(person=head, since=since, by=owner)
    assert as_it_stands() != before
    run_jobs()
    Job.objects.update(run_at=None)
    run_jobs()

    assert as_it_stands() == before
    assert len(times) > 6


def test_the_page_says_what_can_be_taken_back_and_what_not(before, head, seller, owner, client):
    since = wreak_havoc(head, seller)
    client.force_login(owner)
    url = f"/people/{head.pk}/doings/"
    shown = client.get(url, {"since": f"{timezone.localtime(since):%Y-%m-%dT%H:%M}"}).content.decode()

    assert "This can be taken back" in shown and "merged or parted" in shown
    assert client.get(url, {"since": "2001-01-01T00:00"}).status_code == 422
    assert not AuditRow.objects.filter(actor_id=owner.pk, verb="change").exists()
