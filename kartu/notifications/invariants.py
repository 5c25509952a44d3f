"""What must hold of everything that was to be told: asked by `kartu check`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from kartu.core.jobs.declare import JobTask
from kartu.core.jobs.queue import database_now
from kartu.core.models import ClockSpan, Job
from kartu.notifications.channels import PUSH, SMS, TELEGRAM
from kartu.notifications.jobs import send_letter, send_outside_sms, send_push, send_sms, send_telegram
from kartu.notifications.minute import OVER
from kartu.notifications.models import Held, Hop, Letter, Notification, SmsMessage

# Channel -> the job that carries its notices out of the house.
CARRIED = {PUSH: send_push, SMS: send_sms, TELEGRAM: send_telegram}
WHY = "to see that nothing that was to be told is lost"
# The minute job looks each minute; a worker that starts anew has to come round to it, one that was off for days to all.
SETTLED_WITHIN = timedelta(minutes=30)


def letters_are_on_their_way() -> Iterator[str]:
    """Every letter is sent, or refused and shown, or has its job; none is lost."""
    for pk in stranded(Letter.objects.all(), "letter", send_letter):
        yield f"letter {pk} is neither sent nor refused, and no job will send it"


def sms_to_people_outside_are_on_their_way() -> Iterator[str]:
    """Every SMS to somebody outside the firm is sent, or refused and shown, or has its job."""
    for pk in stranded(SmsMessage.objects.filter(notification=None), "sms", send_outside_sms):
        yield f"SMS {pk} is neither sent nor refused, and no job will send it"


def stranded(rows: QuerySet, name: str, task: JobTask) -> list[int]:
    """Those of `rows` of which no hop says an end, and that no job of `task` will send, or shows as dead."""
    settled = Hop.objects.filter(**{name: OuterRef("pk")}, what__in=Hop.SETTLED)
    unsettled = rows.filter(~Exists(settled)).values_list("pk", flat=True)
    found = set(unsettled.all()) - argument(task, f"{name}_id")
    # Looked at twice: one may have been settled, its job ended, between the two questions.
    return sorted(found & set(unsettled.all()) - argument(task, f"{name}_id"))


def argument(task: JobTask, name: str) -> set[int]:
    """What the jobs of `task` are about that will still run, or are shown as dead."""
    states = [*Job.OPEN, Job.State.DEAD]
    arguments = Job.objects.filter(name=task.key, state__in=states).values_list("arguments", flat=True)
    return {each["kwargs"][name] for each in arguments}


def notices_are_in_the_ledger() -> Iterator[str]:
    """Every notice was planned for some channel, and what was planned has come further."""
    hops = Hop.objects.filter(notification=OuterRef("pk"))
    everything = Notification.objects.as_system(WHY)
    for pk in everything.filter(~Exists(hops)).order_by("pk").values_list("pk", flat=True):
        yield f"notice {pk} was planned for no channel"
    further = Hop.objects.filter(notification=OuterRef("notification"), channel=OuterRef("channel")).exclude(
        what=Hop.What.PLANNED
    )
    letters = Letter.objects.filter(notification=OuterRef("notification"))
    stuck = Hop.objects.filter(~Exists(further), ~Exists(letters), what=Hop.What.PLANNED, letter=None, sms=None)
    carried = {(notice, channel) for channel, task in CARRIED.items() for notice in argument(task, "notification_id")}
    for notice, channel in stuck.order_by("pk").values_list("notification_id", "channel"):
        if (notice, channel) not in carried:
            yield f"notice {notice} was planned for {channel}, and nothing came of it"


def notices_come_to_an_end() -> Iterator[str]:
    """While the clock runs, no notice stands longer than it may without an end: answered, come back, or closed."""
    now = database_now()
    if not has_settled(now):
        return
    past = now - SETTLED_WITHIN
    rows = Notification.objects.as_system(WHY)
    State = Notification.State
    unanswered = Q(state=State.OPEN) | Q(state__in=[State.SEEN, State.OPENED], needs_ack=True)
    yield from broken(rows.filter(unanswered, created_at__lt=past - OVER), "is open, long after its time was over")
    put_off = rows.filter(state=State.SNOOZED)
    yield from broken(put_off.filter(snoozed_until__lt=past), "was put off, and did not come back at its time")
    returns = rows.filter(first=OuterRef("pk"), is_repeat=False)
    yield from broken(put_off.filter(~Exists(returns), snoozed_until=None), "was put off, and will never come back")
    waiting = Held.objects.waiting().filter(until__lt=past).order_by("pk")
    for notice, channel in waiting.values_list("notification_id", "channel"):
        yield f"notice {notice} is held back from {channel} for longer than it was to be"
    yield from messages_on_their_way()


def broken(rows: object, what: str) -> Iterator[str]:
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        yield f"notice {pk} {what}"


def messages_on_their_way() -> Iterator[str]:
    """What was held back or not yet sent is let out some day, or has its job."""
    same = {"notification": OuterRef("notification"), "channel": OuterRef("channel")}
    newer = Hop.objects.filter(**same, id__gt=OuterRef("id"))
    stuck = Hop.objects.filter(~Exists(newer), notification__isnull=False).order_by("pk")
    held = stuck.filter(~Exists(Held.objects.waiting().filter(**same)), what=Hop.What.HELD)
    for notice, channel in held.values_list("notification_id", "channel"):
        yield f"notice {notice} was held back from {channel}, and nothing lets it out"
    carried = {(notice, channel) for channel, task in CARRIED.items() for notice in argument(task, "notification_id")}
    delayed = stuck.filter(what=Hop.What.DELAYED, channel__in=CARRIED)
    for notice, channel in delayed.values_list("notification_id", "channel"):
        if (notice, channel) not in carried:
            yield f"notice {notice} was not yet sent by {channel}, and no job will send it"


def has_settled(now: datetime) -> bool:
    """Whether the clock has run for so long that what waited for it was looked at."""
    spans = ClockSpan.objects.filter(since__lt=now - SETTLED_WITHIN, until__gt=now - timedelta(minutes=3))
    return spans.exists()
