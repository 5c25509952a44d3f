"""What happened, and when to call again."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.forms.fields import ContactField, MomentField
from kartu.clients.models import Client, Touch
from kartu.clients.quick import QuickKind, quick_kinds
from kartu.core.actors import Actor


def save_touch(form: "QuickForm") -> Touch | None:
    given = form.cleaned_data
    has_talk = quick_kinds[given["kind"]].has_talk
    talk = {name: given[name] for name in ("direction", "minutes", "result")} if has_talk else {}
    common = {"client": form.client, "contact": given["contact"], "by": form.by}
    return form.act(actions.log_touch, kind=given["kind"], text=given["text"], **common, **talk)


for place, (kind, label, icon, done) in enumerate(
    (
        (Touch.Kind.NOTE, _("Note"), "note", _("Note written down")),
        (Touch.Kind.CALL, _("Call"), "phone", _("Call written down")),
        (Touch.Kind.MEETING, _("Meeting"), "users", _("Meeting written down")),
        (Touch.Kind.MESSAGE, _("Message"), "message-2", _("Message written down")),
    ),
    1,
):
    has_talk = kind != Touch.Kind.NOTE
    quick_kinds.add(QuickKind(str(kind), label, icon, str(place), done, save_touch, place * 10, has_talk=has_talk))


# Language -> the controls of a line in which nothing is typed yet.
UNTOUCHED: dict[str, SafeString] = {}


class QuickForm(ActionForm):
    """The line at the top of the history: a touch, or the promise of one."""

    kind = forms.ChoiceField()
    text = forms.CharField(required=False)
    contact = ContactField()
    direction = forms.ChoiceField(choices=[("", ""), *Touch.Direction.choices], required=False, label=_("From whom"))
    minutes = forms.IntegerField(min_value=0, max_value=1440, required=False, label=_("Minutes"))
    result = forms.CharField(max_length=200, required=False, label=_("Result"))
    due_at = MomentField(required=False, label=_("When"))

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        initial = {"kind": Touch.Kind.NOTE, "direction": Touch.Direction.OUT}
        super().__init__(*args, initial=initial, **options)
        self.client, self.by = client, by
        self.kinds = tuple(each.key for each in quick_kinds if not each.right or by.may(each.right))
        self.fields["kind"].choices = [(key, quick_kinds[key].label) for key in self.kinds]
        self.fields["contact"].open_to(client)

    @property
    def chosen(self) -> str:
        value = self["kind"].value()
        return value if value in self.kinds else ""

    @property
    def talk(self) -> SafeString:
        """The controls behind the line but for the person; while nothing is typed they are the same on every card."""
        if self.is_bound:
            return render_to_string("clients/_quick_talk.html", {"quick": self})
        language = get_language()
        if language not in UNTOUCHED or settings.DEBUG:
            UNTOUCHED[language] = render_to_string("clients/_quick_talk.html", {"quick": self})
        return UNTOUCHED[language]

    def clean(self) -> None:
        """A note that is one of another kind by what it says ("call Rina fri 15:00") is that one."""
        given = self.cleaned_data
        if given.get("kind") == Touch.Kind.NOTE:
            others = (quick_kinds[key] for key in self.kinds)
            takes = (each.key for each in others if each.takes and each.takes(given.get("text", "")))
            given["kind"] = next(takes, given["kind"])
        kind = quick_kinds.get(given.get("kind", ""))
        if kind and kind.clean:
            kind.clean(self)

    def save(self) -> Any:
        return quick_kinds[self.cleaned_data["kind"]].save(self)


class TouchForm(MergingForm):
    kind = forms.ChoiceField(label=_("What was it"), choices=Touch.Kind.choices, widget=forms.RadioSelect)
    at = MomentField(label=_("When"))
    contact = ContactField()
    direction = forms.ChoiceField(label=_("From whom"), choices=[("", "–"), *Touch.Direction.choices], required=False)
    minutes = forms.IntegerField(label=_("How long, minutes"), min_value=0, max_value=1440, required=False)
    text = forms.CharField(label=_("What happened"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    result = forms.CharField(label=_("Result"), max_length=200, required=False)

    wide = frozenset({"kind", "text", "result"})
    columns = {"contact": "contact_id"}

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.fields["contact"].open_to(client)

    def typed(self) -> dict[str, Any]:
        values = super().typed()
        if "contact_id" in values:
            del values["contact_id"]
            values["contact"] = self.cleaned_data["contact"]
        return values

    def save(self) -> Touch | None:
        return self.merge(actions.change_touch, touch=self.row, by=self.by)
