"""What has lain in the trash for its time is removed for good, and not a day before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Channel, Client, Contact, Touch
from kartu.core.actors import System
from kartu.core.testing.queue import run_jobs
from kartu.firm.models import User
from kartu.planner import actions as planner
from kartu.records import changes, purging
from kartu.records.actions import attach_file
from kartu.records.files import store
from kartu.records.models import ChangeSet, File
from kartu.search.models import Doc
from kartu.security.audit import acting_as
from kartu.security.invariants import verify
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb
from kartu.security.rows import KEPT_IN_TRASH

CLOCK = System("the clock of a test")
SECOND = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def full(seller) -> Client:
    """A client with something of every kind hanging on it."""
    client = actions.add_client(name="PT Sinar Abadi", phone="0812 3456 789", by=seller)
    rina = actions.add_contact(client=client, name="Rina", by=seller)
    actions.add_channel(client=client, contact=rina, kind="email", value="rina@sinar.example", by=seller)
    actions.add_address(client=client, city="Bekasi", by=seller)
    entity = actions.add_entity(client=client, name="PT Sinar Tbk", by=seller)
    actions.add_account(client=client, entity=entity, account="5410 123 456", by=seller)
    due = timezone.now() + timedelta(days=1)
    planner.set_task(title="Call", kind="call", client=client, due_at=due, contact=rina, by=seller)
    actions.keep_at_hand(client=client, by=seller)
    for number in range(5):
        actions.log_touch(client=client, kind="call", text=f"call {number}", contact=rina, by=seller)
    return client


def throw_away(client: Client, ago: timedelta) -> None:
    """Put `client` in the trash as if it had been done `ago`."""
    with transaction.atomic(), acting_as(CLOCK):
        row = Client.objects.as_system("a test").get(pk=client.pk)
        row.trashed_at = timezone.now() - ago
        row.save()


def all_of(model: type, **lookup: object):
    return model.objects.as_system("a test").filter(**lookup)


def purged(model: str) -> list[int]:
    return list(AuditRow.objects.filter(verb=Verb.PURGE, object_type=model).values_list("object_id", flat=True))


def is_whole() -> bool:
    return [line for finding in verify() for line in finding.broken] == []


def test_nothing_goes_before_its_time(full, owner):
    throw_away(full, KEPT_IN_TRASH - SECOND)

    assert purging.remove_over(by=CLOCK) == 0

    assert Client.objects.visible_to(owner, trashed=True).get() == full
    assert AuditRow.objects.filter(verb=Verb.PURGE).count() == 0


def test_a_client_goes_with_all_that_hangs_on_it_and_the_log_stays(full, owner, seller):
    file = attach_file(target=full, name="Contract.pdf", chunks=[b"words"], by=seller)
    lines = AuditRow.objects.count()
    throw_away(full, KEPT_IN_TRASH + SECOND)

    assert purging.remove_over(by=CLOCK) == 1

    for model in purging.guarded_models():
        if model is Client or "client" in {field.name for field in model._meta.fields}:
            assert not all_of(model).exists(), model
    assert not all_of(File).exists()
    assert purged("clients.client") == [full.pk]
    assert len(purged("clients.touch")) == 5 and len(purged("clients.channel")) == 2
    assert purged("records.file") == [file.pk]
    assert AuditRow.objects.count() > lines
    assert not Doc.objects.filter(root_id=full.pk).exists()
    assert is_whole()


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_its_files_go_from_the_disk(full, owner, seller):
    file = attach_file(target=full, name="Contract.pdf", chunks=[b"words"], by=seller)
    newer = attach_file(target=full, name="Contract.pdf", chunks=[b"more"], replaces=file, by=seller)
    throw_away(full, KEPT_IN_TRASH + SECOND)

    purging.remove_over(by=CLOCK)

    assert not store.path_of(file.stored).exists()
    assert not store.path_of(newer.stored).exists()
    assert not all_of(File).exists()


def test_what_others_have_to_do_with_it_stays(full, owner, seller):
    other = actions.add_client(name="Sinar Group", by=seller)
    actions.add_relation(client=other, other=full, kind="partner", by=seller)
    throw_away(full, KEPT_IN_TRASH + SECOND)

    purging.remove_over(by=CLOCK)

    assert Client.objects.visible_to(seller).get() == other
    assert is_whole()


def test_a_contact_goes_alone_and_what_was_said_to_it_stays(full, seller, owner):
    rina = full.contacts.get()
    actions.remove(part=rina, by=seller)
    age(Contact, KEPT_IN_TRASH + SECOND)
    age(Channel, KEPT_IN_TRASH + SECOND, contact=rina)

    purging.remove_over(by=CLOCK)

    assert not all_of(Contact).exists()
    assert all_of(Channel).count() == 1
    assert all_of(Touch, contact=None).count() == 5
    assert is_whole()


def age(model: type, ago: timedelta, **lookup: object) -> None:
    with transaction.atomic(), acting_as(CLOCK):
        for row in all_of(model, trashed_at__isnull=False, **lookup):
            row.trashed_at = timezone.now() - ago
            row.save()


def test_what_is_over_is_nobodys_even_before_it_is_removed(full, client, owner):
    throw_away(full, KEPT_IN_TRASH + SECOND)
    client.force_login(owner)

    assert "PT Sinar Abadi" not in client.get("/trash/").content.decode()
    assert client.post(f"/trash/clients.client/{full.pk}/restore/").status_code == 404
    assert client.get(f"/clients/{full.pk}/").status_code == 404


def test_one_killed_in_the_middle_goes_on(full, owner, monkeypatch):
    throw_away(full, KEPT_IN_TRASH + SECOND)
    monkeypatch.setattr(purging, "CHUNK", 1)
    done, delete = [], purging.delete

    def dies(model: type, ids: list[int]) -> None:
        if len(done) == 6:
            raise KeyboardInterrupt
        done.append(delete(model, ids))

    monkeypatch.setattr(purging, "delete", dies)
    with pytest.raises(KeyboardInterrupt):
        purging.remove_over(by=CLOCK)
    assert all_of(Client).exists() and is_whole()

    monkeypatch.setattr(purging, "delete", delete)
    purging.remove_over(by=CLOCK)

    assert not all_of(Client).exists()
    assert len(purged("clients.touch")) == len(set(purged("clients.touch"))) == 5
    assert is_whole()
    assert purging.remove_over(by=CLOCK) == 0


def test_each_step_writes_few_rows(full, owner, seller, monkeypatch):
    for number in range(30):
        actions.log_touch(client=full, kind="call", text=f"more {number}", by=seller)
    throw_away(full, KEPT_IN_TRASH + SECOND)
    monkeypatch.setattr(purging, "CHUNK", 10)
    sizes, delete = [], purging.delete
    monkeypatch.setattr(purging, "delete", lambda model, ids: sizes.append(len(ids)) or delete(model, ids))

    purging.remove_over(by=CLOCK)

    assert max(sizes) == 10


def test_the_clock_empties_it_every_night():
    from kartu.core.jobs.clock import schedules  # noqa: PLC0415 - after every app has declared its own

    assert schedules["records.trash"].cron == "17 4 * * *"


@pytest.fixture
def ask(client) -> Callable:
    def ask(person: User, method: str, url: str):
        client.force_login(person)
        return getattr(client, method)(url)

    return ask


def test_the_owner_removes_by_hand_what_lies_there(full, owner, head, ask):
    actions.trash_client(client=full, by=head)
    url = f"/trash/clients.client/{full.pk}/remove/"

    asked = ask(owner, "get", url).content.decode()
    response = ask(owner, "post", url)
    run_jobs()

    assert "PT Sinar Abadi" in asked and "Touches" in asked
    assert response.status_code == 302
    assert not all_of(Client).exists()
    row = AuditRow.objects.get(verb=Verb.PURGE, object_type="clients.client")
    assert (row.actor_id, row.object_id) == (owner.pk, full.pk)
    assert is_whole()


def test_what_is_in_use_is_not_removed_by_hand(full, owner, ask):
    assert ask(owner, "post", f"/trash/clients.client/{full.pk}/remove/").status_code == 404
    run_jobs()

    assert all_of(Client).exists()


@pytest.mark.parametrize("who", ["head", "seller"])
def test_nobody_but_the_owner_removes_for_good(full, head, seller, ask, who):
    actions.trash_client(client=full, by=head)
    person = {"head": head, "seller": seller}[who]

    assert ask(person, "post", f"/trash/clients.client/{full.pk}/remove/").status_code == 403
    assert ask(person, "post", "/trash/empty/").status_code == 403
    run_jobs()

    assert all_of(Client).exists()


def test_the_trash_is_emptied_and_what_is_in_use_stays(full, owner, head, seller, ask):
    kept = actions.add_client(name="Toko", by=seller)
    actions.trash_client(client=full, by=head)

    assert "1" in ask(owner, "get", "/trash/empty/").content.decode()
    ask(owner, "post", "/trash/empty/")
    run_jobs()

    assert all_of(Client).get() == kept
    assert is_whole()


def test_the_page_says_on_which_day_it_goes(full, owner, head, ask):
    actions.trash_client(client=full, by=head)
    throw_away(full, timedelta(days=89))

    page = ask(owner, "get", "/trash/").content.decode()

    from kartu.core.formats import format_date  # noqa: PLC0415 - spelled as on the page

    assert f"removed for good on {format_date(timezone.now() + timedelta(days=1))}" in page


def test_undo_says_that_it_was_removed_for_good(full, head, owner, seller):
    with changes.change_set(ChangeSet.Kind.EDIT, "Renamed", by=seller) as renamed:
        actions.change_client(client=full, values={"name": "PT Baru"}, by=seller)
    throw_away(full, KEPT_IN_TRASH + SECOND)
    purging.remove_over(by=CLOCK)

    undoing = changes.undo(renamed, by=owner)

    assert undoing.restored == 0
    assert [(conflict.object_id, conflict.is_gone) for conflict in undoing.conflicts] == [(full.pk, True)]


def test_undo_does_not_point_at_what_was_removed(full, owner, seller):
    rina = full.contacts.get()
    budi = actions.add_contact(client=full, name="Budi", by=seller)
    touch = full.touches.first()
    with changes.change_set(ChangeSet.Kind.EDIT, "With whom", by=seller) as moved:
        actions.change_touch(touch=touch, values={"contact": budi, "text": "other words"}, by=seller)
    actions.remove(part=rina, by=seller)
    age(Contact, KEPT_IN_TRASH + SECOND)
    age(Channel, KEPT_IN_TRASH + SECOND, contact=rina)
    purging.remove_over(by=CLOCK)

    undoing = changes.undo(moved, by=seller)

    fresh = Touch.objects.visible_to(seller).get(pk=touch.pk)
    assert (fresh.contact_id, fresh.text) == (budi.pk, touch.text)
    assert [(conflict.column, conflict.is_gone) for conflict in undoing.conflicts] == [("contact_id", True)]
    connection.check_constraints()
