"""What must hold of everything that was to be told: asked by `kartu check`."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from kartu.core.models import Job
from kartu.notifications.jobs import send_letter
from kartu.notifications.models import Hop, Letter, Notification


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
    states = [*Job.OPEN, Job.State.DEAD]
    arguments = Job.objects.filter(name=send_letter.key, state__in=states).values_list("arguments", flat=True)
    return {each["kwargs"]["letter_id"] for each in arguments}


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
    for notice, channel in stuck.order_by("pk").values_list("notification_id", "channel"):
        yield f"notice {notice} was planned for {channel}, and nothing came of it"
