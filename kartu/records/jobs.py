"""Work in the background."""

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.records.idempotency import forget_old


@every("27 3 * * *", name="records.forget_answers", system="Answers to acts are kept for a day")
def forget_answers(*, by: Actor) -> int:
    return forget_old()
