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
from kartu.clients.forms.fields import ContactField, MomentField, PersonField
from kartu.clients.models import CallBack, Client, Touch
from kartu.clients.promises import named_in, promises_call
from kartu.clients.rights import VIEW, reaches
from kartu.clients.spoken_times import find_moment
from kartu.core.actors import Actor
from kartu.firm.models import User

CALL_BACK = "call_back"
KINDS = [
    (Touch.Kind.NOTE, _("Note"), "note", "1"),
    (Touch.Kind.CALL, _("Call"), "phone", "2"),
    (Touch.Kind.MEETING, _("Meeting"), "users", "3"),
    (Touch.Kind.MESSAGE, _("Message"), "message-2", "4"),
    (CALL_BACK, _("Call back"), "phone-call", "5"),
]


# Language -> the controls of a line in which nothing is typed yet.
UNTOUCHED: dict[str, SafeString] = {}


class QuickForm(ActionForm):
    """The line at the top of the history: a touch, or the promise of one."""

    kind = forms.ChoiceField(choices=[(key, label) for key, label, _icon, _key in KINDS])
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
        self.fields["contact"].open_to(client)

    @property
    def chosen(self) -> str:
        value = self["kind"].value()
        return value if value in (key for key, *_rest in KINDS) else ""

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
        """A call-back without a date finds it in the text: "call Rina fri 15:00". So does a note that promises one."""
        given = self.cleaned_data
        if given.get("kind") == Touch.Kind.NOTE and promises_call(given.get("text", "")):
            given["kind"] = CALL_BACK
        if given.get("kind") != CALL_BACK or given.get("due_at") or "due_at" in self.errors:
            return
        found = find_moment(given.get("text", ""))
        if found is None:
            self.add_error("due_at", _("When? A date and a time, or in words: tomorrow 10:00, fri 15:00"))
        else:
            given["due_at"], given["text"] = found
        given["contact"] = given.get("contact") or named_in(given.get("text", ""), self.client.contacts.all())

    def save(self) -> Touch | CallBack | None:
        given = self.cleaned_data
        common = {"client": self.client, "contact": given["contact"], "by": self.by}
        if given["kind"] == CALL_BACK:
            return self.act(actions.set_call_back, what=given["text"][:200], due_at=given["due_at"], **common)
        has_talk = given["kind"] != Touch.Kind.NOTE
        talk = {name: given[name] for name in ("direction", "minutes", "result")} if has_talk else {}
        return self.act(actions.log_touch, kind=given["kind"], text=given["text"], **common, **talk)


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


class CallBackForm(ActionForm):
    """A new call-back, or another moment for an old one."""

    due_at = MomentField(label=_("When"))
    person = PersonField(label=_("Who calls"))
    contact = ContactField(label=_("Whom"))
    what = forms.CharField(label=_("About what"), max_length=200, required=False)
    wide = frozenset({"what"})

    def __init__(
        self, *args: Any, client: Client, by: Actor, call_back: CallBack | None = None, **options: Any
    ) -> None:
        initial = {"person": by.pk, **options.pop("initial", {})}
        if call_back:
            initial = {"due_at": call_back.due_at, "person": call_back.person_id, "what": call_back.what}
        super().__init__(*args, initial=initial, **options)
        self.client, self.by, self.call_back = client, by, call_back
        self.fields["person"].open_to(those_who_see(client), VIEW)
        self.fields["contact"].open_to(client)
        if call_back:
            del self.fields["contact"]

    def save(self) -> CallBack | None:
        given = self.cleaned_data
        if self.call_back:
            return self.act(actions.move_call_back, call_back=self.call_back, by=self.by, **given)
        return self.act(actions.set_call_back, client=self.client, by=self.by, **given)


def those_who_see(client: Client) -> Any:
    seers = [person.pk for person in User.objects.with_rights() if reaches(person, client)]
    return User.objects.active().select_related("role").filter(pk__in=seers)


class FinishForm(ActionForm):
    """A call-back is done: what came of it, and when to call again."""

    kind = forms.ChoiceField(label=_("What was it"), choices=Touch.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened"), required=False, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    result = forms.CharField(label=_("Result"), max_length=200, required=False)
    minutes = forms.IntegerField(label=_("How long, minutes"), min_value=0, max_value=1440, required=False)
    again_at = MomentField(label=_("Call again"), required=False)

    wide = frozenset({"kind", "text", "result"})
    optional = {"again_at": _("if there is a next step"), "minutes": _("if you know")}

    def __init__(self, *args: Any, call_back: CallBack, by: Actor, **options: Any) -> None:
        super().__init__(*args, initial={"kind": Touch.Kind.CALL}, **options)
        self.call_back, self.by = call_back, by

    def save(self) -> Any:
        return self.act(actions.finish_call_back, call_back=self.call_back, by=self.by, **self.cleaned_data)
