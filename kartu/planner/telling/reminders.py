"""A reminder whose moment is there; and what is told no more, since the task is settled or stands elsewhere."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.core.outbox import Event
from kartu.firm.models import TemporaryRight, User
from kartu.notifications.actions import notify
from kartu.notifications.answers import withdraw
from kartu.notifications.kinds import IN_WORK, Kind, kinds
from kartu.planner.events import ReminderDue, TaskAssigned, TaskChanged, TaskDropped, TaskFinished
from kartu.planner.models import Reminder, Task
from kartu.planner.models.task import TIMES
from kartu.planner.telling.words import address_of

KIND = "planner.reminder"
WHY = "telling people what they have asked to be told"

kinds.add(Kind(KIND, gettext_lazy("A task is due"), IN_WORK, outside=True, order=5, also=("clients.call_back",)))


def tell_of_reminder(event: ReminderDue) -> None:
    """By bell and e-mail, whoever set it for himself. If he has no longer to do with a task of his, whoever has. And
    whoever stands in for that one just now, told for whom."""
    rows = Reminder.objects.as_system(WHY).filter(pk=event.reminder_id, trashed_at=None, task__trashed_at=None)
    reminder = rows.select_related("person__role", "task__client__responsible__role", "task__contact").first()
    if reminder is None or reminder.told_at is None or reminder.at > timezone.now():
        return  # moved or taken off in the meantime
    task = reminder.task
    if task.state != Task.State.OPEN:
        return
    told = {
        "kind": KIND,
        "title": title_of(task, is_late=event.is_late),
        "url": address_of(task),
        "about": task,
        "email": True,
        "at": reminder.at,
        "late": event.is_late,
        "dedupe": ring_of(reminder),
        "needs_ack": task.insists,
        "private": task.is_private,
    }
    people, what = those_told(reminder), about(task, reminder)
    notify(to=people, text=what, **told)
    for person in people:
        whom = format_lazy(gettext_lazy("You stand in for {person}"), person=person.name)
        text = format_lazy("{whom}{what}", whom=whom, what=what and f" · {what}")
        notify(to=those_who_see(TemporaryRight.deputies_of(person), task), text=text, **told)


def title_of(task: Task, *, is_late: bool = False) -> str:
    if task.kind == Task.Kind.CALL and task.client_id:
        title = gettext_lazy("Late: call {client}") if is_late else gettext_lazy("Call {client}")
        return format_lazy(title, client=task.client.name)
    return format_lazy(gettext_lazy("Late: {what}"), what=task.title) if is_late else task.title


def about(task: Task, reminder: Reminder) -> str:
    """What stands below the title: with whom, what, and when where that is not now."""
    is_call = task.kind == Task.Kind.CALL and task.client_id
    what = task.title if is_call else task.client and task.client.name
    ahead = formats.format_time(task.at) if reminder.before and task.at else ""
    return " · ".join(filter(None, [ahead, task.contact and task.contact.name, what]))


def ring_of(reminder: Reminder) -> str:
    """The name of this one time that it is told, however often its event is delivered."""
    return f"reminder:{reminder.pk}:{reminder.told_at.isoformat()}"


def those_told(reminder: Reminder) -> list[User]:
    """The person itself; of a task that nobody reaches who was to do it: the client's keeper, the owners."""
    task = reminder.task
    if reminder.person_id != task.person_id:
        return those_who_see([reminder.person], task)
    for person in (reminder.person, task.client and task.client.responsible):
        if person and those_who_see([person], task):
            return [person]
    return [person for person in User.objects.active().select_related("role") if person.is_owner]


def those_who_see(people: Iterable[User], task: Task) -> list[User]:
    return [each for each in people if each.is_active and Task.objects.visible_to(each).filter(pk=task.pk).exists()]


def settle(event: Event) -> None:
    """The unanswered reminders of a task that is over, stands elsewhere or is somebody else's ring no more."""
    if isinstance(event, TaskChanged) and not set(event.fields) & set(TIMES):
        return
    task = Task.objects.as_system(WHY).filter(pk=event.task_id).first()
    if task is None:
        return
    withdraw(about=task, kinds=[KIND, *kinds.get(KIND).also], reason=reason_of(event))


def reason_of(event: Event) -> str:
    if isinstance(event, TaskFinished):
        return ""
    if isinstance(event, TaskDropped):
        return _("It is not needed any more")
    if isinstance(event, TaskAssigned):
        return _("Somebody else does it now")
    return _("It has another time now") if isinstance(event, TaskChanged) else _("It is in the trash")
