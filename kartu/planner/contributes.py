"""What this app adds to the lists of the apps below it. Read this file first."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.core.about import About, abouts
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.api import resources
from kartu.core.menu import MenuItem, NewItem, menu, new_menu
from kartu.core.outbox import Event, on
from kartu.firm.absences import OpenWork, open_work
from kartu.firm.rights import SETTINGS
from kartu.firm.signals import founded
from kartu.firm.tabs import IN_CLIENTS, IN_FIRM, SettingsTab, settings_tabs
from kartu.notifications.kinds import IN_WORK, Kind, kinds
from kartu.planner import (  # noqa: F401 - some add themselves
    client_api,
    client_reminders_demo,
    finished,
    following,
    giving,
    in_telegram,
    invariants,
    jobs,
    leaving,
    lists,
    live,
    on_cards,
    promised,
    search,
    series_demo,
    series_following,
    series_list,
)
from kartu.planner.actions import restore_series, restore_task
from kartu.planner.actions.client_reminders import remind_as_usual
from kartu.planner.actions.series import gone_from_series, make_next
from kartu.planner.api import SERIES, TASKS
from kartu.planner.events import (
    ReminderDue,
    TaskAccepted,
    TaskAssigned,
    TaskChanged,
    TaskDropped,
    TaskFinished,
    TaskSet,
    TaskTrashed,
)
from kartu.planner.imports.importer import TaskImporter
from kartu.planner.many import acts, for_each  # noqa: F401 - they add themselves
from kartu.planner.models import Series, Task
from kartu.planner.models.task import TIMES
from kartu.planner.open_work import open_tasks
from kartu.planner.queue import api, demo, others, tasks  # noqa: F401 - they add themselves
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW
from kartu.planner.routine import sheets  # noqa: F401 - it adds itself
from kartu.planner.starting import fill_outcomes
from kartu.planner.telling import gathering, reminders
from kartu.records.imports.importers import importers
from kartu.records.trash import Trashed, trash
from kartu.records.uses import Used, used
from kartu.search.commands import commands
from kartu.search.sources import Source, sources
from kartu.security import audit
from kartu.security.former import FormerKind, former_kinds
from kartu.security.invariants import Invariant
from kartu.security.invariants import invariants as held
from kartu.security.rows import GuardedQuerySet

former_kinds.add(FormerKind("clients.callback", _("call-back"), _("A call-back is a task now: change it there")))

audit.written.connect(following.renew_written, dispatch_uid="planner.following")
audit.written.connect(series_following.follow_written, dispatch_uid="planner.series_following")
audit.written.connect(live.tell_written, dispatch_uid="planner.live")

settings_tabs.add(
    SettingsTab(
        "resources", _("Rooms, cars and equipment"), "planner:resources", group=IN_FIRM, order=40, right=SETTINGS
    )
)
settings_tabs.add(
    SettingsTab("outcomes", _("Results of tasks"), "planner:outcomes", group=IN_FIRM, order=45, right=SETTINGS)
)
settings_tabs.add(
    SettingsTab(
        "client_reminders",
        _("Reminders to clients"),
        "planner:client_reminders",
        group=IN_CLIENTS,
        order=30,
        right=SETTINGS,
    )
)
founded.connect(fill_outcomes, dispatch_uid="planner.starting")
menu.add(MenuItem("scheduler", _("Scheduler"), "planner:scheduler", "calendar-time", order=15, right=VIEW))


def tasks_within_reach(actor: Actor, to_change: bool) -> GuardedQuerySet:
    return Task.objects.visible_to(actor, CHANGE if to_change else VIEW)


abouts.add(
    About(
        model="planner.task",
        label=_("Task"),
        icon="checkbox",
        reach=tasks_within_reach,
        url=lambda task: address("planner:task", task.pk),
        look=lambda pk: address("planner:look", pk),
        order=15,
        columns=("title", "client_id"),
    )
)

importers.add(TaskImporter())
resources.add(api.QUEUE)
resources.add(TASKS)
resources.add(SERIES)

menu.add(MenuItem("day", _("My day"), "queue:day", "sun", order=10, on_phone=True))


menu.add(MenuItem("tasks", _("Tasks"), "planner:tasks", "checkbox", order=15, right=VIEW, on_phone=True))
menu.add(
    MenuItem("series", pgettext_lazy("in the menu", "Recurring"), "planner:all_series", "repeat", order=16, right=VIEW)
)
new_menu.add(NewItem("series", _("Recurring task"), "planner:new_series", "repeat", order=6, right=CREATE))
new_menu.add(NewItem("task", _("Task"), "planner:new_task", "checkbox", 5, letter="t", right=CREATE, takes_shared=True))

trash.add(
    Trashed(
        key="planner.task",
        label=_("Tasks"),
        icon="checkbox",
        # Those of a client in the trash come back with the client.
        rows=lambda actor: Task.objects.visible_to(actor, TRASH, trashed=True).filter(trashed_at__isnull=False),
        restore=lambda task, by: restore_task(task=task, by=by),
        order=15,
    )
)
trash.add(
    Trashed(
        key="planner.series",
        label=_("Recurring tasks"),
        icon="repeat",
        rows=lambda actor: Series.objects.visible_to(actor, TRASH, trashed=True).filter(trashed_at__isnull=False),
        restore=lambda series, by: restore_series(series=series, by=by),
        order=16,
    )
)
used.add(
    Used(
        "planner.task",
        lambda pk, by: Task.objects.visible_to(by).filter(pk=pk).first(),
        lambda task: address("planner:task", task.pk),
        order=70,
    )
)


sources.add(
    Source(
        key="task",
        label=_("Tasks"),
        icon="checkbox",
        order=28,
        model="planner.task",
        row=search.task_fields,
        hit=search.task_hit,
        right=VIEW,
        shown=search.with_client,
        # On a client in the trash they stay where they are: nobody sees them, and they come back with it.
        deep=False,
        beside=search.on_clients,
    )
)
for command in search.COMMANDS:
    commands.add(command)


@on(*gathering.HEARD, same_transaction=True, name="planner.gather_news")
def tell_those_who_should_know(event: Event) -> None:
    for row in gathering.gather(event):
        jobs.tell_of_acts.later(person_id=row.person_id, dedupe=gathering.job_of(row))


@on(TaskFinished, TaskDropped, TaskTrashed, TaskAssigned, TaskChanged, same_transaction=True, name="planner.settle")
def withdraw_its_reminders(event: Event) -> None:
    reminders.settle(event)


@on(TaskSet, TaskChanged, same_transaction=True, name="planner.remind_client_as_usual")
def remind_client_as_usual(event: TaskSet | TaskChanged) -> None:
    if isinstance(event, TaskSet) or {"client_id", "kind", *TIMES} & set(event.fields):
        remind_as_usual(event.task_id)


held.add(
    Invariant(
        "I7.told",
        "Everybody is reminded of his tasks",
        invariants.reminders_are_told,
        70,
        looks_twice=True,
    )
)


@on(ReminderDue)
def tell_of_reminder(event: ReminderDue) -> None:
    reminders.tell_of_reminder(event)


@on(TaskFinished, TaskAccepted, TaskDropped, same_transaction=True, name="planner.after_completion")
def make_the_next(event: TaskFinished | TaskAccepted | TaskDropped) -> None:
    make_next(event.task_id)


@on(TaskTrashed, same_transaction=True, name="planner.left_out")
def leave_it_out(event: TaskTrashed) -> None:
    gone_from_series(event.task_id)


kinds.add(
    Kind("planner.series_late", _("Recurring tasks came late: the program was off"), IN_WORK, outside=True, order=60)
)

open_work.add(OpenWork("tasks", 10, open_tasks))
