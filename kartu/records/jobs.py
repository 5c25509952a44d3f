"""Work in the background."""

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.records.files import orphans
from kartu.records.idempotency import forget_old


@every("27 3 * * *", name="records.forget_answers", system="Answers to acts are kept for a day")
def forget_answers(*, by: Actor) -> int:
    return forget_old()


@every("47 3 * * *", name="records.discard_orphans", system="Bytes that no file row names are of no use to anybody")
def discard_orphans(*, by: Actor) -> int:
    return orphans.discard_old()
