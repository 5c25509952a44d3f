"""What must hold of everything that was to be told: asked by `kartu check`."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from kartu.core.jobs.declare import JobTask
from kartu.core.models import Job
from kartu.notifications.channels import PUSH, SMS, TELEGRAM
from kartu.notifications.jobs import send_letter, send_push, send_sms, send_telegram
from kartu.notifications.models import Hop, Letter, Notification

# Channel -> the job that carries its notices out of the house.
CARRIED = {PUSH: send_push, SMS: send_sms, TELEGRAM: send_telegram}


def letters_are_on_their_way() -> Iterator[str]:
    """Every letter is sent, or refused and shown, or has its job; none is lost."""
    stranded = unsettled() - with_jobs()
    # Looked at twice: a letter may have been settled, its job ended, between the two questions.
    for pk in sorted(stranded & unsettled() - with_jobs()):
        yield f"letter {pk} is neither sent nor refused, and no job will send it"


def unsettled() -> set[int]:
    settled = Hop.objects.filter(letter=OuterRef("pk"), what__in=Hop.SETTLED)
    return set(Letter.objects.filter(~Exists(settled)).values_list("pk", flat=True))


def with_jobs() -> set[int]:
    """The letters that a job will send, or a dead job shows."""
    return argument(send_letter, "letter_id")


def argument(task: JobTask, name: str) -> set[int]:
    """What the jobs of `task` are about that will still run, or are shown as dead."""
    states = [*Job.OPEN, Job.State.DEAD]
    arguments = Job.objects.filter(name=task.key, state__in=states).values_list("arguments", flat=True)
    return {each["kwargs"][name] for each in arguments}


def notices_are_in_the_ledger() -> Iterator[str]:
    """Every notice was planned for some channel, and what was planned has come further."""
    hops = Hop.objects.filter(notification=OuterRef("pk"))
    everything = Notification.objects.as_system("to see that nothing that was to be told is lost")
    for pk in everything.filter(~Exists(hops)).order_by("pk").values_list("pk", flat=True):
        yield f"notice {pk} was planned for no channel"
    further = Hop.objects.filter(notification=OuterRef("notification"), channel=OuterRef("channel")).exclude(
        what=Hop.What.PLANNED
    )
    letters = Letter.objects.filter(notification=OuterRef("notification"))
    stuck = Hop.objects.filter(~Exists(further), ~Exists(letters), what=Hop.What.PLANNED, letter=None)
    carried = {(notice, channel) for channel, task in CARRIED.items() for notice in argument(task, "notification_id")}
    for notice, channel in stuck.order_by("pk").values_list("notification_id", "channel"):
        if (notice, channel) not in carried:
            yield f"notice {notice} was planned for {channel}, and nothing came of it"
