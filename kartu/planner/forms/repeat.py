"""The fields of a form that say how often something comes back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients.forms.fields import DayField
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.planner import repeating
from kartu.planner.client_dates import dates_for
from kartu.planner.recurrence import Rule, RuleError
from kartu.planner.recurrence.rule import FARTHEST_BEFORE, LONGEST, MOST_OCCURRENCES, Holiday

EVERY = [
    (repeating.DAY, _("by days")),
    (repeating.WORKDAY, _("every working day")),
    (repeating.WEEK, _("by weeks, on certain weekdays")),
    (repeating.MONTH, _("by months")),
    (repeating.YEAR, _("by years")),
    (repeating.BEFORE, _("before or after a date of the client")),
    (repeating.DONE, _("some time after the last one was done")),
]
MONTH_ON = [
    (repeating.ON_DAYS, _("on certain days")),
    (repeating.ON_LAST, _("on the last day")),
    (repeating.ON_WORKDAY, _("on a working day, counted")),
    (repeating.ON_WEEKDAY, _("on a weekday, counted")),
]
NTH = [("1", _("the first")), ("2", _("the second")), ("3", _("the third")), ("4", _("the fourth"))]
LAST = [("-1", _("the last"))]
WORKDAY_NTH = [
    ("-1", _("the last working day")), ("-2", _("the last but one")), ("-3", _("the last but two")),
    *((str(nth), lazy(lambda nth=nth: str(nth), str)()) for nth in range(1, 21)),
]  # fmt: skip
HOLIDAYS = [
    (Holiday.KEEP.value, _("stays where it is")),
    (Holiday.NEXT.value, _("moves to the next working day")),
    (Holiday.PREVIOUS.value, _("moves to the working day before")),
    (Holiday.SKIP.value, _("is left out")),
]
UNITS = [
    ("days", pgettext_lazy("after so many", "days")),
    ("workdays", pgettext_lazy("after so many", "working days")),
    ("weeks", pgettext_lazy("after so many", "weeks")),
    ("months", pgettext_lazy("after so many", "months")),
    ("years", pgettext_lazy("after so many", "years")),
]
ENDS = [
    (repeating.NEVER, pgettext_lazy("when a series ends", "never")),
    (repeating.ON_DATE, _("on a day")),
    (repeating.AFTER_COUNT, _("after so many times")),
]
OPTIONAL = {"required": False}


def weekday_names() -> list[tuple[str, str]]:
    names = formats.word_locale(formats.current_locale()).days["stand-alone"]["wide"]
    return [(str(weekday), names[weekday]) for weekday in range(7)]


def weekdays() -> Any:
    return lazy(weekday_names, list)()


class RepeatFields(forms.Form):
    """How often, from when, until when. `rule` is what they make, None where something in them is wrong."""

    every = forms.ChoiceField(label=_("How often"), choices=EVERY)
    interval = forms.IntegerField(label=_("Every how many"), min_value=1, max_value=LONGEST["DAILY"], **OPTIONAL)
    weekdays = forms.MultipleChoiceField(label=_("On"), widget=forms.CheckboxSelectMultiple, **OPTIONAL)
    month_on = forms.ChoiceField(label=_("In the month"), choices=MONTH_ON, **OPTIONAL)
    month_days = forms.CharField(label=_("Days of the month"), max_length=100, **OPTIONAL)
    nth = forms.ChoiceField(label=_("Which one"), choices=[*NTH, *LAST], **OPTIONAL)
    weekday = forms.ChoiceField(label=_("Weekday"), **OPTIONAL)
    workday_nth = forms.ChoiceField(label=_("Which working day"), choices=WORKDAY_NTH, **OPTIONAL)
    date_field = forms.ChoiceField(label=_("Which date of the client"), **OPTIONAL)
    before = forms.IntegerField(label=_("How many days"), min_value=0, max_value=FARTHEST_BEFORE, **OPTIONAL)
    before_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS[:2], **OPTIONAL)
    side = forms.ChoiceField(
        label=_("Before or after"), choices=[(repeating.AHEAD, _("before it")), (repeating.BEHIND, _("after it"))],
        widget=forms.RadioSelect, **OPTIONAL,
    )  # fmt: skip
    yearly = forms.BooleanField(label=_("Every year again"), **OPTIONAL)
    done_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, **OPTIONAL)
    holiday = forms.ChoiceField(label=_("What falls on a day off"), choices=HOLIDAYS, **OPTIONAL)
    starts_on = DayField(label=_("From"))
    at = forms.TimeField(
        label=_("At"), input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **OPTIONAL,
    )  # fmt: skip
    ends = forms.ChoiceField(label=_("It ends"), choices=ENDS, widget=forms.RadioSelect, **OPTIONAL)
    until = DayField(label=_("On which day at the latest"), **OPTIONAL)
    count = forms.IntegerField(label=_("How many times"), min_value=1, max_value=MOST_OCCURRENCES, **OPTIONAL)

    OF_RULE = (
        *("every", "interval", "weekdays", "month_on", "month_days", "nth", "weekday", "workday_nth", "date_field"),
        *("before", "before_unit", "side", "yearly", "done_unit", "holiday", "ends", "until", "count"),
    )
    # The rule as it was, where there was one.
    old: Rule | None = None
    rule: Rule | None = None

    def open_repeat(self, by: Actor) -> None:
        self.fields["weekdays"].choices = self.fields["weekday"].choices = weekdays()
        self.fields["date_field"].choices = dates_for(by)
        self.fields["month_days"].widget.attrs["placeholder"] = "1, 15"
        kept = self.initial.get("every") == repeating.KEPT
        if kept:
            self.fields["every"].choices = [(repeating.KEPT, _("as it is now")), *EVERY]

    def make_rule(self, on: date) -> Rule | None:
        """The rule of the filled in fields; what is wrong with it stands at the field."""
        if any(name in self.errors for name in self.OF_RULE):
            return None
        try:
            return repeating.rule_of(self.cleaned_data, on, self.old)
        except RuleError as wrong:
            self.add_error(field_of_part(wrong.part), wrong.message)
            return None

    @property
    def not_shown(self) -> set[str]:
        """The names of choices that do not count for what stands in the others."""
        values = {name: self[name].value() for name in ("every", "month_on", "ends")}
        return set(repeating.CHOICES) - repeating.shown(values)


def field_of_part(part: str) -> str:
    return repeating.CHOICE_OF_PART.get(part, "every")
