"""The importer of tasks, as the engine knows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kartu.clients.imports.importer import home_country
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.planner.imports import fields, templates
from kartu.planner.imports.checking import TaskChecker
from kartu.planner.imports.writing import TaskWriter
from kartu.planner.jobs import import_tasks
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE, IMPORT
from kartu.records.imports.guess import Column
from kartu.records.imports.importers import Earlier, Plan, Question, TakenBack, Template
from kartu.records.imports.made import made_by
from kartu.records.imports.mapping import Choice, Target, Words
from kartu.security import audit
from kartu.security.rows import GuardedModel

WHY = "the tasks of an import that is taken back"


class TaskImporter:
    """`system` names the program whose numbers the rows carry: those of files are known again among each other only."""

    key = "tasks"
    label = _("Tasks")
    right = IMPORT
    order = 20
    job = import_tasks
    system = "file"

    def words_for(self, by: Actor) -> Words:
        return fields.words()

    def targets_for(self, by: Actor) -> Mapping[str, Target]:
        return fields.TARGETS

    def settle(self, choices: list[Choice], columns: list[Column], by: Actor) -> None:
        """A column that is not known by its head is left out: texts and dates of tasks look all alike."""
        for choice, column in zip(choices, columns, strict=True):
            if not column.header:
                choice.target = ""

    def missing(self, choices: Iterable[Choice]) -> str:
        return fields.missing(choices)

    def program_of(self, columns: list[Column]) -> str:
        return ""

    def template(self, by: Actor) -> Template:
        return templates.template(by)

    def parts_of(self, target: str, text: str) -> list[tuple[str, str]]:
        return []

    def questions(self, choices: list[Choice], layout: Mapping[str, Any]) -> list[Question]:
        mapped = {choice.target for choice in choices}
        asked = []
        if mapped & {"client", "client_phone", "client_email", "client_id"}:
            who = (("me", _("I do")), ("client", _("Whoever looks after the client")))
            asked.append(Question("person", _("Who does what the file names nobody for"), who))
        if mapped & {"state", "closed_at"}:
            ways = (("fill", _("Take it")), ("reject", _("Leave it out, and list it")))
            asked.append(Question("no_result", _("A task that is done, with no word of what came of it"), ways))
        return asked

    def checker(
        self, plan: Plan, *, by: Actor, batch_id: int | None = None, earlier: Earlier | None = None
    ) -> TaskChecker:
        return TaskChecker(plan, home_country(), by=by, system=self.system)

    def writer(self, plan: Plan, *, batch_id: int, by: Actor) -> TaskWriter:
        return TaskWriter(batch_id=batch_id, by=by, system=self.system)

    def take_back(
        self, batch_ids: Sequence[int], undo_id: int, *, by: Actor, was_seen: bool, after: int, limit: int
    ) -> TakenBack:
        rows = Task.objects.visible_to(by, CHANGE) if was_seen else Task.objects.as_system(WHY)
        made = made_by(rows, batch_ids, was_seen=was_seen, after=after, limit=limit)
        with transaction.atomic():
            return made.trash(undo_id, by)

    def renew(self, rows: Sequence[GuardedModel]) -> None:
        audit.written.send(sender=None, roots={row.audit_root() for row in rows})

    def created_url(self, batch_id: int) -> str:
        return address("planner:tasks")
