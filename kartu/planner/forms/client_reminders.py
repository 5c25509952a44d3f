"""A reminder to the client of a task, and how the firm wants them."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.clients.actions.messages import reset_template, save_hours, save_template
from kartu.clients.contact_details import reads
from kartu.clients.forms.base import ActionForm
from kartu.clients.messages.kinds import message_kinds
from kartu.clients.messages.words import EMAIL, template_of
from kartu.clients.models import Channel, Client, MessageHours, MessageTemplate
from kartu.clients.opting import refusals, said
from kartu.clients.ways import shown
from kartu.core.actors import Actor
from kartu.core.text import whole
from kartu.firm.clock import minute_of
from kartu.planner import actions
from kartu.planner.actions.client_reminders import unfit, usual_reminder
from kartu.planner.forms.acts import ActForm
from kartu.planner.models import ClientReminder, ClientReminderDefault, Task
from kartu.planner.reminding_clients import KEY, channels_by_way

HOUR, DAY = 60, 24 * 60
OWN = "own"
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
BEFORE = ((str(DAY), _("1 day before")), (str(2 * HOUR), _("2 hours before")), (OWN, _("another time before")))
UNITS = (("1", _("minutes")), (str(HOUR), _("hours")), (str(DAY), _("days")))
# What is agreed for an hour; a task or a letter is no appointment.
KINDS = (Task.Kind.MEETING, Task.Kind.VISIT, Task.Kind.CALL)


def before_words(minutes: int) -> str:
    """ "2 days before", "3 hours before", "45 minutes before"."""
    if minutes % DAY == 0:
        count = minutes // DAY
        return ngettext("%(count)s day before", "%(count)s days before", count) % {"count": count}
    if minutes % HOUR == 0:
        count = minutes // HOUR
        return ngettext("%(count)s hour before", "%(count)s hours before", count) % {"count": count}
    return ngettext("%(count)s minute before", "%(count)s minutes before", minutes) % {"count": minutes}


class AddressSelect(forms.Select):
    """Addresses; one that opted out stands there, greyed, with the reason."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class ReminderFields(ActionForm):
    """Where to, and how long before: part of a form about a task that stands there or is being typed."""

    channel = forms.ChoiceField(label=_("Where to"), widget=AddressSelect)
    before = forms.ChoiceField(label=_("When"), choices=BEFORE)
    amount = forms.IntegerField(label=_("How long before"), min_value=1, max_value=90 * DAY, required=False)
    unit = forms.ChoiceField(label=_("Minutes, hours or days"), choices=UNITS, required=False, initial=str(HOUR))

    reminding = ("channel", "before", "amount", "unit")

    def open_reminder(self, task: Task, by: Actor) -> None:
        """Offer the addresses of its client that `by` reads. Whether he sees the client has been looked at."""
        rows = [row for some in channels_by_way(task).values() for row in some] if task.client_id else []
        self.rows = {str(row.pk): row for row in rows if reads(row.value, by)}
        words = refusals(row.value for row in self.rows.values())
        refused = {key: words[row.value] for key, row in self.rows.items() if row.value in words}
        field = self.fields["channel"]
        field.choices = [(key, self.told(row, refused.get(key))) for key, row in self.rows.items()]
        field.widget.closed = frozenset(refused)
        at = task.exact_at
        is_near = at is not None and at - timezone.now() < timedelta(minutes=DAY)
        self.fields["before"].initial = str(2 * HOUR if is_near else DAY)
        field.initial = next((key for key in self.rows if key not in refused), None)

    def told(self, row: Channel, word: Any) -> str:
        how = _t("e-mail") if row.kind == Channel.Kind.EMAIL else _t("SMS")
        return " · ".join(filter(None, [shown(row, ""), how, row.label, said(word)]))

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("before") == OWN and not given.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _t("How long before?"))

    def chosen(self) -> tuple[Channel, int] | None:
        """Where to, and how many minutes before."""
        given = self.cleaned_data
        if not given["channel"]:
            return None
        is_own = given["before"] == OWN
        before = given["amount"] * int(given["unit"] or HOUR) if is_own else int(given["before"])
        return self.rows[given["channel"]], before

    def field_of(self, column: str) -> str | None:
        is_own = column == "before" and self.cleaned_data.get("before") == OWN
        return "amount" if is_own else super().field_of(column)


class ClientReminderForm(ReminderFields, ActForm):
    """A reminder for a task that stands there."""

    wide = frozenset({"channel"})
    optional = {"amount": _("for another time")}

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        super().__init__(*args, task=task, by=by, **options)
        self.open_reminder(task, by)

    def save(self) -> ClientReminder | None:
        channel, before = self.chosen()
        return self.act(actions.remind_client, task=self.task, channel=channel, before=before, by=self.by)


