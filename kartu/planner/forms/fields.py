"""Controls that several forms of this app have."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import Contact
from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.widgets import ManyPicker, Picker
from kartu.firm.models import User
from kartu.planner.models import Reminder, Task
from kartu.planner.rights import VIEW, receivers

ON_THE_DAY = "day"
BEFORE = {"0": 0, "5": 5, "15": 15, "60": 60, "1440": 1440}
REMINDERS = [
    ("0", _("at the minute")),
    ("5", _("5 minutes before")),
    ("15", _("15 minutes before")),
    ("60", _("an hour before")),
    ("1440", _("a day before")),
    (ON_THE_DAY, _("in the morning of the day")),
]


# Understood as they stand here, in every language (`kartu.core.spoken_times`).
OFTEN = (_("in 1 hour"), _("tomorrow 9:00"), _("monday 9:00"), _("in 1 week"))


class WhenInput(forms.TextInput):
    """A line for a moment in words, with those that are said most often to be pressed."""

    template_name = "planner/_when_input.html"

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "often": OFTEN}


class WhenField(forms.CharField):
    """A moment in words."""

    def __init__(self, **options: Any) -> None:
        hint = {"placeholder": _("tomorrow 10:00, fri 15:00, in 3 days"), "autocomplete": "off"}
        super().__init__(max_length=100, required=False, widget=WhenInput(attrs=hint), **options)


class DoerField(forms.ModelChoiceField):
    """Whoever is to do it, of those whom the person may ask."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Who does it"))
        super().__init__(User.objects.none(), widget=Picker(reverse_lazy("planner:pick_person")), **options)

    def open_to(self, by: Actor) -> None:
        self.queryset = receivers(by)


class DoersField(forms.ModelMultipleChoiceField):
    """Several of those whom the person may ask."""

    def __init__(self, **options: Any) -> None:
        widget = ManyPicker(reverse_lazy("planner:pick_person"))
        super().__init__(User.objects.none(), required=False, widget=widget, **options)

    def open_to(self, by: Actor) -> None:
        self.queryset = receivers(by)


class ColleaguesField(forms.ModelMultipleChoiceField):
    """Colleagues who may see tasks at all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), required=False, widget=ManyPicker(""), **options)

    def open_up(self) -> None:
        self.widget.url = f"{reverse_lazy('planner:pick_person')}?any=1"
        self.queryset = those_who_see_tasks()


def those_who_see_tasks() -> QuerySet[User]:
    people = [person.pk for person in User.objects.with_rights() if person.may(VIEW)]
    return User.objects.active().filter(pk__in=people)


class WhomField(forms.ModelChoiceField):
    """A person at a client: of all clients, or of the one that is known."""

    def __init__(self, **options: Any) -> None:
        options = {"label": _("With whom"), "required": False, **options}
        super().__init__(Contact.objects.none(), widget=Picker(reverse_lazy("planner:pick_contact")), **options)

    def open_to(self, by: Actor, client_id: int | None) -> None:
        self.queryset = Contact.objects.visible_to(by)
        if client_id:
            self.widget.url = f"{reverse_lazy('planner:pick_contact')}?client={client_id}"
            if by.may(CHANGE_CLIENT):
                self.widget.new_url = address("clients:new_contact", client_id)


class TaskField(forms.ModelChoiceField):
    """Another task."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Task.objects.none(), widget=Picker(reverse_lazy("planner:pick_task")), **options)

    def open_to(self, by: Actor, but: Task | None = None) -> None:
        rows = Task.objects.visible_to(by)
        self.queryset = rows.exclude(pk=but.pk) if but else rows


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Any number of files."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, widget=FilesInput, **options)

    def clean(self, data: list, initial: Any = None) -> list:
        return [super(FilesField, self).clean(each, initial) for each in data]


class RemindersField(forms.MultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        options = {"label": _("Remind"), "required": False, **options}
        super().__init__(choices=REMINDERS, widget=forms.CheckboxSelectMultiple, **options)


def wanted(chips: Iterable[str], moment: Any) -> list[dict[str, Any]]:
    """Reminders as actions take them."""
    told = [{"on_the_day": True} if chip == ON_THE_DAY else {"before": BEFORE[chip]} for chip in chips]
    return [*told, {"typed_at": moment}] if moment else told


def chips_of(reminders: Iterable[Reminder]) -> list[str]:
    rows = list(reminders)
    chips = [str(row.before) for row in rows if row.before is not None]
    return [*chips, *([ON_THE_DAY] if any(row.on_the_day for row in rows) else [])]


TIME_HINTS = {
    "due_at": _("to the minute"),
    "due_on": _("if the hour does not matter"),
    "start_at": _("if it has its place in the day"),
}
