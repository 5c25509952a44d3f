"""What a backup found in somebody's hands, when it is brought back."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from kartu.core.jobs.invariants import jobs_are_held
from kartu.core.models import ClockSpan, Job, Worker
from kartu.security.backup.restore import begin_anew


@pytest.mark.django_db
def test_work_that_was_under_way_waits_for_a_worker_of_today_and_is_not_to_blame() -> None:
    now = timezone.now()
    long_ago = now - timedelta(hours=1)
    Worker.objects.create(id="of then", beat_at=long_ago, pid=1)
    job = Job.objects.create(name="x", why="a backup", state=Job.State.RUNNING, worker="of then", started_at=long_ago)
    ClockSpan.objects.create(since=long_ago, until=now)
    assert list(jobs_are_held())

    begin_anew(Path("kartu-2026.kartu"), SimpleNamespace(made_at=now.isoformat()))

    job.refresh_from_db()
    assert (job.state, job.worker, job.crashes) == (Job.State.READY, "", 0)
    assert not Worker.objects.exists()
    assert list(jobs_are_held()) == []
