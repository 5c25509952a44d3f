"""How a piece of background work is declared: `@job`, the django-tasks class behind it, and the list of all."""

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.utils.module_loading import autodiscover_modules
from django_tasks.base import Task, task

from kartu.core.actors import Actor
from kartu.core.faults import TEST_BUILD
from kartu.core.models import Job
from kartu.core.registry import Registry

QUEUES = ("default", "long", "events", "mail", "push", "sms", "telegram", "bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task):
    """A django-tasks task that says who may ask for it, or why the system does it by itself."""

    right: str = ""
    system: str = ""
    label: Any = ""
    atomic: bool = True
    max_attempts: int | None = 8
    max_crashes: int | None = 5
    longest_wait: int = 3600

    @property
    def key(self) -> str:
        return job_name(self.func)

    @property
    def takes_actor(self) -> bool:
        return "by" in inspect.signature(self.func).parameters

    def later(
        self,
        *,
        by: Actor | None = None,
        dedupe: str | None = None,
        run_at: datetime | None = None,
        priority: int = 0,
        **arguments: Any,
    ) -> Job:
        """Put the work into the queue; it starts when this transaction has committed.

        `by` is whoever asks; work declared with a right is refused at once to a person without it
        (PermissionDenied). With `dedupe`, a job of that key that still waits or runs is returned instead of
        a second one. `arguments` must be plain JSON. A higher `priority` (-100 to 100) goes first.
        """
        return self.get_backend().put(
            self, kwargs=arguments, by=by, dedupe=dedupe or "", run_at=run_at, priority=priority
        )


jobs: Registry[JobTask] = Registry(
    "core.jobs", "Background work: functions under @job in an app's jobs.py, run by the worker."
)


def job(
    *,
    right: str = "",
    system: str = "",
    label: Any = "",
    queue: str = "default",
    atomic: bool = True,
    max_attempts: int | None = 8,
    max_crashes: int | None = 5,
    longest_wait: int = 3600,
    priority: int = 0,
) -> Callable[[Callable], JobTask]:
    """Declare `def f(*, by, **plain_json)` as background work; `f.later(by=...)` queues it.

    Either `right`, the right of the person it acts for, or `system`, why the program does it by itself.
    `label` names it to people. `queue`: "default"; "long" for work of many seconds; "mail", "push", "sms", "telegram"
    and "bot" for work that waits for the outside. Each has a lane of its own.

    `atomic` (the default): the whole function is one transaction together with the note that it is done,
    so its effect in the database happens exactly once. Keep such a job short, on SQLite it holds the write
    lock. `atomic=False`: the function commits by itself, in `chunk()`s, and must bear being run again.

    A failure is tried again `max_attempts` times (None: for ever), at most `longest_wait` seconds apart
    (one hour is the most). After `max_crashes` deaths of its process it is set aside.
    """

    def declare(function: Callable) -> JobTask:
        declared = task(
            queue_name=queue,
            priority=priority,
            right=right,
            system=system,
            label=label,
            atomic=atomic,
            max_attempts=max_attempts,
            max_crashes=max_crashes,
            longest_wait=longest_wait,
        )(function)
        return jobs.add(declared)

    return declare


def job_name(function: Callable) -> str:
    """The name under which a job stands in the database: "clients.apply_import"."""
    parts = function.__module__.split(".")
    app = parts[1] if parts[0] == "kartu" and len(parts) > 1 else parts[-1]
    return f"{app}.{function.__name__}"


def discover() -> None:
    """Import every app's jobs.py, so that every job and every schedule is known."""
    autodiscover_modules("jobs")
    if TEST_BUILD:
        for module in filter(None, os.environ.get("KARTU_TEST_MODULES", "").split(",")):
            import_module(module)