class TypedReminder(ReminderFields):
    """The same in the form of a new task: shown while a client and an exact time stand there, nothing being chosen."""

    channel = forms.ChoiceField(label=_("Remind the client"), required=False, widget=AddressSelect)
    before = forms.ChoiceField(label=_("How long before"), choices=BEFORE, required=False)
    amount = forms.IntegerField(label=_("Another time before"), min_value=1, max_value=90 * DAY, required=False)

    optional = {"amount": _("for another time")}

    def open_typed(self, by: Actor) -> None:
        client_id, contact_id = (whole(str(self[name].value() or "")) for name in ("client", "contact"))
        sees = client_id and Client.objects.visible_to(by).filter(pk=client_id).exists()
        self.whom = {"client_id": client_id, "contact_id": contact_id} if sees else {}
        self.open_reminder(self.typed_task(self.initial), by)
        self.fields["channel"].initial = ""

    def typed_task(self, given: Mapping[str, Any]) -> Task:
        """What a reminder asks of the task that is being typed."""
        times = {name: given.get(name) for name in ("start_at", "due_at")}
        is_private = bool(given.get("is_private"))
        return Task(kind=given.get("kind") or Task.Kind.TASK, is_private=is_private, **self.whom, **times)

    def laid_out(self) -> list[dict[str, Any]]:
        return [each for each in super().laid_out() if each["bound"].name not in self.reminding]

    def reminder(self) -> list[dict[str, Any]]:
        """Its fields; none where no client can be reminded."""
        errors = self.errors  # only with them it is known what was typed
        task = self.typed_task(self.cleaned_data if self.is_bound else self.initial)
        if (unfit(task) or not self.rows) and not any(name in errors for name in self.reminding):
            return []
        usual, field = usual_reminder(task), self.fields["channel"]
        none = _t("as is usual: %(when)s, %(how)s") % told_usual(usual) if usual else _t("no")
        field.choices = [("", none), *field.choices]
        return [self.place_of(self[name]) for name in self.reminding]

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("channel") and not given.get("before") and "before" not in self.errors:
            self.add_error("before", _t("How long before?"))


def told_usual(row: ClientReminder) -> dict[str, Any]:
    return {"when": before_words(row.before), "how": row.get_way_display()}


class WordsForm(ActionForm):
    """What is said, by one way in one language."""

    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 8}))
    wide = frozenset({"subject", "text"})

    def __init__(self, *args: Any, way: str, language: str, by: Actor, **options: Any) -> None:
        self.kind, self.way, self.language, self.by = message_kinds[KEY], way, language, by
        self.template = template_of(self.kind, way, language)
        initial = {"subject": self.template.subject, "text": self.template.text}
        super().__init__(*args, initial=initial, **options)
        if way != EMAIL:
            del self.fields["subject"]

    def save(self) -> MessageTemplate | None:
        given = {"subject": "", **self.cleaned_data}
        return self.act(save_template, kind=self.kind, way=self.way, language=self.language, by=self.by, **given)

    def reset(self) -> MessageTemplate:
        return reset_template(kind=self.kind, way=self.way, language=self.language, by=self.by)


class ClientRemindersForm(ActionForm):
    """Which tasks remind clients by themselves, and when clients may be written to."""

    opens = forms.TimeField(label=_("Clients are written to from"), widget=CLOCK)
    closes = forms.TimeField(label=_("until"), widget=CLOCK)
    sms_stop = forms.CharField(label=_("What an SMS ends with"), max_length=80, required=False)

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        hours = MessageHours.current()
        initial = {"opens": clock(hours.opens), "closes": clock(hours.closes), "sms_stop": hours.sms_stop}
        super().__init__(*args, initial=initial, **options)
        self.by = by
        usual = {row.kind: row for row in ClientReminderDefault.objects.all()}
        for kind in KINDS:
            row = usual.get(kind)
            ways = [("", _("no reminder by itself")), *MessageTemplate.Way.choices]
            self.fields[f"way_{kind}"] = forms.ChoiceField(
                label=kind.label, choices=ways, required=False, initial=row.way if row else ""
            )
            known = {DAY, 2 * HOUR, *([row.before] if row else [])}
            choices = [(str(each), before_words(each)) for each in sorted(known, reverse=True)]
            self.fields[f"before_{kind}"] = forms.ChoiceField(
                label=_("When"), choices=choices, required=False, initial=str(row.before if row else DAY)
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"way_{kind}"], self[f"before_{kind}"]) for kind in KINDS]

    @transaction.atomic
    def save(self) -> bool:
        given = self.cleaned_data
        wanted = {kind: (given[f"way_{kind}"], int(given[f"before_{kind}"] or DAY)) for kind in KINDS}
        opens, closes = minute_of(given["opens"]), minute_of(given["closes"]) or DAY
        if self.act(save_hours, opens=opens, closes=closes, sms_stop=given["sms_stop"], by=self.by) is None:
            return False
        actions.save_usual_client_reminders(wanted=wanted, by=self.by)
        return True


def clock(minutes: int) -> time:
    """Midnight at the end of a day is written as 0:00."""
    return time(minutes // 60 % 24, minutes % 60)
