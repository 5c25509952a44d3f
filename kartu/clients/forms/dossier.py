"""How a dossier is wanted: in which language, of which time, with which parts."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kartu.clients.dossier.paper import Wanted, parts_for
from kartu.clients.dossier.period import Period
from kartu.clients.forms.base import Layout
from kartu.clients.forms.fields import DayField
from kartu.clients.models import Client
from kartu.core.actors import Actor

DAYS = {"quarter": 91, "year": 365}
TIMES = [("quarter", _("3 months")), ("year", _("A year")), ("all", _("All of it"))]


class DossierForm(Layout, forms.Form):
    """Sent by GET, so an address says all of it; what it does not say stands as it is when the drawer opens."""

    language = forms.ChoiceField(label=_("In which language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    time = forms.ChoiceField(label=_("History of"), choices=TIMES, widget=forms.RadioSelect)
    since = DayField(label=_("From this day"), required=False)
    until = DayField(label=_("To this day"), required=False)
    parts = forms.MultipleChoiceField(label=_("What is printed"), required=False, widget=forms.CheckboxSelectMultiple)

    wide = frozenset({"language", "time", "parts"})
    optional = {"since": _("if not as above"), "until": _("if not today")}

    def __init__(self, data: Any = None, *, client: Client, by: Actor) -> None:
        offered = [(part.key, part.label) for part in parts_for(by)]
        usual = {
            "language": client.language or get_language(),
            "time": "year",
            "parts": [key for key, _label in offered],
        }
        super().__init__(data or None, initial=usual)
        self.fields["parts"].choices = offered
        if self.is_bound is False and data is not None:
            self.is_bound, self.data = True, usual

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError(_("This day lies before the first one"), code="order"))
        return given

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        since = given["since"]
        if not since and given["time"] in DAYS:
            since = Period.of_last(DAYS[given["time"]]).since
        return Wanted(given["language"], Period(since, given["until"]), tuple(given["parts"]))
