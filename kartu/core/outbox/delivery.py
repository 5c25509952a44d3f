"""Handing the events of the outbox to their handlers.

Each handler has a place in the outbox (Subscription). A batch is one transaction: take the events behind the
place, call the handler, move the place on. Effect and place commit together, so a killed worker repeats
nothing and skips nothing. An event on which the handler fails is noted (FailedDelivery) and passed over;
it is tried again later, alone, and left to a person in the end.
"""

import logging
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core import wake
from kartu.core.events import DeliveryDied, JobDied
from kartu.core.faults import fail_point
from kartu.core.models import EventRow, FailedDelivery, Subscription
from kartu.core.models.sequence import Position
from kartu.core.outbox.events import Event, Handler, event_types, events_after, handlers, publish

log = logging.getLogger(__name__)

BATCH = 200
BULK_BATCH = 1000
# On SQLite a batch holds the write lock.
BATCH_SECONDS = 0.2
MAX_ATTEMPTS = 8
MAX_CRASHES = 5


def later_handlers() -> list[Handler]:
    return [handler for handler in handlers if not handler.same_transaction]


def subscribe(position: Position | None = None) -> None:
    """Give every new handler its place: the end of the outbox, for it is not told of old times."""
    known = set(Subscription.objects.values_list("handler", flat=True))
    new = [handler.key for handler in later_handlers() if handler.key not in known]
    if new:
        start = EventRow.objects.end() if position is None else position
        Subscription.objects.bulk_create(
            [Subscription(handler=key, tx=start.tx, event_id=start.id) for key in new], ignore_conflicts=True
        )


def is_behind() -> bool:
    """Does any handler have something to do?"""
    if FailedDelivery.objects.due(timezone.now()).exists():
        return True
    places = {row.handler: row.position for row in Subscription.objects.all()}
    return any(
        EventRow.objects.after(places[handler.key]).filter(name__in=handler.names).order_by().exists()
        for handler in later_handlers()
        if handler.key in places
    )


def deliver_all(look: Callable[[], None] = lambda: None) -> int:
    """Deliver until every handler has everything; returns how many events. `look` may raise to end it."""
    delivered = retry_due(look)
    while True:
        got = 0
        for handler in later_handlers():
            look()
            got += deliver_batch(handler)
        delivered += got
        if not got:
            return delivered


def deliver_carefully(look: Callable[[], None] = lambda: None) -> int:
    """After a crash: the events of the next batch of each handler, each noted before it is tried.

    So the one that kills the process is found and set aside. What is behind it is delivered as usual.
    """
    delivered = retry_due(look)
    for handler in later_handlers():
        for _event in range(limit_of(handler)):
            look()
            if not deliver_one(handler):
                break
            delivered += 1
    return delivered


def limit_of(handler: Handler) -> int:
    return BULK_BATCH if handler.bulk else BATCH


def deliver_batch(handler: Handler) -> int:
    """Hand the next events to `handler`; returns how many, 0 when it has all or another worker is at it."""
    with transaction.atomic():
        place = Subscription.objects.select_for_update(skip_locked=True).filter(handler=handler.key).first()
        if place is None:
            return 0
        rows = events_after(place.position, names=handler.names, limit=limit_of(handler))
        if not rows:
            return 0
        taken = hand_over_at_once(handler, rows) if handler.bulk else hand_over_singly(handler, rows)
        fail_point("outbox.before_place")
        move_on(place, taken[-1])
        fail_point("outbox.before_commit")
    fail_point("outbox.after_commit")
    return len(taken)


def hand_over_at_once(handler: Handler, rows: list[EventRow]) -> list[EventRow]:
    """All events in one call; singly if that fails, to find the one at fault."""
    try:
        with transaction.atomic():
            handler.handle([read(row) for row in rows])
        return rows
    except Exception:
        log.warning("%s failed on a bulk of %d events; trying them singly", handler.key, len(rows))
        return hand_over_singly(handler, rows)


def hand_over_singly(handler: Handler, rows: list[EventRow]) -> list[EventRow]:
    """The events that were taken, failed ones included, as far as the time of one batch reached."""
    started = time.monotonic()
    for count, row in enumerate(rows, start=1):
        try:
            with transaction.atomic():
                handler.handle([read(row)])
        except Exception as error:
            note_failure(FailedDelivery(event=row, handler=handler.key), error)
        if time.monotonic() - started > BATCH_SECONDS:
            return rows[:count]
    return rows


