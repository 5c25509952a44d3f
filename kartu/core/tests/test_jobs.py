from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError

from kartu.core.actors import System
from kartu.core.jobs.queue import LeaseLost, claim, finish, next_in_line, release_lost, retry, take_back
from kartu.core.jobs.run import run
from kartu.core.models import EventRow, Job
from kartu.core.testing import run_jobs
from kartu.core.tests import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_seen():
    samples.seen.clear()


def undeclared(*, by) -> None: ...


def test_a_job_runs_as_the_person_who_asked(owner):
    samples.greet.later(by=owner, name="Budi")

    [job] = run_jobs()

    assert samples.seen == [(owner, "Budi")]
    assert job.state == Job.State.DONE
    assert job.result == "hello Budi"


def test_a_job_without_right_or_reason_cannot_be_declared():
    with pytest.raises(InvalidTaskError, match="either its right or why"):
        task(undeclared)


def test_a_person_without_the_right_cannot_queue_the_job(seller):
    with pytest.raises(PermissionDenied):
        samples.greet.later(by=seller, name="Budi")

    assert not Job.objects.exists()


def test_a_job_of_a_dismissed_person_is_refused(owner):
    samples.greet.later(by=owner, name="Budi")
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    [job] = run_jobs()

    assert samples.seen == []
    assert job.state == Job.State.DEAD
    assert job.error == "Whoever asked for this works here no more"


def test_a_job_of_a_person_who_lost_the_right_is_refused(owner, seller):
    samples.greet.later(by=owner, name="Budi")
    type(owner).objects.filter(pk=owner.pk).update(role=seller.role)

    [job] = run_jobs()

    assert samples.seen == []
    assert job.error == f"{owner.name} may not do this any more"


def test_the_database_refuses_a_job_of_nobody():
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(name="core.greet")


def test_wrong_arguments_are_refused_when_queued(owner):
    with pytest.raises(TypeError):
        samples.greet.later(by=owner, nmae="Budi")


def test_arguments_must_be_plain_json(owner):
    with pytest.raises(TypeError):
        samples.greet.later(by=owner, name=owner)


def test_a_second_job_of_the_same_key_is_the_first(owner):
    first = samples.greet.later(by=owner, name="Budi", dedupe="greet:1")
    second = samples.greet.later(by=owner, name="Siti", dedupe="greet:1")

    assert second.pk == first.pk
    run_jobs()
    third = samples.greet.later(by=owner, name="Siti", dedupe="greet:1")
    assert third.pk != first.pk


def test_the_database_refuses_two_open_jobs_of_one_key():
    Job.objects.create(name="x", why="test", dedupe="k")

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(name="x", why="test", dedupe="k")


def test_a_higher_priority_goes_first(owner):
    samples.greet.later(by=owner, name="slow")
    samples.greet.later(by=owner, name="quick", priority=10)

    run_jobs()

    assert [name for _by, name in samples.seen] == ["quick", "slow"]


def test_a_job_waits_for_its_time(owner):
    samples.greet.later(by=owner, name="Budi", run_at=timezone.now() + timedelta(minutes=5))

    assert run_jobs() == []
    assert Job.objects.waiting().count() == 1


def test_a_failed_job_is_tried_again_later_and_later():
    job = samples.fall.later()
    waits = []

    for _attempt in range(3):
        run_jobs()
        job.refresh_from_db()
        waits.append((job.run_at - timezone.now()).total_seconds())
        Job.objects.update(run_at=None)

    assert job.state == Job.State.READY
    assert job.error == "broken"
    assert 3 <= waits[0] <= 5 and 10 <= waits[1] <= 15 and 33 <= waits[2] <= 45


def test_the_last_failure_buries_the_job_and_tells():
    job = samples.fall_twice.later()
    run_jobs()
    Job.objects.update(run_at=None)
    run_jobs()
    job.refresh_from_db()

    assert job.state == Job.State.DEAD
    assert job.failures == 2
    assert "ValueError: again" in job.traceback
    [died] = EventRow.objects.filter(name="core.job_died")
    assert died.payload == {"job_id": job.pk, "name": "core.fall_twice", "by_id": None}


