"""The list of tasks: its columns, filters and ready views."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kartu.clients.forms.fields import MOMENT
from kartu.core.addresses import address
from kartu.core.text import plain
from kartu.firm.models import Team, User
from kartu.planner import list_edits, rights
from kartu.planner.list_kinds import (
    CLIENT_NEEDS,
    WHEN_NEEDS,
    Late,
    NumberChoice,
    client_cell,
    priority_cell,
    state_cell,
    title_cell,
    when_cell,
)
from kartu.planner.models import Outcome, Participant, Task
from kartu.planner.series_kinds import OfSeries
from kartu.records.lists.asking import Asking
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Choice, Number, Text
from kartu.records.lists.linked import Linked, People, Person
from kartu.records.lists.spec import UNSORTED, Beside, Column, Empty, ListSpec, ReadyView, lists

OPEN = "state:any:open"
NOT_OVER = "state:any:open,review"


def counted(number: int) -> str:
    return ngettext("%(count)s task", "%(count)s tasks", number)


def quick(text: str, asking: Asking) -> Q:
    words = plain(text)
    return Q(title_key__contains=words) | Q(client__name_key__contains=words)


TASKS = lists.add(
    ListSpec(
        key="tasks",
        model=Task,
        title=_("Tasks"),
        icon="checkbox",
        count=counted,
        url_name="planner:tasks",
        row_url=lambda pk: address("planner:task", pk),
        preview_url=lambda pk: address("planner:look", pk),
        change=list_edits.change,
        by_name="title_key",
        sort="when",
        quick=quick,
        quick_fields=frozenset({"title_key", "client__name_key"}),
        columns=(
            Column(
                "title",
                _("What is to be done"),
                Text(shown="title"),
                field="title",
                filter_field="title_key",
                width=280,
                is_first=True,
                cell=title_cell,
                needs=("kind", "state"),
                edit=list_edits.made_of(forms.CharField, max_length=200),
            ),
            Column("when", _("When"), Moment(), field="at", width=140, phone_line=1, cell=when_cell, needs=WHEN_NEEDS),
            Column("person", _("Who does it"), Person(User), field="person_id", width=150, edit=list_edits.person()),
            Column(
                "client",
                _("Client"),
                Text(shown="client__name"),
                field="client__name",
                filter_field="client__name_key",
                width=180,
                phone_line=2,
                cell=client_cell,
                needs=CLIENT_NEEDS,
            ),
            Column("state", _("State"), Choice(choices=Task.State.choices), width=120, cell=state_cell),
            Column(
                "priority",
                _("Priority"),
                NumberChoice(choices=Task.Priority.choices),
                width=96,
                cell=priority_cell,
                edit=list_edits.made_of(
                    forms.TypedChoiceField, choices=Task.Priority.choices, coerce=int, empty_value=2
                ),
            ),
            Column(
                "kind",
                _("What is it"),
                Choice(choices=Task.Kind.choices),
                width=96,
                shown=False,
                edit=list_edits.made_of(forms.ChoiceField, choices=Task.Kind.choices),
            ),
            Column("author", _("Set by"), Person(User), field="author_id", width=150, shown=False),
            Column("team", _("Team"), Linked(Team), field="team_id", width=120, shown=False),
            Column("watchers", _("Named on it"), People(through=Participant, owner="task"), width=150, shown=False),
            Column("late", _("Late"), Late(), width=70, shown=False),
            Column(
                "due_at",
                _("Due"),
                Moment(),
                width=120,
                shown=False,
                edit=list_edits.made_of(forms.DateTimeField, required=False, input_formats=[MOMENT, "%Y-%m-%d %H:%M"]),
            ),
            Column(
                "due_on",
                _("Due on the day"),
                Day(),
                width=120,
                shown=False,
                edit=list_edits.made_of(forms.DateField, required=False),
            ),
            Column("start", _("Begins"), Moment(), field="start_at", width=120, shown=False),
            Column("end", _("Ends"), Moment(), field="end_at", width=120, shown=False),
            Column(
                "estimate",
                _("Estimate, minutes"),
                Number(),
                field="estimate_minutes",
                width=100,
                total=True,
                shown=False,
                edit=list_edits.made_of(forms.IntegerField, required=False, min_value=0),
            ),
            Column(
                "spent",
                _("Spent, minutes"),
                Number(),
                field="spent_minutes",
                width=100,
                total=True,
                shown=False,
                edit=list_edits.made_of(forms.IntegerField, required=False, min_value=0),
            ),
            Column("series", _("Recurring task"), OfSeries(), width=150, shown=False),
            Column("moves", _("Times moved"), Number(), width=90, shown=False),
            Column("outcome", _("How it ended"), Linked(Outcome), field="outcome_id", width=130, shown=False),
            Column("result", _("Result"), Text(), width=220, shown=False, can_filter=False, sort=UNSORTED),
            Column("closed", _("Closed"), Moment(), field="closed_at", width=120, shown=False),
            Column("created", pgettext_lazy("of a task", "Set"), Moment(), field="created_at", width=120, shown=False),
        ),
        views=(
            ReadyView("mine", _("Mine"), {"f": ["person:any:me", NOT_OVER]}),
            ReadyView("today", _("Today"), {"f": ["person:any:me", OPEN, "when:next:0"]}),
            ReadyView("week", _("7 days"), {"f": ["person:any:me", OPEN, "when:next:6"]}),
            ReadyView("late", _("Late"), {"f": ["late:yes"]}),
            ReadyView("undated", _("Without a date"), {"f": ["when:empty", OPEN]}),
            ReadyView("set", _("Set by me"), {"f": ["author:any:me", "person:none:me", NOT_OVER]}),
            ReadyView("accept", _("To accept"), {"f": ["state:any:review", "author:any:me"]}),
            ReadyView("watched", _("I am named"), {"f": ["watchers:any:me", NOT_OVER]}),
            ReadyView("open", _("All open"), {"f": [NOT_OVER]}),
            ReadyView("done", _("Done"), {"f": ["state:any:done"], "s": "-closed"}),
            ReadyView("all", _("All"), {"s": "-when"}),
        ),
        beside=(Beside(_("Bring a list"), "records:import_new", "upload", rights.IMPORT, "?what=tasks"),),
        rights={
            "export": rights.EXPORT,
            "print": rights.PRINT,
            "change": rights.CHANGE,
            "trash": rights.TRASH,
            "bulk": rights.BULK,
        },
        empty=Empty(
            title=_("No tasks yet"),
            text=_(
                "What somebody has to do, with whom and when: a call, a meeting, a letter. "
                "Nobody forgets it: it comes back at its minute."
            ),
            icon="checkbox",
            button=_("Set a task"),
            url_name="planner:new_task",
            right=rights.CREATE,
        ),
    )
)
