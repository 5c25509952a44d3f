"""Reminders to the client of a task: set and taken off by whoever may change the task and reads the address."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import locked
from kartu.clients.contact_details import reads
from kartu.clients.models import Channel
from kartu.clients.opting import refusal, said
from kartu.clients.rights import reaches
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.core.veils import real_of
from kartu.firm.acts import act, tell, telling
from kartu.firm.rights import SETTINGS
from kartu.planner.events import TaskChanged
from kartu.planner.models import ClientReminder, ClientReminderDefault, Task
from kartu.planner.reminding_clients import EMAIL, SMS, channels_by_way
from kartu.planner.rights import CHANGE
from kartu.security.actions import Refused, action

WHY = "reminders to the client of a task"
MOST = 3
LONGEST = 60 * 24 * 60


@action(CHANGE)
def remind_client(*, task: Task, channel: Channel, before: int, by: Actor) -> ClientReminder:
    """Let the client of `task` be reminded at `channel`, `before` minutes ahead of it.

    Raises ValidationError by the names of the arguments, and Refused where `by` may not read that address.
    """
    fresh = locked(task, by)
    row = put_client_reminder(fresh, channel, before, by)
    publish(TaskChanged(fresh.pk, ("client_reminders",), by.pk))
    return row


def put_client_reminder(task: Task, channel: Channel, before: int, by: Actor) -> ClientReminder:
    """The same for a task that is in hand, without word to anybody."""
    if why := unfit(task):
        raise why
    check_channel(task, channel, by)
    check_before(task, before)
    live = list(task.client_reminders.filter(trashed_at=None))
    row = ClientReminder(task=task, way=way_of(channel), channel_id=channel.pk, before=before)
    if any((each.way, each.before) == (row.way, row.before) for each in live):
        raise ValidationError({"before": _("The client is reminded then already")}, code="twice")
    if len(live) >= MOST:
        raise ValidationError(_("At most %(count)s reminders to the client") % {"count": MOST}, code="many")
    row.save()
    return row


def unfit(task: Task) -> ValidationError | None:
    """Why no client can be reminded of `task`."""
    if task.state != Task.State.OPEN:
        return ValidationError(_("The task is settled"), code="settled")
    if task.client_id is None:
        return ValidationError(_("The task has no client. Name one first."), code="client")
    if task.is_private:
        told = _("A private task reminds no client: what goes to a client stands in its history, which colleagues read")
        return ValidationError(told, code="private")
    if task.exact_at is None:
        return ValidationError(_("The task has no exact time. Set one first."), code="time")
    return None


def check_channel(task: Task, channel: Channel, by: Actor) -> None:
    value = real_of(channel.value)
    if not by.is_system and not (reaches(by, task.client) and reads(value, by)):
        raise Refused(f"clients.channel {channel.pk}")
    if channel.pk not in {row.pk for rows in channels_by_way(task).values() for row in rows}:
        raise ValidationError({"channel": _("No reminder can go to this one")}, code="channel")
    if word := refusal(value):
        raise ValidationError({"channel": said(word)}, code="opted_out")


def check_before(task: Task, before: int) -> None:
    if not 5 <= before <= LONGEST:
        raise ValidationError({"before": _("From 5 minutes to 60 days before")}, code="before")
    if task.exact_at - timedelta(minutes=before) <= timezone.now():
        raise ValidationError({"before": _("That moment is over already. Choose a shorter time before.")}, code="over")


def way_of(channel: Channel) -> str:
    return EMAIL if channel.kind == Channel.Kind.EMAIL else SMS


@action(CHANGE)
def forget_client_reminder(*, reminder: ClientReminder, by: Actor) -> ClientReminder:
    """The client is not reminded. What is on its way already goes."""
    row = ClientReminder.objects.visible_to(by, CHANGE).select_for_update(of=("self",)).get(pk=reminder.pk)
    row.trashed_at = timezone.now()
    row.save()
    publish(TaskChanged(row.task_id, ("client_reminders",), by.pk))
    return row


def remind_as_usual(task_id: int) -> ClientReminder | None:
    """What the owner wants for tasks of this kind, once: a reminder that was taken off does not come back."""
    task = Task.objects.as_system(WHY).filter(pk=task_id).select_related("client").first()
    row = usual_reminder(task) if task else None
    if row is None or ClientReminder.objects.as_system(WHY).filter(task=task).exists():
        return None
    row.save()
    return row


def usual_reminder(task: Task) -> ClientReminder | None:
    """The reminder that the owner wants for such a task, not yet saved; `task` need not be either."""
    usual = None if unfit(task) else ClientReminderDefault.objects.filter(kind=task.kind).first()
    if usual is None:
        return None
    wanted = (row for row in channels_by_way(task)[usual.way] if refusal(row.value) is None)
    channel = next(wanted, None)
    if channel is None or task.exact_at - timedelta(minutes=usual.before) <= timezone.now():
        return None
    return ClientReminder(task=task, way=usual.way, channel_id=channel.pk, before=usual.before)


@act(SETTINGS)
def save_usual_client_reminders(*, wanted: dict[str, tuple[str, int]], by: Actor) -> None:
    """Let tasks of each kind of `wanted` remind their clients by themselves: (way, minutes before); "": not at all."""
    rows = {row.kind: row for row in ClientReminderDefault.objects.all()}
    for kind, (way, before) in wanted.items():
        row = rows.get(kind) or ClientReminderDefault(kind=kind)
        if way:
            row.way, row.before = way, before
            with telling(row, by=by):
                row.save()
        elif row.pk:
            tell("setting", row, by=by, values={"before": {"kind": kind, "way": row.way, "before": row.before}})
            row.delete()
