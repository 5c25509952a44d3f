"""Tasks as the search finds them: by their titles, details and results."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.formats import near_date
from kartu.planner.models import Task
from kartu.planner.models.task import ICONS
from kartu.planner.rights import CHANGE, VIEW, clients_within
from kartu.search.commands import Command
from kartu.search.sources import DocFields, Hit

WHY = "which tasks a person finds because he sees their clients"


def task_fields(task: Task) -> DocFields:
    """A private one is nobody's of the team; what is closed comes behind what is open."""
    return DocFields(
        task.pk,
        task.title,
        words=[task.text, task.result],
        owner_id=task.person_id,
        team_id=None if task.is_private else task.team_id,
        batch_id=task.batch_id,
        weight=0 if task.is_open else -1,
        updated_at=task.created_at,
    )


def task_hit(task: Task) -> Hit:
    fact = near_date(task.at) if task.is_open and task.at else task.get_state_display()
    return Hit(
        task.title,
        address("planner:task", task.pk),
        second=task.client.name if task.client_id else "",
        fact=fact,
        icon=ICONS[task.kind],
        look=address("planner:look", task.pk),
    )


def with_client(rows: QuerySet) -> QuerySet:
    return rows.select_related("client")


def on_clients(by: Actor) -> QuerySet | None:
    """The ids of the tasks that `by` sees with their clients; never read itself."""
    clients = clients_within(by, VIEW)
    if clients is None:
        return None
    rows = Task.objects.as_system(WHY).filter(client_id__in=clients, is_private=False, trashed_at=None)
    return rows.order_by().values("pk")


def view_of_list(key: str) -> str:
    return f"{reverse('planner:tasks')}?v={key}"


# The menu offers my day, the scheduler, the list and a new task.
COMMANDS = (
    Command("tasks.finish", _("Finish a task"), "check", 20, lambda: view_of_list("today"), VIEW),
    Command("tasks.late", _("Tasks that are late"), "alert-triangle", 21, lambda: view_of_list("late"), VIEW),
    Command("tasks.accept", _("Tasks to accept"), "eye-check", 22, lambda: view_of_list("accept"), VIEW),
    Command("tasks.routine", _("Routine inventory"), "list-check", 24, lambda: reverse("planner:routine"), VIEW),
    Command("tasks.run", _("Run what is due"), "player-play", 25, lambda: reverse("planner:run"), CHANGE),
    Command("tasks.free", _("Find a free hour"), "clock", 23, lambda: reverse("planner:free"), VIEW),
)
