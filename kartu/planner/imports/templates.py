"""The table of tasks to be filled in."""

from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.planner.imports.fields import LISTED, TARGETS
from kartu.planner.rights import receivers
from kartu.records.imports.importers import Template
from kartu.records.imports.texts import said_everywhere

COLUMNS = (
    *(
        "external_id",
        "title",
        "kind",
        "client",
        "client_phone",
        "contact",
        "person",
        "author",
        "due",
        "start",
        "end",
        "priority",
    ),
    *("text", "items", "state", "closed_at", "result"),
)
EXAMPLE_TITLE = gettext_lazy("Example task: delete this row")


def template(by: Actor) -> Template:
    example = {
        "title": str(EXAMPLE_TITLE),
        "client_phone": _("0812-345-678"),
        "due": "2026-01-31 15:00",
        "items": _("Count; Write the offer"),
    }
    values = {name: [str(each.label) for each in choices] for name, choices in LISTED.items()}
    values["person"] = [person.name for person in receivers(by).order_by("name")]
    heads = [str(TARGETS[key].label) for key in COLUMNS]
    offered = {at: values[key] for at, key in enumerate(COLUMNS) if values.get(key)}
    return Template(_("Tasks"), heads, [example.get(key) for key in COLUMNS], offered)


def is_example(title: str) -> bool:
    return fold(title) in examples()


@cache
def examples() -> frozenset[str]:
    return frozenset(map(fold, said_everywhere(EXAMPLE_TITLE)))
