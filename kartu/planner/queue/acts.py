"""What is done from the queue itself: a line becomes a task, a thing is put off, many tasks are given to others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner.actions import assign_task, set_task
from kartu.planner.models import PutOff, Task
from kartu.planner.rights import BULK, CHANGE
from kartu.planner.spoken import read_line
from kartu.security.actions import action

LONGEST = timedelta(days=31)
MOST = 200


def task_of_line(*, line: str, by: Actor) -> Task:
    """A task of one line: "call Rina fri 15:00", "besok 9", «завтра 10». Inside a change set."""
    kind, title, times = read_line(line)
    if not title:
        raise ValidationError({"title": _("What is to be done?")}, code="required")
    return set_task(title=title[:200], kind=kind, by=by, **times)


def put_off(*, key: str, until: datetime | None, by: Actor) -> None:
    """Fold one thing of `by`'s queue away until a moment; None: show it again."""
    if until is None:
        PutOff.objects.filter(person_id=by.pk, key=key).delete()
        return
    now = timezone.now()
    if not now < until <= now + LONGEST:
        raise ValidationError(_("Until a moment within the next 31 days"))
    PutOff.objects.filter(person_id=by.pk, until__lte=now).delete()
    PutOff.objects.update_or_create(person_id=by.pk, key=key, defaults={"until": until})


@action(BULK, hands_over=True)
def give_tasks(*, ids: Iterable[int], to: User, by: Actor) -> list[Task]:
    """Let `to` do these tasks, of those that `by` may change; what is done or private stays where it is."""
    rows = Task.objects.visible_to(by, CHANGE).filter(pk__in=list(ids)[:MOST], state=Task.State.OPEN, is_private=False)
    return [assign_task(task=task, to=to, by=by) for task in rows.exclude(person=to).order_by("pk")]
