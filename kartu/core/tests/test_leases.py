"""Who is taken for dead, and by which clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kartu.core.jobs import leases
from kartu.core.jobs.leases import LEASE_SECONDS, Heart, Watch
from kartu.core.jobs.queue import claim
from kartu.core.models import Job, Worker
from kartu.core.tests import samples

pytestmark = pytest.mark.django_db


class Monotonic:
    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Monotonic()
    monkeypatch.setattr(leases, "time", clock)
    return clock


@pytest.fixture
def other():
    """Another worker with a running job."""
    other = Worker.objects.create(id="other", host="x", pid=1)
    samples.count_up.later(upto=1)
    claim("other", ("long",))
    return other


@pytest.fixture
def watch():
    return Watch(Worker.objects.create(id="me", host="x", pid=2))


def state() -> str:
    return Job.objects.get().state


def test_a_worker_whose_beat_stands_still_is_dead_after_the_lease(clock, other, watch):
    watch.look()
    clock.seconds += LEASE_SECONDS - 1
    assert watch.look() == 0 and state() == "running"

    clock.seconds += 2
    assert watch.look() == 1

    assert state() == "ready"
    assert not Worker.objects.filter(pk="other").exists()


def test_a_worker_that_beats_lives_however_long(clock, other, watch):
    for _look in range(50):
        Heart(other).beat()
        clock.seconds += LEASE_SECONDS - 1
        assert watch.look() == 0

    assert state() == "running"


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=3650), timedelta(days=-3650)])
def test_a_wall_clock_that_jumps_takes_nobodys_job(clock, other, watch, monkeypatch, jump):
    watch.look()
    now = timezone.now() + jump
    monkeypatch.setattr(timezone, "now", lambda: now)
    clock.seconds += LEASE_SECONDS - 1

    assert watch.look() == 0
    assert state() == "running"

    clock.seconds += 2
    assert watch.look() == 1, "and it keeps no dead one alive"


def test_a_worker_that_has_signed_off_leaves_no_job_behind(clock, other, watch):
    other.delete()

    assert watch.look() == 1
    assert state() == "ready"


def test_a_worker_does_not_bury_itself(clock, watch):
    samples.count_up.later(upto=1)
    claim("me", ("long",))

    for _look in range(3):
        clock.seconds += 10 * LEASE_SECONDS
        assert watch.look() == 0


def test_a_worker_that_was_taken_for_dead_enlists_anew(watch):
    heart = Heart(watch.worker)
    Worker.objects.all().delete()

    heart.beat()
    heart.beat()

    assert Worker.objects.get().beat == 1


def test_the_control_a_beat_seen_long_ago_by_the_wall_clock_is_no_death(clock, other, watch):
    """A lease that compared times would bury this one at once."""
    Worker.objects.filter(pk="other").update(beat_at=timezone.now() - timedelta(hours=2))

    assert watch.look() == 0
