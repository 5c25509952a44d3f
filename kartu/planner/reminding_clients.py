"""A client is reminded of a task: what is said, to which address, when it goes, and when it makes no sense any more."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.messages.hours import send_at
from kartu.clients.messages.kinds import MessageKind, message_kinds
from kartu.clients.messages.sending import Draft, send
from kartu.clients.messages.words import EMAIL, SMS
from kartu.clients.models import Channel, Client, ClientMessage, MessageHours
from kartu.clients.ways import is_mobile
from kartu.core.actors import System
from kartu.core.faults import fail_point
from kartu.core.formats import format_day
from kartu.firm.clock import local
from kartu.firm.middleware import zone_of
from kartu.firm.models import Branch, Firm
from kartu.notifications.actions import notify
from kartu.notifications.kinds import IN_CLIENTS, Kind, kinds
from kartu.planner.models import ClientReminder, Task
from kartu.planner.telling.words import address_of
from kartu.security import audit

log = logging.getLogger(__name__)

WHY = "reminding clients of what was agreed with them"
KEY = "planner.client_reminder"
FAILED = "planner.client_not_reminded"
# What is planned for the coming night may have to go this evening.
NIGHT = timedelta(days=1)
KINDS_OF = {EMAIL: (Channel.Kind.EMAIL,), SMS: (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)}

READY = {
    (EMAIL, "en"): (
        "{firm}: {day}, {time}",
        "Hello {name},\n\nthis is a reminder of our appointment on {day} at {time}.\n"
        "If you cannot make it, just answer this letter.\n\n{person}",
    ),
    (EMAIL, "id"): (
        "{firm}: {day}, {time}",
        "Halo {name},\n\nkami mengingatkan janji temu kita pada {day} pukul {time}.\n"
        "Jika Anda berhalangan, cukup balas surel ini.\n\n{person}",
    ),
    (EMAIL, "ru"): (
        "{firm}: {day}, {time}",
        "Здравствуйте, {name}!\n\nНапоминаем о нашей встрече: {day}, {time}.\n"
        "Если планы изменились, просто ответьте на это письмо.\n\n{person}",
    ),
    (SMS, "en"): ("", "{firm}: reminder of our appointment on {day} at {time}."),
    (SMS, "id"): ("", "{firm}: pengingat janji temu pada {day} pukul {time}."),
    (SMS, "ru"): ("", "{firm}: напоминаем о встрече: {day}, {time}."),
}
PLACEHOLDERS = {
    "name": gettext_lazy("the client, or whom you meet there"),
    "day": gettext_lazy("the day, with its weekday"),
    "time": gettext_lazy("the hour and minute, with the time zone where it could be misunderstood"),
    "firm": gettext_lazy("the name of your firm"),
    "person": gettext_lazy("the colleague who does it"),
    "subject": gettext_lazy("what the task is called; clients then read what colleagues have typed"),
}


# --- what is said to whom


def language_for(client: Client, firm: Firm | None) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    found = (each for each in (client.language, firm.language if firm else "") if each in known)
    return next(found, settings.LANGUAGE_CODE)


def zone_for(task: Task, firm: Firm | None) -> ZoneInfo:
    """Of the branch where whoever does it works, else the firm's."""
    branch = task.person.team.branch if task.person.team_id else None
    return zone_of((branch.time_zone if branch else "") or (firm.time_zone if firm else "UTC"))


def values_of(task: Task, language: str, zone: ZoneInfo, firm: Firm | None) -> dict[str, str]:
    """What stands for the placeholders. {day} and {time} are by the clock of `zone`."""
    at = local(zone, task.exact_at)
    clock = f"{at:%H:%M}"
    if may_be_misunderstood(task.client, firm):
        clock += f" ({name_of(zone, task.exact_at)})"
    with translation.override(language):
        day = format_day(at.date(), "EEEE, d MMMM")
    return {
        "name": task.contact.name if task.contact_id else task.client.name,
        "day": day,
        "time": clock,
        "firm": firm.name if firm else "",
        "person": task.person.name,
        "subject": task.title,
    }


def may_be_misunderstood(client: Client, firm: Firm | None) -> bool:
    """Whether the client may be in another zone than the firm: it is abroad, or the firm has several zones."""
    if firm is None:
        return False
    zones = set(Branch.objects.filter(is_active=True).exclude(time_zone="").values_list("time_zone", flat=True))
    return bool(client.country and client.country != firm.country) or len(zones | {firm.time_zone}) > 1


def name_of(zone: ZoneInfo, at: datetime) -> str:
    """ "WIB", "MSK", or "UTC+5" where the zone has no letters."""
    name = at.astimezone(zone).tzname() or ""
    if name[:1] not in "+-":
        return name
    hours, minutes = name[1:3], name[3:5]
    return f"UTC{name[0]}{int(hours)}" + (f":{minutes}" if minutes not in ("", "00") else "")


def channels_by_way(task: Task) -> dict[str, list[Channel]]:
    """Where the client can be written to, as it is kept: those of whom it is about, then the client's own."""
    kinds_of_all = [kind for some in KINDS_OF.values() for kind in some]
    rows = Channel.objects.as_system(WHY).filter(client_id=task.client_id, kind__in=kinds_of_all, trashed_at=None)
    rows = list(rows.order_by("-is_main", "pk"))
    whose = [task.contact_id, None] if task.contact_id else [None]
    found = [row for who in whose for row in rows if row.contact_id == who]
    found = [row for row in found if row.kind == Channel.Kind.EMAIL or is_mobile(row.value)]
    return {way: [row for row in found if row.kind in some] for way, some in KINDS_OF.items()}


