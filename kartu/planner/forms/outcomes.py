"""How tasks can end, as Settings ask for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.clients.forms.base import ActionForm
from kartu.core.actors import Actor
from kartu.planner import actions
from kartu.planner.actions.outcomes import TYPED
from kartu.planner.models import Outcome, Task

DAY = 24 * 60
# After how long the next step is offered, in minutes.
AFTER = {
    30: _("In half an hour"), 60: _("In an hour"), 120: _("In two hours"), 180: _("In three hours"),
    DAY: _("In a day"), 2 * DAY: _("In two days"), 3 * DAY: _("In three days"), 7 * DAY: _("In a week"),
    14 * DAY: _("In two weeks"), 30 * DAY: _("In a month"), 90 * DAY: _("In three months"),
}  # fmt: skip


def in_words(minutes: int) -> str:
    """After how long: one of AFTER, or in minutes."""
    words = ngettext("In %(count)s minute", "In %(count)s minutes", minutes) % {"count": minutes}
    return str(AFTER.get(minutes, words))


def after_words(outcome: Outcome) -> str:
    """What follows from it: "Call · In a day · must be named"."""
    words = [
        outcome.next_kind and outcome.get_next_kind_display(),
        outcome.next_after and in_words(outcome.next_after),
        outcome.needs_next and _("must be named"),
    ]
    return " · ".join(str(each) for each in words if each)


class OutcomeForm(ActionForm):
    """A new result of tasks of `kind`, or what is changed of `outcome`."""

    name = forms.CharField(label=_("How it ended"), max_length=100, widget=forms.TextInput(attrs={"autofocus": True}))
    is_success = forms.BooleanField(label=_("It came off"), required=False)
    next_kind = forms.ChoiceField(
        label=_("What comes next"), required=False, choices=[("", _("Nothing")), *Task.Kind.choices]
    )
    next_after = forms.TypedChoiceField(label=_("When"), required=False, coerce=int, empty_value=None)
    needs_next = forms.BooleanField(label=_("A next step must be named"), required=False)

    wide = frozenset({"name"})

    def __init__(self, *args: Any, kind: str, by: Actor, outcome: Outcome | None = None, **options: Any) -> None:
        row = outcome or Outcome(kind=kind)
        super().__init__(*args, initial={name: getattr(row, name) for name in TYPED}, **options)
        self.kind, self.by, self.outcome = kind, by, outcome
        own = {row.next_after: in_words(row.next_after)} if row.next_after else {}
        choices = sorted((own | AFTER).items())
        self.fields["next_after"].choices = [("", _("Whenever is chosen then")), *choices]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("next_after") and not given.get("next_kind"):
            self.add_error("next_kind", _("What comes next, after that time?"))

    def save(self) -> Outcome | None:
        if self.outcome:
            return self.act(actions.save_outcome, outcome=self.outcome, values=self.cleaned_data, by=self.by)
        return self.act(actions.add_outcome, kind=self.kind, values=self.cleaned_data, by=self.by)
