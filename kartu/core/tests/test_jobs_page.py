import pytest
from django.urls import reverse
from django.utils import timezone

from kartu.core.jobs import clock
from kartu.core.jobs.queue import claim
from kartu.core.models import ClockSpan, EventRow, FailedDelivery, Job
from kartu.core.outbox import publish
from kartu.core.outbox.delivery import MAX_ATTEMPTS
from kartu.core.testing import run_jobs
from kartu.core.tests import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead():
    job = samples.give_up.later()
    run_jobs()
    job.refresh_from_db()
    return job


@pytest.fixture
def dead_delivery():
    publish(samples.CupFilled(13))
    for _attempt in range(MAX_ATTEMPTS):
        run_jobs()
        FailedDelivery.objects.update(next_at=timezone.now())
    return FailedDelivery.objects.get()


def happened() -> list[str]:
    return list(EventRow.objects.order_by("id").values_list("name", flat=True))


def test_the_owner_sees_what_failed_and_why(client, owner, dead, dead_delivery):
    client.force_login(owner)

    page = client.get(reverse("core:jobs")).content.decode()

    assert "There is no such address" in page
    assert "An unlucky cup" in page
    assert "core.cup_filled" in page


def test_the_owner_sees_what_runs_and_what_waits(client, owner):
    samples.count_up.later(upto=5)
    claim("a worker", ("long",))
    Job.objects.update(done_units=2, total_units=5, message="2 of 5")
    samples.greet.later(by=owner, name="Budi")
    client.force_login(owner)

    page = client.get(reverse("core:jobs_now")).content.decode()

    assert 'value="40"' in page and "2 of 5" in page
    assert owner.name in page


def test_a_clock_that_stands_still_is_said_aloud(client, owner):
    client.force_login(owner)
    assert "The clock stands still" in client.get(reverse("core:jobs")).content.decode()

    clock.beat("w", None)

    assert "The clock stands still" not in client.get(reverse("core:jobs")).content.decode()
    ClockSpan.objects.update(until=timezone.now() - timezone.timedelta(minutes=4))
    assert "The clock stands still" in client.get(reverse("core:jobs")).content.decode()


def test_the_owner_lets_a_failed_job_try_again(client, owner, dead):
    client.force_login(owner)

    client.post(reverse("core:job_retry", args=[dead.pk]))

    dead.refresh_from_db()
    assert dead.state == Job.State.READY
    assert happened()[-1] == "core.job_retried"


def test_the_owner_drops_a_failed_job(client, owner, dead):
    client.force_login(owner)

    client.post(reverse("core:job_drop", args=[dead.pk]))

    dead.refresh_from_db()
    assert dead.state == Job.State.STOPPED
    assert happened()[-1] == "core.job_dropped"


def test_a_failed_delivery_tries_again_and_goes_through(client, owner, dead_delivery):
    assert dead_delivery.state == FailedDelivery.State.DEAD
    assert "core.delivery_died" in happened()
    EventRow.objects.filter(pk=dead_delivery.event_id).update(payload={"cup_id": 12, "by_id": None})
    samples.seen.clear()
    client.force_login(owner)

    client.post(reverse("core:delivery_retry", args=[dead_delivery.pk]))
    run_jobs()

    assert samples.seen == [("drunk", 12)]
    assert not FailedDelivery.objects.exists()


def test_a_failed_delivery_is_dropped(client, owner, dead_delivery):
    client.force_login(owner)

    client.post(reverse("core:delivery_drop", args=[dead_delivery.pk]))

    assert not FailedDelivery.objects.exists()
    assert happened()[-1] == "core.delivery_dropped"


@pytest.mark.parametrize("name", ["core:job_retry", "core:job_drop"])
def test_a_seller_can_neither_see_nor_touch_it(client, seller, dead, name):
    client.force_login(seller)

    assert client.get(reverse("core:jobs")).status_code == 403
    assert client.post(reverse(name, args=[dead.pk])).status_code == 403
    dead.refresh_from_db()
    assert dead.state == Job.State.DEAD


def test_everybody_follows_and_stops_his_own_work(client, owner, seller):
    job = samples.greet.later(by=owner, name="Budi")
    Job.objects.update(actor_id=seller.pk)
    client.force_login(seller)

    assert client.get(reverse("core:job_progress", args=[job.pk])).status_code == 200
    client.post(reverse("core:job_stop", args=[job.pk]))

    job.refresh_from_db()
    assert job.state == Job.State.STOPPED


def test_anothers_work_is_not_there(client, owner, seller):
    job = samples.greet.later(by=owner, name="Budi")
    client.force_login(seller)

    assert client.get(reverse("core:job_progress", args=[job.pk])).status_code == 404
    assert client.post(reverse("core:job_stop", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.state == Job.State.READY


def test_running_work_is_asked_to_stop_and_does(client, owner, monkeypatch):
    monkeypatch.setattr("kartu.core.jobs.run.SECONDS_BETWEEN_LOOKS", 0)
    job = samples.stop_yourself.later(by=owner)

    run_jobs()

    job.refresh_from_db()
    assert (job.state, job.done_units) == (Job.State.STOPPED, 1)


def test_long_work_of_a_person_who_is_dismissed_meanwhile_ends_at_its_next_look(owner, monkeypatch):
    monkeypatch.setattr("kartu.core.jobs.run.SECONDS_BETWEEN_LOOKS", 0)
    job = samples.dismiss_yourself.later(by=owner)

    run_jobs()

    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DEAD, "Whoever asked for this works here no more")
    assert job.done_units == 1
