from datetime import timedelta

import pytest
from django.utils import timezone

from kartu.core.jobs import invariants
from kartu.core.jobs.leases import LEASE_SECONDS
from kartu.core.jobs.queue import claim
from kartu.core.models import ClockSpan, EventRow, Job, Subscription, Worker
from kartu.core.models.sequence import reader_sees_its_own_transaction
from kartu.core.outbox import publish
from kartu.core.outbox.delivery import subscribe
from kartu.core.testing import run_jobs
from kartu.core.tests import samples

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def looks_again_at_once(monkeypatch):
    monkeypatch.setattr(invariants, "SECOND_LOOK", 0)


@pytest.fixture
def awake():
    now = timezone.now()
    return ClockSpan.objects.create(worker="living", since=now - LONG_AGO, until=now)


@pytest.fixture
def lost():
    """A job that has been running for half an hour in a worker that is silent."""
    samples.count_up.later(upto=1)
    job = claim("dead", ("long",))
    Worker.objects.create(id="dead", host="x", pid=1, beat_at=timezone.now() - LONG_AGO)
    Job.objects.update(started_at=timezone.now() - LONG_AGO)
    return job


def test_work_that_goes_as_it_should_is_well(awake):
    subscribe()
    samples.count_up.later(upto=1)
    publish(samples.CupFilled(1))
    run_jobs()
    samples.count_up.later(upto=1)
    claim("living", ("long",))
    Worker.objects.create(id="living", host="x", pid=1)

    for check in (
        invariants.jobs_are_held,
        invariants.jobs_are_known,
        invariants.handlers_have_places,
        invariants.events_are_delivered,
    ):
        assert list(check()) == []


def test_a_job_in_dead_hands_is_found(awake, lost):
    assert list(invariants.jobs_are_held()) == [f"job {lost.pk} is running, but its worker is dead"]


def test_a_job_whose_worker_has_no_row_is_found(awake, lost):
    Worker.objects.all().delete()

    assert len(list(invariants.jobs_are_held())) == 1


def test_before_the_worker_is_started_again_nothing_is_wrong(lost):
    assert list(invariants.jobs_are_held()) == []


def test_a_worker_that_has_just_begun_gets_time_to_find_the_lost(lost):
    now = timezone.now()
    ClockSpan.objects.create(worker="living", since=now - timedelta(seconds=LEASE_SECONDS), until=now)

    assert list(invariants.jobs_are_held()) == []


def test_work_that_nobody_knows_is_found():
    Job.objects.create(name="old.thing", why="left by an older version")

    assert list(invariants.jobs_are_known()) == ["work called old.thing waits, and nobody knows how to do it"]


def test_a_handler_without_a_place_is_found():
    subscribe()
    Subscription.objects.filter(handler="core.drink").delete()

    assert list(invariants.handlers_have_places()) == ["the handler core.drink has no place in the outbox"]


def test_an_event_that_is_not_delivered_is_found(awake):
    subscribe()
    row = publish(samples.CupFilled(1))
    EventRow.objects.update(at=timezone.now() - LONG_AGO)

    # Were it committed, its turn would come when the transactions of all tests beside have ended, too.
    with reader_sees_its_own_transaction():
        found = list(invariants.events_are_delivered())
    assert f"event {row.pk} (core.cup_filled) has not come to core.drink for long" in found

    run_jobs()
    with reader_sees_its_own_transaction():
        assert list(invariants.events_are_delivered()) == []
