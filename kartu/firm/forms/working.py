"""When the firm, a team or a person works: a row for each day of the week, or of a cycle of shifts."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor, Scope, ends_of
from kartu.firm.clock import minute_of
from kartu.firm.forms.absences import day_field, time_field
from kartu.firm.lifting import within
from kartu.firm.models import Team, User, WorkingTime
from kartu.firm.rights import HOURS
from kartu.firm.working_words import DAY, LONGEST_CYCLE, breaks, clock, day_label, faults, sentence, weekly_words

WEEK, CYCLE = "week", "cycle"
KINDS = [(WEEK, gettext_lazy("Days of the week")), (CYCLE, gettext_lazy("Shifts in turn"))]
USUAL_CYCLE = 4
FIRM = "firm"
# What is asked about each day.
PARTS = ("starts", "ends", "over", "breaks")
# "13:00-14:00", "13-14", "13.00 – 14.00".
BREAK = re.compile(r"\s*(\d{1,2})(?:[:.](\d\d))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d\d))?\s*")


class WorkingTimeForm(forms.Form):
    """`like`: the working time whose days the form begins with. A new one asks whose it is."""

    whose = forms.ChoiceField(label=gettext_lazy("For whom"))
    from_day = day_field(label=gettext_lazy("Holds from"))
    until_day = day_field(label=gettext_lazy("Up to and including"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What repeats"), choices=KINDS, widget=forms.RadioSelect)
    length = forms.IntegerField(label=gettext_lazy("Days in the cycle"), min_value=1, max_value=LONGEST_CYCLE)
    cycle_from = day_field(label=gettext_lazy("First day of the cycle"))
    observes_holidays = forms.BooleanField(label=gettext_lazy("Holidays are off"), required=False)

    def __init__(
        self, data: Mapping | None = None, *, time: WorkingTime, by: Actor, shown: dict[str, Any] | None = None
    ) -> None:
        """`shown`: what was typed so far, to be shown without a judgement."""
        super().__init__(data, initial=shown or initial_of(time))
        self.time = time
        if time.pk:
            del self.fields["whose"]
        else:
            self.fields["whose"].choices = list(choices_of(by))
        said = self.initial if data is None else data
        self.is_cycle = said.get("kind") == CYCLE
        if not self.is_cycle:
            del self.fields["length"], self.fields["cycle_from"]
        self.count = length_of(said.get("length")) if self.is_cycle else 7
        self.labels = WorkingTime(cycle_from=date.min if self.is_cycle else None)
        for number in range(self.count):
            self.add_day(number)

    def add_day(self, number: int) -> None:
        day = day_label(self.labels, number)
        for name, field, label in (
            ("starts", time_field(), _("%(day)s, from")),
            ("ends", time_field(), _("%(day)s, until")),
            ("over", forms.BooleanField(required=False), _("%(day)s, until the next day")),
            ("breaks", forms.CharField(required=False, max_length=120), _("%(day)s, breaks")),
        ):
            field.label = label % {"day": day}
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"{name}_{number}"] = field

    def rows(self) -> Iterator[dict[str, Any]]:
        """The days as the page shows them."""
        for number in range(self.count):
            fields = {name: self[f"{name}_{number}"] for name in PARTS}
            errors = [error for field in fields.values() for error in field.errors]
            note = f"working-day-{number}"
            controls = {name: control_of(field, note if errors else "") for name, field in fields.items()}
            yield {"label": day_label(self.labels, number), "errors": errors, "note": note, **controls}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (first := data.get("from_day")) and (last := data.get("until_day")) and last < first:
            self.add_error("until_day", _("The last day must not be before the first."))
        days = [self.day(number) for number in range(self.count)]
        if self.is_valid_so_far:
            wanted = WorkingTime(days=days, cycle_from=self.labels.cycle_from)
            for number, why in faults(wanted):
                self.add_error(f"starts_{number}", why)
            if not any(days):
                self.add_error(None, _("Give at least one day on which there is work."))
        data["days"] = days
        return data

    @property
    def is_valid_so_far(self) -> bool:
        return not any(name.startswith(("starts_", "ends_", "breaks_")) for name in self._errors)

    def day(self, number: int) -> list[list[int]]:
        """The spans of a day, beyond 24 hours after midnight; what is wrong stands beside its field."""
        said = {name: self.cleaned_data.get(f"{name}_{number}") for name in PARTS}
        starts, ends = said["starts"], said["ends"]
        missing = [name for name in ("starts", "ends") if said[name] is None and not self.has_error(f"{name}_{number}")]
        if starts is None or ends is None:
            if len(missing) == 1:
                self.add_error(f"{missing[0]}_{number}", _("Give both times, or neither on a day off."))
            elif missing and said["breaks"]:
                self.add_error(f"breaks_{number}", _("A day off has no breaks."))
            return []
        start, end = minute_of(starts), minute_of(ends)
        if said["over"] or end == 0:
            end += DAY
        if end <= start:
            self.add_error(
                f"ends_{number}", _("The end must come after the beginning. For a night shift tick “the next day”.")
            )
            return []
        try:
            return without_breaks(start, end, said["breaks"] or "")
        except ValidationError as refused:
            self.add_error(f"breaks_{number}", refused)
            return []

    @property
    def wanted(self) -> WorkingTime:
        """The working time as it is to be; unsaved. Of a form that is valid."""
        data, time = self.cleaned_data, self.time
        if "whose" in data:
            name_whose(time, data["whose"])
        time.from_day, time.until_day = data["from_day"], data["until_day"]
        time.cycle_from = data["cycle_from"] if self.is_cycle else None
        time.days, time.observes_holidays = data["days"], data["observes_holidays"]
        return time

    @property
    def described(self) -> str:
        """The days so far as a sentence, or the first thing that is wrong with them."""
        self.full_clean()
        about = [name for name in self.fields if name not in ("whose", "from_day", "until_day")]
        if wrong := next((name for name in about if self.has_error(name)), None):
            return f"{self.fields[wrong].label}: {self.errors[wrong][0]}"
        if not any(self.cleaned_data.get("days", ())):
            return _("Give at least one day on which there is work.")
        names = ("days", "observes_holidays")
        time = WorkingTime(**{name: self.cleaned_data[name] for name in names})
        time.cycle_from = self.cleaned_data["cycle_from"] if self.is_cycle else None
        return f"{sentence(time)}. {weekly_words(time)}"

    def refuse(self, refused: ValidationError) -> None:
        """Put what the act refuses beside the field that it is about."""
        for name, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
            self.add_error(name if name in self.fields else None, errors)


def control_of(field: forms.BoundField, note: str) -> SafeString:
    """A field in a cell of the table; `note`: the id of the line that says what is wrong in its row."""
    kind = "form-check-input" if isinstance(field.field.widget, forms.CheckboxInput) else "form-control"
    said = {"aria-describedby": note} if note else {}
    return field.as_widget(attrs={"class": f"{kind} err" if field.errors else kind, **said})


def length_of(said: object) -> int:
    """How many days the form has, whatever was typed."""
    text = str(said or "")
    return min(int(text), LONGEST_CYCLE) if text.isdecimal() and 0 < len(text) < 4 and int(text) else USUAL_CYCLE


def without_breaks(start: int, end: int, said: str) -> list[list[int]]:
    """The working time from `start` to `end` around the breaks as they were typed."""
    spans, at = [], start
    for begins, ends in sorted(pauses(start, said)):
        if not (at < begins < ends < end):
            raise ValidationError(_("A break lies within the working time, and apart from the others."))
        spans.append([at, begins])
        at = ends
    return [*spans, [at, end]]


def pauses(start: int, said: str) -> Iterator[tuple[int, int]]:
    """Breaks in minutes since the midnight before `start`; those of a night shift may come after midnight."""
    for text in filter(str.strip, re.split("[,;]", said)):
        match = BREAK.fullmatch(text)
        hours = [int(part or 0) for part in match.groups()] if match else [99]
        if match is None or max(hours[0], hours[2]) > 24 or max(hours[1], hours[3]) > 59:
            raise ValidationError(_("Write a break like 13:00-14:00, several with a comma between."))
        begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        begins += DAY if begins < start else 0
        while ends <= begins:
            ends += DAY
        yield begins, ends


def whose(time: WorkingTime) -> str:
    """Whose it is, as the form and the address name it."""
    return f"person-{time.person_id}" if time.person_id else f"team-{time.team_id}" if time.team_id else FIRM


def name_whose(time: WorkingTime, said: str) -> None:
    kind, _sign, pk = said.partition("-")
    time.team_id, time.person_id = (int(pk) if kind == name else None for name in ("team", "person"))


def set_whose(time: WorkingTime, said: str, by: Actor) -> None:
    """Let it be that of whom the address names, where `by` may set it."""
    if forms.ChoiceField(choices=list(choices_of(by))).valid_value(said):
        name_whose(time, said)


def choices_of(by: Actor) -> Iterator[tuple[str, Any]]:
    """Whose working time `by` may set."""
    ends = ends_of(by, HOURS)
    if by.scope(HOURS) is Scope.ALL:
        yield FIRM, _("The whole firm")
    teams = Team.objects.filter(is_active=True).order_by("name")
    if named := [
        (f"team-{team.pk}", team.name) for team in (teams if ends is None else teams.filter(pk__in=ends.teams))
    ]:
        yield _("Teams"), named
    people = within(User.objects.active(), HOURS, by).order_by("name")
    if named := [(f"person-{person.pk}", person.name) for person in people]:
        yield _("People"), named


def initial_of(time: WorkingTime) -> dict[str, Any]:
    initial = {
        "whose": whose(time),
        "from_day": time.from_day,
        "until_day": time.until_day,
        "observes_holidays": time.observes_holidays,
        **kind_of(time),
    }
    for number, day in enumerate(time.days):
        initial |= {f"{name}_{number}": value for name, value in day_initial(day).items()}
    return initial


def kind_of(time: WorkingTime) -> dict[str, Any]:
    if time.cycle_from is None:
        return {"kind": WEEK}
    return {"kind": CYCLE, "length": len(time.days), "cycle_from": time.cycle_from}


def day_initial(day: list[list[int]]) -> dict[str, Any]:
    if not day:
        return {"starts": "", "ends": "", "over": False, "breaks": ""}
    end = day[-1][1]
    return {"starts": clock(day[0][0]), "ends": clock(end), "over": end > DAY, "breaks": ", ".join(breaks(day))}
