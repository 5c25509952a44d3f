"""A formula that is being written, tried on a real record: what it gives, or what is wrong and where."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kartu.core.about import abouts
from kartu.core.actors import Actor
from kartu.core.expressions import ExpressionError
from kartu.records.custom.definitions import FieldShape, is_among
from kartu.records.custom.dependencies import names_in
from kartu.records.custom.entities import entities
from kartu.records.custom.formulas import (
    Names,
    Written,
    alike,
    formulas_with,
    names_of,
    understood,
    working_of,
)
from kartu.records.models import Customised, Section

# Among the newest records, the one with most of what the formula uses.
LOOKED_AT = 40


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and the formula in three parts, the middle one of which is meant."""

    message: str
    before: str
    there: str
    after: str


@dataclass(frozen=True)
class Trial:
    """`gives` names what comes out. `record`: on which it was tried, None where there is none, or none to be shown
    (`unseen` names what the person may not see). `result` is empty where nothing comes out."""

    wrong: Wrong | None = None
    gives: str = ""
    is_other: bool = False
    record: str = ""
    url: str = ""
    result: str = ""
    operands: list[tuple[str, str]] = field(default_factory=list)
    unseen: str = ""


def tried(text: str, section: Section, *, key: str = "", before: dict[str, Any] | None = None, by: Actor) -> Trial:
    """`text` as the formula of the field `key` of `section`, which gave what the options `before` say."""
    names = names_of(section.entity, section.pk if section.is_table else None)
    try:
        made = understood(text, names, key=key)
    except ExpressionError as wrong:
        return Trial(wrong_in(text, wrong))
    gives, is_other = str(made.shape.type.inner.label), bool(before) and not alike(before, made.options)
    used = names_in(made.options["text"])
    shapes = [shape for shape in names.shapes if shape.key in used]
    unseen = next((shape.name for shape in shapes if not is_among(by, shape.see_roles)), "")
    if unseen:
        return Trial(gives=gives, is_other=is_other, unseen=unseen)
    record = record_for(section, shapes, by)
    if record is None:
        return Trial(gives=gives, is_other=is_other)
    whole = getattr(record, record.row_rule.parent) if section.is_table else record
    about = abouts.get(whole._meta.label_lower)
    return Trial(
        gives=gives,
        is_other=is_other,
        record=str(whole),
        url=about.url(whole) if about else "",
        result=result_of(made, names, record),
        operands=[(shape.name, shape.said_in(record.own_values)) for shape in shapes],
    )


def wrong_in(text: str, wrong: ExpressionError) -> Wrong:
    rest = text[wrong.at :]
    word = rest[: len(rest) - len(rest.lstrip())] + next(iter(rest.split()), "")
    return Wrong(wrong.message, text[: wrong.at], word, rest[len(word) :])


def record_for(section: Section, shapes: list[FieldShape], by: Actor) -> Customised | None:
    """Of the newest records that `by` sees the one in which most of `shapes` are filled in."""
    rows = newest(section, by)
    return max(rows, key=lambda row: sum(bool(shape.said_in(row.own_values)) for shape in shapes), default=None)


def newest(section: Section, by: Actor) -> list[Customised]:
    model = entities[section.entity].model(section.pk if section.is_table else None)
    rows = model.objects.visible_to(by)
    if section.is_table:
        rows = rows.filter(section_id=section.pk).select_related(model.row_rule.parent)
    return list(rows.order_by("-pk")[:LOOKED_AT])


def result_of(made: Written, names: Names, record: Customised) -> str:
    alone = formulas_with(names, [working_of(made.shape, made.expression)])
    return made.shape.said_in(alone.of(record.own_values, partial(getattr, record)))
