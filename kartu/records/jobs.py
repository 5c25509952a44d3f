"""Work in the background."""

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.records.files import orphans
from kartu.records.idempotency import forget_old
from kartu.records.imports import chores
from kartu.records.lists import jobs as list_jobs
from kartu.records.lists.exports import discard_old


@every("27 3 * * *", name="records.forget_answers", system="Answers to acts are kept for a day")
def forget_answers(*, by: Actor) -> int:
    return forget_old()


@every("47 3 * * *", name="records.discard_orphans", system="Bytes that no file row names are of no use to anybody")
def discard_orphans(*, by: Actor) -> int:
    return orphans.discard_old()


@every("*/10 * * * *", name="records.imports", system="imports that nobody finishes come to an end")
def sweep_imports(*, by: Actor) -> None:
    chores.sweep()


@every("40 3 * * *", name="records.import_files", system="files of old imports are deleted")
def clear_imports(*, by: Actor) -> int:
    return chores.clear(timezone.now())


@every("7 * * * *", name="records.exports", system="A list written to a file is kept for a day")
def clear_exports(*, by: Actor) -> int:
    return discard_old()


__all__ = ["list_jobs"]
