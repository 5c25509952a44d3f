"""A form as a person has it before him: what its controls hold, and what becomes of it when it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.forms import BoundField, Textarea
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.test import Client as Window
from lxml import html

from kartu.clients.views.common import is_sent
from kartu.firm.models import User

HIDDEN = {"csrfmiddlewaretoken", "idempotency_key", "base"}
# What a browser takes for a value of such a control; of anything else it shows an empty one.
FITS = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "datetime-local": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")}


@dataclass
class Page:
    """`values`: what each control would send. `asked`: where somebody else was faster; `wrong`: what is refused."""

    values: dict[str, tuple[str, ...]]
    base: str
    asked: set[str] = field(default_factory=set)
    wrong: str = ""

    def sent(self, typed: Mapping[str, tuple[str, ...]], **more: str) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, value in {**self.values, **typed}.items():
            data.setlist(name, list(value))
        data["base"] = self.base
        data.update(more)
        return data


def page_of(text: str, **more: Any) -> Page:
    form = form_in(text)
    sent: dict[str, list[str]] = {name: [] for name in form.inputs.keys()}  # noqa: SIM118 - it is no dictionary
    for control in form.inputs:
        if control.name and (value := shown_in(control)):
            sent[control.name] += value
    [base] = sent["base"]
    return Page({name: tuple(value) for name, value in sent.items() if name not in HIDDEN}, base, **more)


def form_in(text: str) -> html.FormElement:
    return next(form for form in html.fromstring(text).forms if "base" in form.inputs.keys())  # noqa: SIM118


def shown_in(control: Any) -> list[str]:
    if isinstance(control, html.SelectElement):
        chosen = [option for option in control.iter("option") if "selected" in option.attrib]
        return [option.get("value") for option in chosen if option.get("value")]
    if isinstance(control, html.TextareaElement):
        text = (control.value or "").removeprefix("\n")
        return [re.sub("\r?\n", "\r\n", text)] if text else []
    if control.type in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control.attrib else []
    return typed_into(control.type, control.get("value", ""))


def typed_into(kind: str, value: str) -> list[str]:
    return [value] if value and (kind not in FITS or FITS[kind].fullmatch(value)) else []


def sent_by(bound: BoundField) -> tuple[str, ...]:
    """What a browser sends of a control: only what it can show."""
    widget = bound.field.widget
    if isinstance(widget, ChoiceWidget):
        chosen = [value for value in widget.format_value(bound.value()) if value]
        groups = widget.optgroups(bound.name, chosen) if chosen else []
        offered = {str(option["value"]) for _name, options, _index in groups for option in options}
        return tuple(value for value in chosen if value in offered)
    shown = str(widget.format_value(bound.value()) or "")
    if isinstance(widget, Textarea):
        shown = re.sub("\r?\n", "\r\n", shown)
    return tuple(typed_into(widget.attrs.get("type", ""), shown))


class ByForms:
    """The pages of one kind without their HTML: the forms, and what their views do with them."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def open(self, person: User) -> Page:
        return self.page(self.sheet.form(None, person))

    def page(self, form: Any) -> Page:
        return Page({bound.name: sent_by(bound) for bound in form if bound.name != "base"}, form["base"].value())

    def send(self, person: User, data: QueryDict) -> Page | None:
        """None: saved."""
        form = self.sheet.form(data, person)
        if is_sent(SimpleNamespace(method="POST"), form) and form.save():
            return None
        page = self.page(form)
        page.asked = set(form.conflicts)
        page.wrong = "" if form.conflicts or form.takes_theirs else str(form.errors)
        return page


class ByPages:
    """The real pages, as a browser gets them."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.windows: dict[int, Window] = {}

    def window(self, person: User) -> Window:
        if person.pk not in self.windows:
            self.windows[person.pk] = Window()
            self.windows[person.pk].force_login(person)
        return self.windows[person.pk]

    def open(self, person: User) -> Page:
        return page_of(self.window(person).get(self.sheet.url).content.decode())

    def send(self, person: User, data: QueryDict) -> Page | None:
        answer = self.window(person).post(
            self.sheet.url, data.urlencode(), content_type="application/x-www-form-urlencoded"
        )
        if answer.status_code == 302:
            return None
        text = answer.content.decode()
        assert answer.status_code in (409, 422), f"{answer.status_code} of {self.sheet.url}"
        asked = {button.get("value") for button in form_in(text).xpath('.//button[@name="theirs"]')}
        return page_of(text, asked=asked, wrong=text if answer.status_code == 422 else "")
