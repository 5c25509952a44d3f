"""What can be pressed under the reminder of a task in Telegram: it is done."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.firm.models import User
from kartu.notifications.models import Notification
from kartu.notifications.telegram.answers import Answer, answers
from kartu.planner import actions
from kartu.planner.actions.parts import open_ones_before
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE
from kartu.planner.telling import KIND


def task_of(notification: Notification, person: User) -> Task | None:
    """The open task that it reminds of, if the person may finish it."""
    if notification.kind != KIND or notification.about_type != Task._meta.label_lower:
        return None
    rows = Task.objects.visible_to(person, CHANGE) if person.may(CHANGE) else Task.objects.none()
    return rows.filter(pk=notification.about_id, state=Task.State.OPEN).first()


def can_be_done(notification: Notification) -> bool:
    """Of a call, a meeting, a letter or a visit one has to say what came of it, and what waits for others cannot be
    done yet: for these there is the page."""
    task = task_of(notification, notification.person)
    return task is not None and task.kind == Task.Kind.TASK and not open_ones_before(task)


def done(*, by: User, notification: Notification) -> str:
    task = task_of(notification, by)
    if task is None:
        return _("That is not possible any more")
    actions.finish_task(task=task, result=_("Done, said in Telegram"), by=by)
    return _("Done, and written down")


answers.add(Answer("done", gettext_lazy("Done"), can_be_done, done, order=10))