def address_for(reminder: ClientReminder, found: dict[str, list[Channel]] | None = None) -> str:
    """Where it goes now: the chosen address as it stands today, else the first one of that way; "" if there is none."""
    rows = (found or channels_by_way(reminder.task))[reminder.way]
    chosen = [row for row in rows if row.pk == reminder.channel_id]
    return next((row.value for row in chosen or rows), "")


def draft_of(reminder: ClientReminder, address: str = "") -> Draft:
    """What goes out of `reminder`, its task standing where it stands."""
    task, firm = reminder.task, Firm.current()
    event, zone = task.exact_at, zone_for(task, firm)
    language = language_for(task.client, firm)
    return Draft(
        kind=message_kinds[KEY],
        client=task.client,
        contact=task.contact,
        way=reminder.way,
        address=address or address_for(reminder),
        language=language,
        values=values_of(task, language, zone, firm),
        zone=zone,
        about=task,
        planned_at=reminder.moment(task),
        not_after=event,
        # Another moment is another appointment: the client hears of it, though he heard of the first.
        dedupe=f"{KEY}:{reminder.pk}:{event.isoformat()}",
    )


# --- when it goes


def due() -> ClientReminder.objects:
    rows = ClientReminder.objects.as_system(WHY).filter(told_at=None, trashed_at=None)
    return rows.filter(
        task__state=Task.State.OPEN,
        task__trashed_at=None,
        task__is_private=False,
        task__client__isnull=False,
        task__client__trashed_at=None,
    )


def remind_clients(now: datetime) -> int:
    """Write what is due at `now`, each in a transaction of its own; how many."""
    around = due().filter(at__lte=now + NIGHT).order_by("at", "pk")
    hours, firm = MessageHours.current(), Firm.current()
    rows = around.select_related("task__person__team__branch")
    ready = [row.pk for row in rows if is_ready(row, now, hours, firm)]
    return sum(remind_one(pk, now, hours) for pk in ready)


def is_ready(row: ClientReminder, now: datetime, hours: MessageHours, firm: Firm | None) -> bool:
    """Whether its moment is there, or there will be none."""
    moment = send_at(row.at, row.task.exact_at, zone_for(row.task, firm), hours)
    return now >= (moment or row.at)


def remind_one(pk: int, now: datetime, hours: MessageHours) -> bool:
    """A failure of one stops no other: it is tried again in a minute."""
    try:
        with transaction.atomic(), audit.acting_as(System(WHY)):
            rows = due().filter(pk=pk).select_for_update(of=("self",), skip_locked=True)
            row = rows.select_related("task__person__team__branch", "task__client", "task__contact").first()
            if row is None:
                return False
            ClientReminder.objects.as_system(WHY).filter(pk=pk).update(told_at=now)
            sent = send(with_obstacle(row, draft_of(row), now, hours))
            fail_point("client_reminders.before_commit")
            return sent is not None
    except Exception:
        log.exception("a client could not be reminded (planner.clientreminder %s)", pk)
        return False


def with_obstacle(row: ClientReminder, draft: Draft, now: datetime, hours: MessageHours) -> Draft:
    moment = send_at(row.at, draft.not_after, draft.zone, hours)
    obstacle = ""
    if now >= draft.not_after:
        obstacle = _("Too late: it would have come after its time")
    elif moment is None or moment < row.set_at:
        obstacle = _("Its moment was over when the time was set")
    elif not draft.address:
        obstacle = _("There is no address any more to which it could go")
    return replace(draft, obstacle=obstacle)


# --- while it is on its way


def obstacle(message: ClientMessage, now: datetime) -> str:
    task = task_of(message)
    if task is None or task.trashed_at or task.state != Task.State.OPEN:
        return _("The task is settled")
    if task.is_private or task.client_id != message.client_id:
        return _("The task is not about this client any more")
    return "" if task.exact_at == message.not_after else _("The task has another time now")


def task_of(message: ClientMessage) -> Task | None:
    rows = Task.objects.as_system(WHY).filter(pk=message.about_id).select_related("person__role", "client")
    return rows.first() if message.about_type == Task._meta.label_lower else None


def failed(message: ClientMessage, reason: str) -> None:
    """Whoever does the task hears that his client was not reminded, while that still helps him."""
    task = task_of(message)
    if task is None or task.state != Task.State.OPEN or message.is_over(timezone.now()):
        return
    seen = Task.objects.visible_to(task.person).filter(pk=task.pk)
    if not task.person.is_active or not seen.exists():
        return
    notify(
        to=[task.person],
        kind=FAILED,
        title=format_lazy(gettext_lazy("Not reminded: {client}"), client=task.client.name),
        text=reason,
        url=address_of(task),
        about=task,
        dedupe=f"client-message:{message.pk}",
    )


message_kinds.add(
    MessageKind(KEY, gettext_lazy("Reminder to the client"), PLACEHOLDERS, READY, obstacle, failed),
)
kinds.add(Kind(FAILED, gettext_lazy("A client could not be reminded"), IN_CLIENTS, outside=True, order=40))