def move_on(place: Subscription, row: EventRow) -> None:
    """Guarded, so that two workers on one place cannot both commit, whatever becomes of the lock."""
    moved = Subscription.objects.filter(handler=place.handler, tx=place.tx, event_id=place.event_id)
    if moved.update(tx=row.tx, event_id=row.id) != 1:
        raise RuntimeError(f"The place of {place.handler} was moved by somebody else")


def deliver_one(handler: Handler) -> int:
    """As deliver_batch, for one event that is noted as tried before it is: the careful way after a crash."""
    place = Subscription.objects.filter(handler=handler.key).first()
    rows = events_after(place.position, names=handler.names, limit=1) if place else []
    if not rows:
        return 0
    with transaction.atomic():
        suspect, _is_new = FailedDelivery.objects.get_or_create(
            event=rows[0], handler=handler.key, defaults={"error": "", "attempts": 0}
        )
        FailedDelivery.objects.filter(pk=suspect.pk).update(attempts=F("attempts") + 1)
        if suspect.attempts + 1 >= MAX_CRASHES:
            give_up(suspect, _("It stopped the program each time"))
            move_on(place, rows[0])
            return 1
    with transaction.atomic():
        try:
            with transaction.atomic():
                handler.handle([read(rows[0])])
            suspect.delete()
        except Exception as error:
            suspect.refresh_from_db()
            note_failure(suspect, error, counted=True)
        move_on(place, rows[0])
    return 1


def retry_due(look: Callable[[], None]) -> int:
    """Try the failed deliveries whose time has come, each alone."""
    due = FailedDelivery.objects.due(timezone.now())
    failures = list(due.select_related("event").order_by("next_at")[:BATCH])
    for failed in failures:
        look()
        retry_now(failed)
    return len(failures)


def retry_now(failed: FailedDelivery) -> None:
    handler = handlers.get(failed.handler)
    if failed.attempts >= MAX_ATTEMPTS:
        with transaction.atomic():
            give_up(failed, _("It stopped the program each time"))
        return
    # Counted and committed first: a handler that kills the process must run out of tries too.
    planned = timezone.now() + timedelta(seconds=wait_after(failed.attempts + 1))
    mine = FailedDelivery.objects.filter(pk=failed.pk, attempts=failed.attempts, state=failed.state)
    if mine.update(attempts=failed.attempts + 1, next_at=planned) != 1:
        return  # another worker is at it
    failed.attempts += 1
    failed.next_at = planned
    with transaction.atomic():
        try:
            if handler is None:
                raise LookupError(f"There is no handler {failed.handler} any more")
            with transaction.atomic():
                handler.handle([read(failed.event)])
                if FailedDelivery.objects.filter(pk=failed.pk, attempts=failed.attempts).delete()[0] != 1:
                    raise RuntimeError("Another worker has tried this delivery in the meantime")
        except Exception as error:
            note_failure(failed, error, counted=True)


def note_failure(failed: FailedDelivery, error: Exception, *, counted: bool = False) -> None:
    """Write down that the handler failed; after MAX_ATTEMPTS it waits for a person."""
    log.warning("%s failed on event %s: %s", failed.handler, failed.event_id, error, exc_info=error)
    failed.attempts += 0 if counted else 1
    failed.error = (str(error) or type(error).__name__)[:500]
    failed.traceback = "".join(traceback.format_exception(error))[-20_000:]
    failed.next_at = timezone.now() + timedelta(seconds=wait_after(failed.attempts))
    if failed.attempts >= MAX_ATTEMPTS:
        give_up(failed, failed.error)
    else:
        failed.save()


def give_up(failed: FailedDelivery, reason: str) -> None:
    """Leave the delivery to a person, and say so - unless it is this very news that cannot be delivered."""
    failed.state = FailedDelivery.State.DEAD
    failed.error = reason[:500]
    failed.save()
    if failed.event.name not in (JobDied.event_name, DeliveryDied.event_name):
        publish(DeliveryDied(delivery_id=failed.pk, handler=failed.handler))


def try_again(failed: FailedDelivery) -> bool:
    """A person lets a dead delivery try again, with a clean slate; False if it is not dead any more."""
    with transaction.atomic():
        dead = FailedDelivery.objects.filter(pk=failed.pk, state=FailedDelivery.State.DEAD)
        fresh = {"state": FailedDelivery.State.WAITING, "attempts": 0, "next_at": timezone.now()}
        wake.after_commit(wake.JOBS)
        return dead.update(**fresh) == 1


def wait_after(attempts: int) -> float:
    """Seconds to the next try: 5, 15, 45 ... an hour."""
    return min(5 * 3 ** (attempts - 1), FailedDelivery.LONGEST_WAIT.total_seconds())


def read(row: EventRow) -> Event:
    return event_types[row.name].from_row(row)
