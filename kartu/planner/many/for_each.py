"""A task for each of many clients."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.forms.acts import WhenField
from kartu.planner.forms.fields import DoersField
from kartu.planner.models import Task
from kartu.planner.rights import CREATE
from kartu.planner.spoken import not_understood, when_said
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import BulkAct, bulk_acts
from kartu.records.models import ChangeSet
from kartu.security.models.audit import AuditRow, Verb

# Where the client's name stands in a title, in each language of the program.
PLACE = re.compile(r"\[(?:client|klien|клиент)\]", re.IGNORECASE)


def task_for(*, client: Client, title: str, people: Sequence[User], number: int, by: Actor, **values: Any) -> Task:
    """The task about one of many clients, the `number`-th of them.

    `people` share them in turn; where there are none it is for whoever looks after the client. `values` are further
    arguments of `set_task`. Raises as that does.
    """
    person = doer_of(client, people, number)
    if person is None:
        raise ValidationError({"person": gettext("Nobody looks after this client")}, code="nobody")
    return actions.set_task(title=title_for(title, client), client=client, person=person, by=by, **values)


def title_for(title: str, client: Client) -> str:
    """`title` with the client's name in its place, cut where it would be too long."""
    return PLACE.sub(lambda _found: client.name, title)[: Task._meta.get_field("title").max_length].strip()


class ForEachForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    kind = forms.ChoiceField(
        label=_("What is it"), choices=Task.Kind.choices, widget=forms.RadioSelect, initial=Task.Kind.TASK
    )
    when = WhenField(label=_("When"))
    people = DoersField(label=_("Who does it"))
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        widget=forms.RadioSelect,
        choices=Task.Priority.choices,
        coerce=int,
        initial=Task.Priority.NORMAL,
    )

    asking: Asking

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].help_text = gettext("[client] stands for the client's name")
        self.fields["people"].help_text = gettext(
            "If nobody is chosen: whoever looks after each client. Several share them evenly."
        )
        self.fields["people"].open_to(self.asking.person)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        said = given.pop("when", "")
        times, rest = when_said(said, given.get("kind", ""), self.asking.now)
        if said and (not times or rest.strip()):
            self.add_error("when", not_understood())
        # In the order in which they were named, so that the first client is the first one's.
        chosen = self.data.getlist("people") if hasattr(self.data, "getlist") else []
        given["people"] = sorted(given.get("people", ()), key=lambda person: chosen.index(str(person.pk)))
        return {**given, "times": times}


def form_for(asking: Asking) -> type[forms.Form]:
    return type("TaskForEachForm", (ForEachForm,), {"asking": asking})


def run(*, row: Client, values: Mapping[str, Any], number: int, by: Actor) -> None:
    given = {name: values[name] for name in ("title", "kind", "people", "priority")}
    task_for(client=row, number=number, by=by, **given, **values["times"])


def titled(values: Mapping[str, Any]) -> str:
    return gettext("A task for each: %(title)s") % {"title": values["title"]}


def foretold(rows: list[Client], values: Mapping[str, Any]) -> list[str] | None:
    """The titles of the first ones with the names of their clients, and who does them."""
    if not values.get("title"):
        return None
    prefetch_related_objects(rows, "responsible")
    people = values.get("people") or []
    return [foretold_one(row, values["title"], people, number) for number, row in enumerate(rows)]


def foretold_one(client: Client, title: str, people: Sequence[User], number: int) -> str:
    person = doer_of(client, people, number)
    whose = person.name if person else gettext("Nobody looks after this client")
    return f"{title_for(title, client)} · {whose}"


def doer_of(client: Client, people: Sequence[User], number: int) -> User | None:
    return people[number % len(people)] if people else client.responsible


def gone_through(changes: ChangeSet) -> Iterable[int]:
    """The clients that have their task of this act already."""
    made = AuditRow.objects.filter(
        change_set_id=changes.pk, verb=Verb.CREATE, object_type=Task._meta.label_lower
    ).values_list("object_id", flat=True)
    rows = Task.objects.as_system("which clients an act on many has gone through").filter(pk__in=made)
    return rows.values_list("client_id", flat=True)


bulk_acts.add(
    BulkAct(
        "clients.task",
        "clients",
        _("A task for each"),
        "checkbox",
        CREATE,
        run,
        title=titled,
        form=form_for,
        numbered=True,
        gone_through=gone_through,
        preview=foretold,
        order=15,
    )
)
