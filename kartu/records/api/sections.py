"""The sections and fields that the firm has added to its cards, for programs: what there is to be read and sent."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from pydantic import Field

from kartu.core.access import signed_in
from kartu.core.actors import Actor
from kartu.core.api import Resource
from kartu.core.api.schemas import Out
from kartu.records.custom.definitions import FieldShape, SectionShape, sections_for
from kartu.records.custom.entities import entities

SECTIONS = Resource("sections", gettext_lazy("Sections of your own"), order=205)


class ChoiceOut(Out):
    key: str
    label: str


class OwnFieldOut(Out):
    """`key` is its column in lists and filters; in `custom` it goes by its number, as a text."""

    id: int
    key: str
    name: str
    type: str
    is_required: bool
    may_change: bool
    choices: list[ChoiceOut] | None
    currency: str | None


class SectionOut(Out):
    """`kind`: fields, checklist, or table, of which each client has rows of its own."""

    id: int
    of: str = Field(description="Whose cards: clients.client")
    kind: str
    name: str
    fields: list[OwnFieldOut]


@SECTIONS.get("/sections", list[SectionOut])
@signed_in("each section is told to the roles that see it")
def read_sections(request: HttpRequest) -> list[dict[str, Any]]:
    """In the order of the card, those that the person sees, with the fields that it sees."""
    by = request.user
    return [told(entity.key, each, by) for entity in entities for each in sections_for(entity.key, by)]


def told(of: str, section: SectionShape, by: Actor) -> dict[str, Any]:
    plain = {"id": section.id, "of": of, "kind": section.kind, "name": section.name}
    return {**plain, "fields": [field_told(field, by) for field in section.fields]}


def field_told(field: FieldShape, by: Actor) -> dict[str, Any]:
    choices = field.options.get("choices")
    return {
        **{name: getattr(field, name) for name in ("id", "key", "name", "is_required")},
        "type": field.type.code,
        "may_change": field.may_change(by),
        "choices": None if choices is None else [{"key": key, "label": label} for key, label in choices],
        "currency": field.options.get("currency"),
    }
