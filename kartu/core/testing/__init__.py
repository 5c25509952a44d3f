"""The test kit: draining the queue, fake servers, real processes. Left out of releases."""

from kartu.core.testing.queue import run_jobs

__all__ = ["run_jobs"]
