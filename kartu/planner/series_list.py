"""The list of recurring tasks. Those that come for single clients of a segment stand on the page of the one for all."""

from functools import partial

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kartu.core.addresses import address
from kartu.firm.models import Team, User
from kartu.planner import actions, list_edits, rights
from kartu.planner.list_kinds import CLIENT_NEEDS, NumberChoice, client_cell, priority_cell
from kartu.planner.models import Series, Task
from kartu.planner.series_kinds import (
    OVER,
    PAUSED,
    RUNNING,
    NextTask,
    Running,
    rule_cell,
    state_cell,
    title_cell,
)
from kartu.records.lists.asking import Asking
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Choice, Number, Text
from kartu.records.lists.linked import Linked, Person
from kartu.records.lists.spec import UNSORTED, Beside, Column, Empty, ListSpec, ReadyView, lists

STATES = (
    (RUNNING, pgettext_lazy("of a recurring task", "Runs")),
    (PAUSED, pgettext_lazy("of a recurring task", "Paused")),
    (OVER, pgettext_lazy("of a recurring task", "Over")),
)
NOT_OVER = f"state:any:{RUNNING},{PAUSED}"
AHEAD = ("until", "ended_on", "paused_from", "paused_until")


def counted(number: int) -> str:
    return ngettext("%(count)s recurring task", "%(count)s recurring tasks", number)


def quick(text: str, asking: Asking) -> Q:
    return Q(title__icontains=text)


SERIES = lists.add(
    ListSpec(
        key="series",
        model=Series,
        title=_("Recurring tasks"),
        icon="repeat",
        count=counted,
        url_name="planner:all_series",
        row_url=lambda pk: address("planner:series", pk),
        change=actions.change_series,
        by_name="title",
        sort="title",
        quick=quick,
        quick_fields=frozenset({"title"}),
        within=Q(whole__isnull=True),
        columns=(
            Column(
                "title",
                _("What is to be done"),
                Text(shown="title"),
                width=260,
                is_first=True,
                cell=title_cell,
                needs=("kind",),
                edit=list_edits.made_of(forms.CharField, max_length=200),
            ),
            Column(
                "rule",
                _("How often"),
                Text(),
                width=320,
                can_filter=False,
                sort=UNSORTED,
                cell=rule_cell,
                needs=("starts_on", "at"),
                phone_line=2,
            ),
            Column("next", _("Next"), NextTask(), width=130, phone_line=1),
            Column("person", _("Who does it"), Person(User), field="person_id", width=150),
            Column(
                "client",
                _("Client"),
                Text(shown="client__name"),
                field="client__name",
                filter_field="client__name_key",
                width=160,
                cell=client_cell,
                needs=CLIENT_NEEDS,
            ),
            Column(
                "state",
                _("State"),
                Running(choices=STATES),
                field="until",
                sort=UNSORTED,
                width=110,
                cell=partial(state_cell, labels=dict(STATES)),
                needs=AHEAD,
            ),
            Column(
                "kind",
                _("What is it"),
                Choice(choices=Task.Kind.choices),
                width=96,
                shown=False,
                edit=list_edits.made_of(forms.ChoiceField, choices=Task.Kind.choices),
            ),
            Column(
                "priority",
                _("Priority"),
                NumberChoice(choices=Task.Priority.choices),
                width=96,
                shown=False,
                cell=priority_cell,
                edit=list_edits.made_of(
                    forms.TypedChoiceField, choices=Task.Priority.choices, coerce=int, empty_value=2
                ),
            ),
            Column("author", _("Set by"), Person(User), field="author_id", width=150, shown=False),
            Column("team", _("Team"), Linked(Team), field="team_id", width=120, shown=False),
            Column(
                "estimate",
                _("Estimate, minutes"),
                Number(),
                field="estimate_minutes",
                width=100,
                shown=False,
                edit=list_edits.made_of(forms.IntegerField, required=False, min_value=0),
            ),
            Column("starts_on", _("From"), Day(), width=110, shown=False),
            Column("until", _("Last day"), Day(), width=110, shown=False),
            Column("created", pgettext_lazy("of a task", "Set"), Moment(), field="created_at", width=120, shown=False),
        ),
        views=(
            ReadyView("mine", _("Mine"), {"f": ["person:any:me", NOT_OVER]}),
            ReadyView("all", _("All that run"), {"f": [NOT_OVER]}),
            ReadyView("set", _("Set by me"), {"f": ["author:any:me", "person:none:me", NOT_OVER]}),
            ReadyView("paused", _("Paused"), {"f": [f"state:any:{PAUSED}"]}),
            ReadyView("over", _("Over"), {"f": [f"state:any:{OVER}"]}),
        ),
        rights={"export": rights.EXPORT, "print": rights.PRINT, "change": rights.CHANGE},
        beside=(Beside(_("Routine inventory"), "planner:routine", "list-check", rights.VIEW),),
        empty=Empty(
            title=_("No recurring tasks yet"),
            text=_(
                "What comes back by itself: the weekly report, the act on the last working day, the call to each "
                "client before the contract ends. Say once how often; each is there in time, holidays and leave "
                "seen to."
            ),
            icon="repeat",
            button=_("New recurring task"),
            url_name="planner:new_series",
            right=rights.CREATE,
        ),
    )
)
