"""What one may ask the log by its form: the address of the page says it again."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kartu.security.logbook.asked import NOBODY, Asked, Reach, kinds, record_of

LONGEST_ADDRESS = 45


def day_field(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class QuickSelect(forms.Select):
    """A choice whose options are put together in Python: Django renders a template for each."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        told = self.get_context(name, value, attrs)["widget"]
        parts = [f'<select name="{escape(name)}"{flatatt(told["attrs"])}>']
        for group, options, _index in told["optgroups"]:
            shown = "".join(option_html(option) for option in options)
            parts.append(f'<optgroup label="{escape(group)}">{shown}</optgroup>' if group else shown)
        return mark_safe("".join([*parts, "</select>"]))  # noqa: S308 - escaped


def option_html(option: dict[str, Any]) -> str:
    chosen = " selected" if option["selected"] else ""
    return f'<option value="{escape(option["value"])}"{chosen}>{escape(option["label"])}</option>'


class LogForm(forms.Form):
    """Everything may stay empty. `asked()` is the question, once it is valid."""

    person = forms.ChoiceField(label=_("Who"), required=False, widget=QuickSelect)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=kinds, widget=QuickSelect)
    since = day_field(_("From day"))
    until = day_field(_("Until day"))
    address = forms.CharField(label=_("Address of the computer"), required=False, max_length=LONGEST_ADDRESS)
    on = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reach: Reach, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reach = reach
        colleagues = [(str(person.pk), person.name) for person in reach.colleagues()]
        by_itself = [(NOBODY, "Kartu")] if reach.people is None else []
        self.fields["person"].choices = [("", _("Everybody")), *colleagues, *by_itself]

    def clean_on(self) -> tuple[str, int] | None:
        text = self.cleaned_data["on"]
        if text and not record_of(text):
            raise ValidationError(_("The log knows no such record"))
        return record_of(text)

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The first day must not be later than the last one"))
        return self.cleaned_data

    def clean_since(self) -> date | None:
        return sensible(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return sensible(self.cleaned_data["until"])

    def asked(self) -> Asked:
        given = self.cleaned_data
        person = {"": None, NOBODY: 0}.get(given["person"], given["person"])
        return Asked(
            reach=self.reach,
            person=None if person is None else int(person),
            kind=given["kind"],
            record=given["on"],
            since=given["since"],
            until=given["until"],
            address=given["address"].strip(),
        )


class DayForm(forms.Form):
    day = day_field(_("Day"))

    def clean_day(self) -> date | None:
        return sensible(self.cleaned_data["day"])


def sensible(day: date | None) -> date | None:
    """Days that any zone of the world can tell as a moment."""
    if day and not 1970 <= day.year <= 9000:
        raise ValidationError(_("The log has no such day"))
    return day
