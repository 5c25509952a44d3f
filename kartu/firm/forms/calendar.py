"""By which calendar the firm works, and what it says itself of a day."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.firm.calendars import countries_told
from kartu.firm.countries import choices
from kartu.firm.forms.absences import day_field
from kartu.firm.models import CalendarDay, DayKind, Firm


class CalendarForm(forms.Form):
    """Which country's production calendar the firm goes by."""

    calendar = forms.ChoiceField(label=gettext_lazy("The firm goes by the calendar of"), required=False)

    def __init__(self, *args: Any, firm: Firm, **options: Any) -> None:
        super().__init__(*args, initial={"calendar": firm.calendar}, **options)
        names = dict(choices())
        own = _("its own country: %(country)s") % {"country": names.get(firm.country, firm.country)}
        told = [(code, names.get(code, code)) for code in countries_told() if code != firm.country]
        self.fields["calendar"].choices = [("", own), *told, (Firm.NO_CALENDAR, _("no country: weekends and own days"))]


class DayForm(forms.Form):
    """A day of which the firm says something else than its country."""

    day = day_field(label=gettext_lazy("Day"))
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=DayKind.choices)
    name = forms.CharField(label=gettext_lazy("What for"), required=False, max_length=100)

    def __init__(self, *args: Any, row: CalendarDay, **options: Any) -> None:
        initial = {"day": row.day, "kind": row.kind, "name": row.name}
        super().__init__(*args, initial=initial, **options)
        if row.pk:
            del self.fields["day"]


class CalendarFileForm(forms.Form):
    """Days of the production calendar as a file."""

    file = forms.FileField(label=gettext_lazy("File (.csv or .ics)"))
