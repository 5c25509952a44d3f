"""A duty that comes back: the form of a new one, of one that is changed, and of one that is another from a day on."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.forms.fields import ClientField
from kartu.clients.models import Segment
from kartu.clients.rights import reaches
from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.planner import actions, repeating
from kartu.planner.forms.fields import BEFORE, ON_THE_DAY, DoerField, RemindersField, WhomField, wanted
from kartu.planner.forms.repeat import RepeatFields, field_of_part
from kartu.planner.forms.tasks import PRIORITIES, minutes
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import describe, parse, to_text
from kartu.records.lists.asking import Asking
from kartu.security.rows import GuardedModel

NOBODY, ONE, SEGMENT = "nobody", "one", "segment"
WHOM = [
    (NOBODY, pgettext_lazy("whom a task is about", "nobody")),
    (ONE, _("one client")),
    (SEGMENT, _("each client of a segment")),
]


class SeriesFields(RepeatFields):
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    kind = forms.ChoiceField(label=_("What is it"), choices=Task.Kind.choices, widget=forms.RadioSelect)
    begins = forms.BooleanField(label=_("It begins at that time, and takes its place in the calendar"), required=False)
    whom = forms.ChoiceField(label=_("About whom"), choices=WHOM, widget=forms.RadioSelect, required=False)
    client = ClientField(label=_("Client"), required=False)
    contact = WhomField()
    segment = forms.ModelChoiceField(Segment.objects.none(), label=_("Segment"), required=False)
    person = DoerField(required=False)
    to_responsible = forms.BooleanField(label=_("Whoever is responsible for the client does it"), required=False)
    estimate_minutes = minutes(_("Estimate, minutes"))
    priority = forms.TypedChoiceField(label=_("Priority"), widget=forms.RadioSelect, required=False, **PRIORITIES)
    text = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    items = forms.CharField(label=_("Checklist"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reminders = RemindersField()
    needs_acceptance = forms.BooleanField(label=_("I want to accept the result"), required=False)
    is_private = forms.BooleanField(label=_("Private: only for me"), required=False)

    wide = frozenset({"title", "kind", "weekdays", "text", "items", "reminders", "whom", "ends", "begins", "priority"})
    optional = {
        "at": _("empty: at any time of the day"),
        "items": _("one line each"),
        "reminders": _("if nothing is chosen: as is usual for its kind"),
        "month_days": _("in a shorter month the 31st is its last day"),
    }
    groups = (
        ("", ("title", "kind")),
        (
            _("When"),
            (
                *("every", "interval", "done_unit", "weekdays", "month_on", "month_days", "nth", "weekday"),
                *("workday_nth", "before", "before_unit", "side", "date_field", "yearly", "holiday"),
                *("starts_on", "at", "begins", "ends", "until", "count"),
            ),
        ),
        (_("For whom, and who does it"), ("whom", "client", "contact", "segment", "person", "to_responsible")),
    )
    more = frozenset({"estimate_minutes", "priority", "text", "items", "reminders", "needs_acceptance", "is_private"})
    BY_WHOM = {NOBODY: set(), ONE: {"client", "contact"}, SEGMENT: {"segment", "to_responsible"}}

    by: Actor

    def open_up(self, client_id: int | None) -> None:
        """Let the controls offer what the person may choose."""
        self.open_repeat(self.by)
        self.fields["person"].open_to(self.by)
        self.fields["title"].widget.attrs["autofocus"] = True
        if "client" in self.fields:
            self.fields["client"].open_to(self.by)
            self.fields["contact"].open_to(self.by, client_id)
        if "segment" in self.fields:
            chosen = [pk for pk, _found in usable(Asking(self.by)).items()]
            self.fields["segment"].queryset = Segment.objects.visible_to(self.by).filter(pk__in=chosen)

    def parts(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """The fields under their headings."""
        names = [(heading, [name for name in group if name in self.fields]) for heading, group in self.groups]
        return [(heading, [self.place_of(self[name]) for name in group]) for heading, group in names if group]

    def place_of(self, bound: forms.BoundField) -> dict[str, Any]:
        is_conditional = bound.name in {*repeating.CHOICES, *self.of_whom()}
        is_hidden = bound.name in self.hidden() and not bound.errors
        return super().place_of(bound) | {"is_conditional": is_conditional, "is_hidden": is_hidden}

    def of_whom(self) -> set[str]:
        return set().union(*self.BY_WHOM.values()) if "whom" in self.fields else set()

    def hidden(self) -> set[str]:
        """The names of fields that are not shown for what stands in others."""
        chosen = self.BY_WHOM.get(self["whom"].value(), set()) if "whom" in self.fields else set()
        return self.not_shown | (self.of_whom() - chosen)

    def take_errors(self, refused: Any) -> None:
        """What is wrong with the rule stands at the choice that makes it so."""
        of_rule = getattr(refused, "error_dict", {}).pop("rule", [])
        for each in of_rule:
            self.add_error(field_of_part(each.code or ""), each)
        super().take_errors(refused)


def usual_choices() -> dict[str, Any]:
    return {
        **{"every": repeating.WEEK, "interval": 1, "month_on": repeating.ON_DAYS, "nth": "1", "workday_nth": "-1"},
        **{"before": 30, "before_unit": "days", "side": repeating.AHEAD, "done_unit": "days", "holiday": "KEEP"},
        **{"ends": repeating.NEVER, "kind": Task.Kind.TASK, "priority": Task.Priority.NORMAL, "whom": NOBODY},
    }


class NewSeriesForm(SeriesFields, ActionForm):
    """A new duty; `task` is what it is made of, which becomes the first one of it."""

    def __init__(self, *args: Any, by: Actor, task: Task | None = None, **options: Any) -> None:
        usual = usual_choices() | {"person": by.pk, "starts_on": local_today(by)}
        super().__init__(*args, initial={**usual, **options.pop("initial", {})}, **options)
        self.by, self.task = by, task
        chosen = str(self["client"].value() or "")
        self.open_up(int(chosen) if chosen.isdecimal() else None)

    def clean(self) -> None:
        given = self.cleaned_data
        if day := self.begins_on():
            self.rule = self.make_rule(day)
        whom = given.get("whom")
        for name, kept in (("client", ONE), ("contact", ONE), ("segment", SEGMENT)):
            if whom != kept:
                given[name] = None
        if whom == ONE and not given.get("client") and not given.get("contact") and "client" not in self.errors:
            self.add_error("client", _t("Which client?"))
        if whom == SEGMENT and not given.get("segment") and "segment" not in self.errors:
            self.add_error("segment", _t("Which segment?"))

    def begins_on(self) -> date | None:
        return self.cleaned_data.get("starts_on")

    def save(self) -> Series | None:
        return self.act(actions.start_series, first=self.task, by=self.by, rule=self.rule, **self.columns_typed())

    def columns_typed(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for name in (*self.OF_RULE, "whom"):
            given.pop(name, None)
        given["items"] = given["items"].splitlines()
        given["reminders"] = wanted(given["reminders"], None) or None
        return given


class SeriesForm(SeriesFields, MergingForm):
    """All that is typed of a series, into all of its tasks that are still to be done."""

    columns = {
        "client": "client_id", "contact": "contact_id", "segment": "segment_id", "person": "person_id", "every": "rule",
    }  # fmt: skip

    def __init__(self, *args: Any, row: Series, by: Actor, **options: Any) -> None:
        self.by, self.old = by, row.as_rule
        self.left_out = self.not_for(row, by)
        super().__init__(*args, row=row, initial=self.choices(row.rule, row.starts_on), **options)
        for name in self.left_out:
            del self.fields[name]
        self.open_up(row.client_id)

    def not_for(self, row: Series, by: Actor) -> set[str]:
        """What this one does not have; a client that the person does not see is not changed by him."""
        if row.segment_id:
            return {"whom", "client", "contact"}
        sees_client = row.client_id is None or reaches(by, row.client)
        return {"whom", "segment", "to_responsible", *(() if sees_client else ("client", "contact"))}

    def choices(self, text: str, on: date) -> dict[str, Any]:
        return usual_choices() | {"whom": None} | repeating.choices_of(parse(text), on)

    def names(self) -> list[str]:
        return [name for name in super().names() if name not in {*self.OF_RULE, *self.left_out} - {"every"}]

    def completed(self, data: Any) -> Any:
        data = super().completed(data)
        if self.takes_theirs and data["theirs"] == "every":
            for name, value in self.choices(self.saw["rule"], self.row.starts_on).items():
                field = self.base_fields[name]
                shown = field.widget.format_value(field.prepare_value(value))
                data.setlist(name, shown if isinstance(shown, list) else [shown or ""])
        return data

    def shown_of(self, name: str, kept: Any) -> Any:
        if name == "items":
            return "\n".join(kept or ())
        if name == "reminders":
            return chips_told(kept or ())
        if name == "at":
            return time.fromisoformat(kept) if isinstance(kept, str) else kept
        return repeating.choices_of(parse(kept), self.row.starts_on)["every"] if name == "every" else kept

    def sent_of(self, name: str, kept: Any) -> list[str]:
        if isinstance(self.control_of(name), forms.BooleanField):
            return ["on"] if kept else []
        return super().sent_of(name, kept)

    def is_untouched(self, name: str) -> bool:
        return False if name == "every" else super().is_untouched(name)

    def value_of(self, name: str) -> Any:
        if name == "every":
            return to_text(self.rule) if self.rule else self.saw["rule"]
        if name == "items":
            return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]
        if name == "reminders":
            return wanted(self.cleaned_data["reminders"], None) or None
        return super().value_of(name)

    def clean(self) -> None:
        if day := self.begins_on():
            self.rule = self.make_rule(day)

    def begins_on(self) -> date | None:
        return self.cleaned_data.get("starts_on")

    def spoken(self, row: GuardedModel, column: str, value: Any) -> str:
        if column == "rule":
            return describe(parse(value), row.starts_on, row.at)
        if column == "items":
            return ", ".join(value or ())
        return super().spoken(row, column, value) if column != "reminders" else ""

    def save(self) -> Series | None:
        return self.merge(actions.change_series, series=self.row, by=self.by)


class FollowingForm(SeriesForm):
    """This one and those that follow: from the day of `task` on it is another series."""

    def __init__(self, *args: Any, task: Task, on: date, **options: Any) -> None:
        self.task, self.on = task, on
        super().__init__(*args, **options)

    def not_for(self, row: Series, by: Actor) -> set[str]:
        return {*super().not_for(row, by), "starts_on"}

    def begins_on(self) -> date:
        return self.on

    def save(self) -> Series | None:
        return self.act(actions.change_following, task=self.task, values=self.typed(), by=self.by)


def chips_told(reminders: list[dict[str, Any]]) -> list[str]:
    """The boxes that are ticked for reminders as actions take them."""
    by_minutes = {minutes_before: chip for chip, minutes_before in BEFORE.items()}
    return [ON_THE_DAY if each.get("on_the_day") else by_minutes.get(each.get("before"), "") for each in reminders]


def local_today(by: Actor) -> date:
    return Series(zone=getattr(by, "time_zone", "")).today
