"""Every call-back becomes a task: a call that somebody is to make at its minute.

The log keeps what it told of the call-backs; of the tasks it is told that they were made. Notices of call-backs are
about the tasks from now on.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext

from kartu.core import bulk
from kartu.core.text import sort_key
from kartu.security.audit import canonical, plain

CHUNK = 2000
OLD, NEW, REMINDER = "clients.callback", "planner.task", "planner.reminder"
WHY = "Call-backs are tasks from this version on"
# Between the touch that says what came of a call-back and its end there was a blink.
BLINK = timedelta(seconds=2)
TOLD = (
    *("title", "kind", "client_id", "contact_id", "person_id", "author_id", "due_at", "state", "result", "touch_id"),
    *("closed_at", "closed_by_id", "created_at", "trashed_at"),
)
TOLD_OF_REMINDERS = ("task_id", "person_id", "before", "on_the_day", "typed_at", "trashed_at")


def make_tasks(apps: Any, schema_editor: Any) -> None:
    Mover(apps).move()


class Mover:
    """Takes the call-backs over, some at a time. All is written together with the step of the version."""

    def __init__(self, apps: Any) -> None:
        self.apps = apps
        self.call_backs = apps.get_model("clients", "CallBack")
        self.now = timezone.now()
        firm = apps.get_model("firm", "Firm").objects.first()
        with translation.override(firm.language if firm else "en"):
            self.unnamed, self.unsaid = gettext("Call back"), gettext("Called back")
        self.teams = dict(apps.get_model("firm", "User").objects.values_list("pk", "team_id"))

    def move(self) -> None:
        after = 0
        while some := list(self.with_touches().filter(pk__gt=after).order_by("pk")[:CHUNK]):
            after = some[-1].pk
            self.move_some(some)
        unnamed = self.apps.get_model("clients", "Client").objects.filter(next_touch_text="")
        unnamed.exclude(next_touch_at=None).update(next_touch_text=self.unnamed)

    def with_touches(self) -> models.QuerySet:
        """Each with the touch that was written down when it was done."""
        touches = self.apps.get_model("clients", "Touch").objects.filter(client=OuterRef("client"), trashed_at=None)
        near = touches.filter(at__lte=OuterRef("done_at"), at__gte=OuterRef("done_at") - BLINK)
        return self.call_backs.objects.annotate(near_touch=Subquery(near.order_by("-at", "-pk").values("pk")[:1]))

    def move_some(self, some: list[Any]) -> None:
        task_model, reminder_model = (self.apps.get_model("planner", name) for name in ("Task", "Reminder"))
        ids = dict(zip((row.pk for row in some), bulk.reserve_ids(task_model, len(some)), strict=True))
        authors, touches = self.authors(some), self.touches(some)
        tasks = [self.task(row, ids[row.pk], authors.get(row.pk), touches.get(row.near_touch)) for row in some]
        write(task_model, tasks)
        waiting = [row for row in some if row.done_at is None]
        numbers = bulk.reserve_ids(reminder_model, len(waiting))
        reminders = [self.reminder(row, ids[row.pk], pk) for row, pk in zip(waiting, numbers, strict=True)]
        write(reminder_model, reminders)
        self.tell(
            [
                *((NEW, task.pk, NEW, task.pk, "create", {"after": told(task, TOLD)}) for task in tasks),
                *(
                    (REMINDER, row.pk, NEW, row.task_id, "create", {"after": told(row, TOLD_OF_REMINDERS)})
                    for row in reminders
                ),
                *self.point_notices(ids),
            ]
        )

    def authors(self, some: list[Any]) -> dict[int, int | None]:
        """Who has promised each: so says the log."""
        rows = self.apps.get_model("security", "AuditRow").objects.filter(
            root_type="clients.client", root_id__in={row.client_id for row in some}, object_type=OLD, verb="create"
        )
        return dict(rows.values_list("object_id", "actor_id"))

    def touches(self, some: list[Any]) -> dict[int, Any]:
        ids = {row.near_touch for row in some if row.near_touch}
        return self.apps.get_model("clients", "Touch").objects.in_bulk(ids)

    def task(self, row: Any, pk: int, author_id: int | None, touch: Any) -> Any:
        said = "\n".join(filter(None, [touch.result, touch.text])) if touch else ""
        values = {
            "pk": pk,
            "title": row.what or self.unnamed,
            "kind": "call",
            "client_id": row.client_id,
            "contact_id": row.contact_id,
            "person_id": row.person_id,
            "author_id": author_id,
            "team_id": self.teams.get(row.person_id),
            "due_at": row.due_at,
            "at": row.due_at,
            "late_at": row.due_at,
            "state": "done" if row.done_at else "open",
            "result": (said[:20_000] or self.unsaid) if row.done_at else "",
            "touch_id": touch and touch.pk,
            "closed_at": row.done_at,
            "closed_by_id": touch and touch.by_id,
            "created_at": row.created_at,
            "trashed_at": row.trashed_at,
            "title_key": sort_key(row.what or self.unnamed),
        }
        model = self.apps.get_model("planner", "Task")
        known = {field.attname for field in model._meta.concrete_fields} | {"pk"}
        return model(**{name: value for name, value in values.items() if name in known})

    def reminder(self, row: Any, task_id: int, pk: int) -> Any:
        return self.apps.get_model("planner", "Reminder")(
            pk=pk,
            task_id=task_id,
            person_id=row.person_id,
            before=0,
            at=row.due_at,
            told_at=row.reminded_at,
            trashed_at=row.trashed_at,
        )

    def point_notices(self, ids: dict[int, int]) -> Iterable[tuple]:
        """Let the notices of these be about their tasks; what the log is told of it."""
        model = self.apps.get_model("notifications", "Notification")
        rows = list(model.objects.filter(about_type=OLD, about_id__in=ids))
        for row in rows:
            task_id = ids[row.about_id]
            before = {"about_type": OLD, "about_id": row.about_id, "url": row.url}
            after = {"about_type": NEW, "about_id": task_id, "url": row.url.replace(f"#call-back-{row.about_id}", f"#task-{task_id}")}
            row.about_type, row.about_id, row.url = after["about_type"], after["about_id"], after["url"]
            kind = "notifications.notification"
            yield kind, row.pk, kind, row.pk, "change", {"before": before, "after": after}
        bulk.update(model, ["about_type", "about_id", "url"], [(NEW, row.about_id, row.url, row.pk) for row in rows])

    def tell(self, lines: list[tuple]) -> None:
        row_model, payload_model = (self.apps.get_model("security", name) for name in ("AuditRow", "AuditPayload"))
        numbers = bulk.reserve_ids(row_model, len(lines))
        rows, payloads = [], []
        for number, (kind, pk, root, root_id, verb, values) in zip(numbers, lines, strict=True):
            text = canonical(values)
            rows.append(
                row_model(
                    pk=number, at=self.now, why=WHY, verb=verb, object_type=kind, object_id=pk,
                    root_type=root, root_id=root_id, digest=sha256(text.encode()).hexdigest(),
                )  # fmt: skip
            )
            payloads.append((number, text))
        write(row_model, rows)
        bulk.insert(payload_model, ["row_id", "values"], payloads)


def told(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """As the log tells of a row that was made."""
    return {name: plain(getattr(row, name)) for name in names}


def write(model: Any, rows: list[Any]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    names = [field.attname for field in model._meta.concrete_fields]
    bulk.insert(model, columns, (tuple(spelled(getattr(row, name)) for name in names) for row in rows))


def spelled(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0005_resources"),
        ("clients", "0009_collaborators"),
        ("firm", "0010_known_addresses"),
        ("notifications", "0001_initial"),
        ("security", "0012_log_retention"),
    ]

    operations = [migrations.RunPython(make_tasks, migrations.RunPython.noop)]
