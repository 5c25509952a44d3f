"""Background work: a leased queue in the database behind the interface of django-tasks.

See docs/recipes/background-work.md, and docs/decisions for why it is our own.
"""

from kartu.core.jobs import chores  # noqa: F401 - declares the queue's own jobs
from kartu.core.jobs.clock import every
from kartu.core.jobs.declare import discover, job, jobs
from kartu.core.jobs.run import Cancelled, GiveUp, Retry, check_cancelled, chunk, current, progress

__all__ = [
    "Cancelled",
    "GiveUp",
    "Retry",
    "check_cancelled",
    "chunk",
    "current",
    "discover",
    "every",
    "job",
    "jobs",
    "progress",
]
