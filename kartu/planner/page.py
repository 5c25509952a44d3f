"""What the page of a task shows, as far as the person at the screen may see it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from kartu.clients.card import Card, seen_client
from kartu.clients.messages.ledger import Told
from kartu.clients.messages.ledger import told as told_messages
from kartu.clients.models import Client, ClientMessage, Touch
from kartu.clients.rights import SEE_TOUCHES, reaches
from kartu.clients.timeline.touches import icon_of
from kartu.clients.told_text import told
from kartu.clients.ways import country_of_reader
from kartu.core import about
from kartu.core.actors import Actor
from kartu.planner.history import Step, moves_by_person, steps_of
from kartu.planner.models import Participant, Reminder, Series, Task, TaskAfter, TaskItem
from kartu.planner.rights import CHANGE, CREATE, TRASH
from kartu.planner.series_page import sentence_of
from kartu.planner.showing_client_reminders import shown_reminders
from kartu.records.rights import FILES_VIEW

LAST_TOUCHES = 5
NEXT_TASKS = 5
OTHERS = 4
WHY = "what a task waits for is named to whoever does it"
State = Task.State


class TaskPage:
    def __init__(self, task: Task, by: Actor) -> None:
        self.task, self.by = task, by

    @cached_property
    def may_change(self) -> bool:
        return self.reached_by(CHANGE)

    @cached_property
    def may_trash(self) -> bool:
        return self.by.may(TRASH) and self.reached_by(TRASH)

    @property
    def may_create(self) -> bool:
        return self.by.may(CREATE)

    def reached_by(self, right: str) -> bool:
        return Task.objects.visible_to(self.by, right).filter(pk=self.task.pk).exists()

    @property
    def is_open(self) -> bool:
        return self.task.state == State.OPEN

    @property
    def may_accept(self) -> bool:
        return self.may_change and self.task.may_be_accepted_by(self.by)

    @property
    def is_mine(self) -> bool:
        return self.by.pk == self.task.person_id

    # --- whom it is about --------------------------------------------------------------------------------------------

    @cached_property
    def client(self) -> Client | None:
        """The client with all that a card knows, for who sees it; its name stands on the task for everybody."""
        task = self.task
        if task.client_id is None or not reaches(self.by, task.client):
            return None
        return seen_client(task.client_id, self.by)

    @property
    def client_name(self) -> str:
        return self.task.client.name if self.task.client_id else ""

    @cached_property
    def card(self) -> Card | None:
        return Card(self.client, self.by) if self.client else None

    @cached_property
    def contact(self) -> dict[str, Any] | None:
        """Whom it is about at the client, with the ways to reach him."""
        found = [each for each in self.card.people if each["contact"].pk == self.task.contact_id] if self.card else []
        return found[0] if found else None

    @property
    def others(self) -> list[dict[str, Any]]:
        """Further people at the client."""
        people = self.card.people if self.card else []
        return [each for each in people if each["contact"].pk != self.task.contact_id][:OTHERS]

    @property
    def ways(self) -> list[Any]:
        """Those of the person it is about, then the client's own."""
        own = self.contact["ways"] if self.contact else []
        return [*own, *(self.card.ways if self.card else [])][:6]

    @cached_property
    def call(self) -> Any:
        """The number to press first."""
        number = next((each for each in self.ways if each.channel.is_number and each.channel.kind == "phone"), None)
        return number or (self.card.call if self.card else None)

    @cached_property
    def touches(self) -> list[dict[str, Any]]:
        """The last ones with the client, each with its icon and its text."""
        if self.client is None or not self.by.may(SEE_TOUCHES):
            return []
        rows = Touch.objects.visible_to(self.by).filter(client=self.client).select_related("by")
        shown = rows.order_by("-at", "-id")[:LAST_TOUCHES]
        return [{"touch": row, "icon": icon_of(row), "text": told(row.text, self.country)} for row in shown]

    @property
    def text(self) -> SafeString:
        return told(self.task.text, self.country)

    @cached_property
    def country(self) -> str:
        return country_of_reader(self.by)

    @property
    def may_see_files(self) -> bool:
        return self.by.may(FILES_VIEW)

    @cached_property
    def further(self) -> list[Task]:
        """What else is to be done about the same client."""
        if self.client is None:
            return []
        rows = self.seen_tasks().filter(client=self.client, state=State.OPEN).exclude(pk=self.task.pk)
        return list(rows.order_by("at", "id")[:NEXT_TASKS])

    @cached_property
    def about(self) -> tuple[str, str] | None:
        """(name, page) of what it hangs on."""
        if not self.task.about_type:
            return None
        return about.named(self.task.about_type, [self.task.about_id], by=self.by).get(self.task.about_id)

    # --- what it is made of ------------------------------------------------------------------------------------------

    def seen_tasks(self) -> QuerySet:
        return Task.objects.visible_to(self.by).select_related("person")

    @cached_property
    def items(self) -> list[TaskItem]:
        return list(self.task.items.all())

    @property
    def ticked(self) -> int:
        return sum(item.is_done for item in self.items)

    @cached_property
    def parent(self) -> Task | None:
        return self.seen_tasks().filter(pk=self.task.parent_id).first() if self.task.parent_id else None

    @cached_property
    def subtasks(self) -> list[Task]:
        return list(self.seen_tasks().filter(parent=self.task).order_by("at", "id")[:50])

    @cached_property
    def waits_for(self) -> list[dict[str, Any]]:
        """What comes first; of a task that one does not see, its name only."""
        rows = list(TaskAfter.objects.visible_to(self.by).filter(task=self.task))
        firsts = Task.objects.as_system(WHY).live().in_bulk([row.first_id for row in rows])
        seen = set(self.seen_tasks().filter(pk__in=firsts).values_list("pk", flat=True))
        return [
            {"after": row, "task": firsts[row.first_id], "is_seen": row.first_id in seen}
            for row in rows
            if row.first_id in firsts
        ]

    @property
    def shown_tasks(self) -> list[int]:
        """The numbers of all tasks that the page names."""
        others = [*self.subtasks, *self.awaited_by, *self.further, *([self.parent] if self.parent else [])]
        return [self.task.pk, *(each["task"].pk for each in self.waits_for), *(each.pk for each in others)]

    @property
    def is_waiting(self) -> bool:
        return any(each["task"].is_open for each in self.waits_for)

    @cached_property
    def awaited_by(self) -> list[Task]:
        ids = (
            TaskAfter.objects.as_system(WHY).filter(first=self.task, trashed_at=None).values_list("task_id", flat=True)
        )
        return list(self.seen_tasks().filter(pk__in=list(ids), state=State.OPEN).order_by("at", "id")[:20])

    @cached_property
    def series(self) -> Series | None:
        """What it is one of, for who sees that."""
        return (
            Series.objects.visible_to(self.by).filter(pk=self.task.series_id).first() if self.task.series_id else None
        )

    @cached_property
    def may_change_series(self) -> bool:
        return Series.objects.visible_to(self.by, CHANGE).filter(pk=self.task.series_id).exists()

    @property
    def comes(self) -> str:
        return sentence_of(self.series, self.by)

    # --- who has to do with it ---------------------------------------------------------------------------------------

    @cached_property
    def participants(self) -> list[Participant]:
        rows = Participant.objects.visible_to(self.by).filter(task=self.task).exclude(kind=Participant.Kind.AUTHOR)
        return list(rows.select_related("person").order_by("kind", "person__name"))

    @cached_property
    def reminders(self) -> list[Reminder]:
        """The person's own."""
        return list(Reminder.objects.visible_to(self.by).filter(task=self.task, person=self.by.pk))

    @cached_property
    def may_remind_client(self) -> bool:
        """Whether a reminder to the client can be added here."""
        is_fit = self.task.exact_at and self.is_open and not self.task.is_private
        return bool(self.client and is_fit and self.may_change)

    @cached_property
    def client_reminders(self) -> list[dict[str, Any]]:
        """Those to the client, with the address as far as the reader may read it."""
        rows = self.task.client_reminders.filter(trashed_at=None) if self.task.client_id else []
        return shown_reminders(rows, self.task, self.by)

    @cached_property
    def messages(self) -> list[Told]:
        """What went to the client about it, the newest first; for who sees the client's history."""
        if self.client is None:
            return []
        rows = ClientMessage.objects.visible_to(self.by).filter(about_type=self.task._meta.label_lower)
        return told_messages(rows.filter(about_id=self.task.pk).order_by("-pk")[:NEXT_TASKS], self.by)

    @cached_property
    def steps(self) -> list[Step]:
        return steps_of(self.task)

    @property
    def moves(self) -> list[tuple[str, int]]:
        return moves_by_person(self.steps)

    @property
    def spent_share(self) -> int:
        """Percent of the estimate that went into it, 0 where one of the two is not known."""
        task = self.task
        return (
            round(100 * task.spent_minutes / task.estimate_minutes)
            if task.spent_minutes and task.estimate_minutes
            else 0
        )
