"""Jobs, events and handlers that only tests know."""

from dataclasses import dataclass

from kartu.core.jobs import Cancelled, GiveUp, Retry, care, chunk, current, every, job, progress
from kartu.core.models import Job
from kartu.core.outbox import Event, on
from kartu.core.rights import declare, rights

RIGHT = "sample.work" if "sample.work" in rights else declare("sample.work", "Sample work")

seen: list = []


@job(right=RIGHT)
def greet(*, by, name: str) -> str:
    seen.append((by, name))
    return f"hello {name}"


@job(system="proof of the queue")
def fall(*, by, text: str = "broken") -> None:
    raise ValueError(text)


@job(system="proof of the queue", max_attempts=2)
def fall_twice(*, by) -> None:
    raise ValueError("again")


@job(system="proof of the queue")
def give_up(*, by) -> None:
    raise GiveUp("There is no such address")


@job(system="proof of the queue")
def wait_for_it(*, by, seconds: float) -> None:
    raise Retry("The bank sleeps", after=seconds)


@job(system="proof of the queue")
def write_and_fall(*, by) -> None:
    Job.objects.create(name="written", why="to see whether it stays")
    raise ValueError("after writing")


@job(system="proof of the queue", atomic=False, queue="long")
def count_up(*, by, upto: int) -> None:
    for number in range(1, upto + 1):
        with chunk(number, upto, f"{number} of {upto}"):
            seen.append(number)


@job(system="proof of the queue", atomic=False)
def tell_progress(*, by) -> None:
    progress(3, 12, "Reading")
    progress(4, 12, "Reading on")


@job(right=RIGHT, atomic=False)
def stop_yourself(*, by) -> None:
    with chunk(1, 2):
        pass
    care.stop(job=current().job, by=by)
    with chunk(2, 2):
        pass


@job(right=RIGHT, atomic=False)
def dismiss_yourself(*, by) -> None:
    with chunk(1, 2):
        type(by).objects.filter(pk=by.pk).update(is_active=False)
    with chunk(2, 2):
        pass


@job(system="proof of the queue")
def stop_here(*, by) -> None:
    raise Cancelled


@every("*/5 * * * *", name="sample.often", system="proof of the clock")
def often(*, by) -> None: ...


@every("0 3 * * *", name="sample.nightly", system="proof of the clock")
def nightly(*, by) -> None: ...


@dataclass(frozen=True)
class CupFilled(Event):
    cup_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class CupBroken(Event):
    cup_id: int
    by_id: int | None = None


@on(CupFilled)
def drink(event: CupFilled) -> None:
    if event.cup_id == 13:
        raise ValueError("An unlucky cup")
    seen.append(("drunk", event.cup_id))


@on(CupFilled, CupBroken, bulk=True)
def wash(events: list[Event]) -> None:
    if any(event.cup_id == 14 for event in events):
        raise ValueError("A cup with a crack")
    seen.append(("washed", [event.cup_id for event in events]))


@on(CupBroken, same_transaction=True)
def sweep_up(event: CupBroken) -> None:
    if event.cup_id == 15:
        raise ValueError("Nobody breaks this cup")
    seen.append(("swept", event.cup_id))
