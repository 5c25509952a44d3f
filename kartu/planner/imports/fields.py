"""The fields of a task that a column may feed, and the words by which columns and their values are known."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients.imports.fields import NUMBER
from kartu.core.text import fold
from kartu.planner.models import Task
from kartu.records.imports.mapping import Choice, Kind, Target, Words
from kartu.records.imports.texts import said_everywhere

WORDS_FILE = Path(__file__).parent.parent / "data" / "import_words.toml"
WHAT, WITH, WHEN, END = _("What"), _("Who, and with whom"), _("When"), _("What came of it")


def field(key: str, label: Any, kind: Kind, group: Any, *, many: bool = False) -> Target:
    """A task that is here is left as it is."""
    return Target(key, label, kind, group, many=many, is_kept=True)


FIELDS = [
    field("title", _("What is to be done"), Kind.TEXT, WHAT),
    field("external_id", _("Number in the other program"), Kind.TEXT, WHAT),
    field("kind", _("What is it"), Kind.TEXT, WHAT),
    field("priority", _("Priority"), Kind.TEXT, WHAT),
    field("text", _("Details"), Kind.LONG, WHAT, many=True),
    field("items", _("Checklist"), Kind.LONG, WHAT, many=True),
    field("person", _("Does it"), Kind.TEXT, WITH),
    field("author", _("Set by"), Kind.TEXT, WITH),
    field("client", _("Client"), Kind.NAME, WITH),
    field("client_phone", _("Phone of the client"), Kind.PHONE, WITH),
    field("client_email", _("E-mail of the client"), Kind.EMAIL, WITH),
    field("client_id", NUMBER, Kind.NUMBER, WITH),
    field("contact", _("Contact person"), Kind.NAME, WITH),
    field("due", _("Due"), Kind.DATE, WHEN),
    field("start", _("Begins"), Kind.DATE, WHEN),
    field("end", _("Ends"), Kind.DATE, WHEN),
    field("created_at", pgettext_lazy("of a task", "Set on"), Kind.DATE, WHEN),
    field("state", _("State"), Kind.TEXT, END),
    field("closed_at", pgettext_lazy("of a task", "Finished on"), Kind.DATE, END),
    field("result", _("Result"), Kind.LONG, END),
    field("spent_minutes", _("Spent, minutes"), Kind.NUMBER, END),
]
TARGETS = {target.key: target for target in FIELDS}
# Columns whose cells hold one of a few values.
LISTED: dict[str, type[Choices]] = {"kind": Task.Kind, "priority": Task.Priority, "state": Task.State}


@cache
def known_words() -> dict[str, Any]:
    with open(WORDS_FILE, "rb") as file:
        return tomllib.load(file)


@cache
def words() -> Words:
    data = known_words()
    labels = {label: target.key for target in FIELDS for label in said_everywhere(target.label)}
    return Words(data["words"], {}, data["owners"], labels)


@cache
def values_of(target: str) -> Mapping[str, Any]:
    """Folded word -> value of a listed column: its names in all languages, and what other programs write."""
    choices = LISTED[target]
    found = {fold(name): choice.value for choice in choices for name in said_everywhere(choice.label)}
    for value, names in known_words()["values"][target].items():
        kept = next(choice.value for choice in choices if str(choice.value) == value)
        found |= {fold(name): kept for name in names}
    return found


def missing(choices: Iterable[Choice]) -> str:
    if "title" not in {choice.target for choice in choices}:
        return str(_("Say which column holds what is to be done."))
    return ""
