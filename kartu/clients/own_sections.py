"""The sections that the firm has added to the card of a client: as tabs, as fields to read, as parts of the dossier."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.clients.actions.custom import ENTITY
from kartu.clients.card import Card
from kartu.clients.card_fields import ShownField
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client, ClientRow, ClientValue
from kartu.clients.own_files import count_in
from kartu.clients.registries import CardTab
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.core.expressions import ExpressionError
from kartu.core.formats import format_number
from kartu.records.custom.definitions import FieldShape, SectionShape, section_for, sections_for
from kartu.records.custom.references import prepare
from kartu.records.custom.related import RelatedList, source_of
from kartu.records.custom.showing import Values, is_shown, shown_keys
from kartu.records.files.about import files_about
from kartu.records.models import File
from kartu.records.printing import Box, Line, Section
from kartu.records.rights import FILES_VIEW

# Behind what every card has, before its history.
ORDER = 600
MOST_PRINTED = 200
WHY = "which clients have values of the firm's own, to index them anew"


def tabs_for(client: Client, by: Actor, open_one: str = "") -> list[CardTab]:
    """The sections that the card of `client` shows; `open_one`: the key of one that stays until it is left."""
    values = Values(ENTITY, client)
    return [
        tab_of(section)
        for section in sections_for(ENTITY, by)
        if may_open(section, by) and (section.key == open_one or is_shown(section, values))
    ]


def tab_of(section: SectionShape) -> CardTab:
    count = count_in(section.id) if section.is_files else count_of_related(section) if section.is_related else None
    return CardTab(section.key, section.name, "clients:own_section", ORDER, count, args=(section.id,))


def may_open(section: SectionShape, by: Actor) -> bool:
    """Whether `by`, who sees the section, may see what is in it at all."""
    if section.is_related:
        return not section.options or source_of(section.options, ENTITY, by) is not None
    return not section.is_files or by.may(FILES_VIEW)


def related_list(client: Client, section: SectionShape, by: Actor) -> RelatedList | None:
    """What a section lists; None before it is said what."""
    source = source_of(section.options, ENTITY, by)
    return RelatedList(source, section.options, client, by) if source else None


def count_of_related(section: SectionShape) -> Callable[[Client, Actor], int | None]:
    """What the tab says: nothing while there is nothing, for 0 would put it away."""

    def count(client: Client, by: Actor) -> int | None:
        found = related_list(client, section, by)
        return (found.count() if found else 0) or None

    return count


def related_box(client: Client, section: SectionShape, by: Actor) -> Box:
    found = related_list(client, section, by)
    try:
        rows, more = found.page(limit=MOST_PRINTED) if found else ([], "")
    except ExpressionError:
        rows, more = [], ""
    lines = [Line("", printed[0], " · ".join(printed[1:])) for row in rows if (printed := found.printed(row))]
    return Box(section.name, _("the newest") if more else "", lines=lines)


def shown_of(client: Client, section: SectionShape) -> SectionShape:
    """`section` with those of its fields that the card of `client` shows."""
    values = Values(ENTITY, client)
    return replace(section, fields=tuple(field for field in section.fields if is_shown(field, values)))


def shown_now(client: Client) -> frozenset[str]:
    """What hangs on a condition and is shown on the card: compared before and after a change."""
    return shown_keys(Values(ENTITY, client))


def section_of(section_id: int, by: Actor) -> SectionShape | None:
    section = section_for(ENTITY, section_id, by)
    return section if section is not None and may_open(section, by) else None


def tables_for(by: Actor) -> list[SectionShape]:
    return [section for section in sections_for(ENTITY, by) if section.is_table]


def shown_field(client: Client, shape: FieldShape, by: Actor) -> ShownField:
    kept = shape.kept_in(client.own_values)
    value = "" if kept is None else shape.type.python(kept, shape)
    return ShownField(
        name=shape.key,
        label=shape.title,
        shown=shape.said_in(client.own_values),
        value=control_value(value),
        kind=shape.type.edit,
        url=reverse("clients:own_field", args=[client.pk, shape.id]),
        version=client.version,
        html="" if kept is None else shape.type.html(kept, shape, by),
    )


@dataclass(frozen=True)
class Ticks:
    """The things of a checklist: each with whether it is done for a client, and whether the person may tick it off."""

    items: list[tuple[FieldShape, bool, bool]]

    @property
    def done(self) -> int:
        return sum(is_done for _shape, is_done, _may in self.items)


def ticks_of(card: Card, section: SectionShape) -> Ticks:
    return Ticks(
        [
            (shape, bool(shape.kept_in(card.client.custom)), card.may_change and shape.may_change(card.by))
            for shape in section.fields
        ]
    )


def control_value(value: object) -> str:
    """A value as it stands in a control that is written in."""
    if isinstance(value, Decimal):
        return format_number(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def rows_of(client: Client, section: SectionShape, by: Actor) -> list[ClientRow]:
    return list(ClientRow.objects.visible_to(by).filter(client=client, section_id=section.id))


def lines_of(fields: tuple[FieldShape, ...], values: dict) -> list[Line]:
    said = [(shape.title, shape.said_in(values)) for shape in fields]
    return [Line(name, text) for name, text in said if text]


def dossier(card: Card, period: Period) -> Section:
    """All sections with something in them, each as a box of its own."""
    values = Values(ENTITY, card.client)
    shown = [each for each in sections_for(ENTITY, card.by) if may_open(each, card.by) and is_shown(each, values)]
    boxes = [box for section in shown for box in boxes_of(card.client, section, card.by) if box.lines]
    return Section(_("Sections of your own"), boxes=boxes)


def boxes_of(client: Client, section: SectionShape, by: Actor) -> list[Box]:
    if section.is_files:
        files = files_about(ENTITY, client.pk, by=by, section=section.id)
        return [Box(section.name, lines=[file_line(file) for file in files])]
    if section.is_related:
        return [related_box(client, section, by)]
    if section.is_table:
        rows = rows_of(client, section, by)
        prepare(section.fields, [row.own_values for row in rows])
        told = (lines_of(section.fields, row.own_values) for row in rows)
        return [Box(section.name, str(number), lines=lines) for number, lines in enumerate(told, 1)]
    prepare(section.fields, [client.own_values])
    return [Box(section.name, lines=lines_of(shown_of(client, section).fields, client.own_values))]


def with_rows(after: int, count: int = 200) -> list[int]:
    """Ids over `after` of rows of tables, in their order."""
    return list(
        ClientRow.objects.as_system(WHY).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count]
    )


def file_line(file: File) -> Line:
    note = " · ".join(filter(None, [filesizeformat(file.size), file.note, str(file.created_by or "")]))
    return Line(formats.format_date(file.created_at), file.name, note)


def with_values(after: int, count: int = 200) -> list[int]:
    """Ids over `after` of clients that have values of the firm's own, in their order."""
    ids = (
        ClientValue.objects.as_system(WHY)
        .filter(record_id__gt=after)
        .order_by("record_id")
        .values_list("record_id", flat=True)
    )
    return list(ids.distinct()[:count])
