"""Background work: a leased queue in the database behind the interface of django-tasks.

See docs/recipes.md, and docs/decisions/0020 and 0021 for why it is our own and how a lease works.
"""

from kartu.core.jobs import chores  # noqa: F401 - declares the queue's own jobs
from kartu.core.jobs.clock import every
from kartu.core.jobs.declare import discover, job, jobs
from kartu.core.jobs.run import (
    Cancelled,
    GiveUp,
    Retry,
    check_cancelled,
    chunk,
    current,
    is_background,
    keep_result,
    kept_result,
    progress,
)

__all__ = [
    "Cancelled",
    "GiveUp",
    "Retry",
    "check_cancelled",
    "chunk",
    "current",
    "discover",
    "every",
    "is_background",
    "job",
    "jobs",
    "keep_result",
    "kept_result",
    "progress",
]