def test_a_dead_job_can_be_tried_again_by_hand():
    job = samples.give_up.later()
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DEAD, "There is no such address")

    assert retry(job)
    assert not retry(job)

    job.refresh_from_db()
    assert (job.state, job.failures) == (Job.State.READY, 0)


def test_a_job_may_say_when_to_try_again():
    job = samples.wait_for_it.later(seconds=600)

    run_jobs()

    job.refresh_from_db()
    assert 590 <= (job.run_at - timezone.now()).total_seconds() <= 600


def test_a_failed_job_leaves_nothing_behind():
    samples.write_and_fall.later()

    run_jobs()

    assert not Job.objects.filter(name="written").exists()


def test_long_work_shows_how_far_it_is():
    job = samples.count_up.later(upto=4)

    run_jobs()

    job.refresh_from_db()
    assert samples.seen == [1, 2, 3, 4]
    assert (job.done_units, job.total_units, job.percent, job.message) == (4, 4, 100, "4 of 4")


def test_progress_is_written_at_most_twice_a_second():
    job = samples.tell_progress.later()

    run_jobs()

    job.refresh_from_db()
    assert (job.done_units, job.total_units, job.message) == (3, 12, "Reading")


def test_a_stopped_job_is_neither_done_nor_dead():
    job = samples.stop_here.later()

    run_jobs()

    job.refresh_from_db()
    assert job.state == Job.State.STOPPED


def test_a_stale_worker_cannot_finish_a_job_that_was_taken_over():
    samples.count_up.later(upto=1)
    stale = claim("dead worker", ("long",))
    assert release_lost("dead worker") == 1
    fresh = claim("live worker", ("long",))

    with pytest.raises(LeaseLost):
        finish(stale)

    assert samples.seen == []
    run(stale)
    assert samples.seen == [1], "it works on, but what it writes is rolled back"
    fresh.refresh_from_db()
    assert (fresh.state, fresh.worker, fresh.done_units) == (Job.State.RUNNING, "live worker", 0)


def test_a_job_that_kills_its_worker_five_times_is_set_aside():
    job = samples.count_up.later(upto=1)

    assert claim("worker", ("long",))
    release_lost("worker")
    for _child in range(4):
        Job.objects.update(run_at=None)
        take_back(claim("worker", ("long",)))

    job.refresh_from_db()
    assert job.state == Job.State.DEAD
    assert job.error == "It stopped the program 5 times"


def test_a_job_with_a_process_of_its_own_is_not_blamed_for_the_death_of_the_worker():
    job = samples.count_up.later(upto=1)

    for number in range(10):
        assert claim(f"worker {number}", ("long",))
        release_lost(f"worker {number}")

    job.refresh_from_db()
    assert (job.state, job.crashes) == (Job.State.READY, 1)


def test_a_retry_is_not_lost_when_the_clock_is_put_back():
    job = samples.fall.later()
    run_jobs()
    Job.objects.update(run_at=timezone.now() + timedelta(days=3650))

    assert run_jobs() == [job]


def test_a_job_planned_by_a_person_is_not_hurried_by_the_clock_rule(owner):
    samples.greet.later(by=owner, name="Budi", run_at=timezone.now() + timedelta(days=3650))

    assert run_jobs() == []


def test_the_interface_of_django_tasks_works(owner):
    result = samples.greet.enqueue(by=owner, name="Budi")
    assert result.status == TaskResultStatus.READY

    run_jobs()
    result.refresh()

    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == "hello Budi"
    assert samples.greet.get_result(result.id).return_value == "hello Budi"


def test_a_failure_is_seen_through_django_tasks():
    result = samples.give_up.enqueue()
    run_jobs()
    result.refresh()

    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class.__name__ == "GiveUp"


def test_system_work_names_its_reason():
    job = samples.fall.later()

    assert (job.actor_id, job.why) == (None, "proof of the queue")


def test_the_system_may_ask_for_work_that_needs_a_right():
    samples.greet.later(by=System("Monday"), name="all")

    run_jobs()

    assert str(samples.seen[0][0]) == "Monday"


def test_the_next_job_is_found_without_sorting_all_that_wait():
    """Ten thousand waiting jobs must not make each start of one slower."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # In a table of a few rows it would rather read and sort all of them.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

    plan = next_in_line(("default",), timezone.now())[:1].explain()

    assert "job_next" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
