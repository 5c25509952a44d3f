"""Whose file is this? Told by its bytes, by the spaces behind its names, or by the line that it carries."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import comb
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kartu.core.formats import format_datetime
from kartu.records.exporting import digest_of, unguarded
from kartu.records.imports.reading import open_table
from kartu.records.imports.refusals import Refused
from kartu.records.marks import LINE_IN_BYTES, LINE_SHAPE, SPACE, bit
from kartu.records.models import ExportMark
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

# Names that are compared; by then chance has no say.
MOST_NAMES = 400
# How likely it may be that the spaces fit by chance, over all exports there ever were.
LEAST_CHANCE = 1e-6
MOST_BYTES = 50_000_000


class How(StrEnum):
    BYTES = "bytes"  # byte for byte the file that left
    HIDDEN = "hidden"  # by the spaces
    LINE = "line"  # by the line alone, which anybody can type


@dataclass
class Finding:
    """The export that a file comes from. `fits` of `names` names have the spaces of this export.

    `line` is the number that stands in the file to be read, where it is another one: somebody has changed it.
    """

    mark: ExportMark
    how: How
    fits: int = 0
    names: int = 0
    line: int | None = None
    told: dict[str, Any] = field(default_factory=dict)
    # The number of the record that the line of the log is about.
    about: int | None = None


def find_culprit(path: Path) -> Finding | None:
    """Who took the file at `path` out, or None where nothing tells. Reads tables, and PDFs as Kartu prints them."""
    if found := by_bytes(digest_of(path)):
        return found
    columns, lines = read(path)
    hidden = by_spaces(columns)
    written = ExportMark.objects.filter(pk__in=lines).order_by("-pk").first()
    if hidden:
        hidden.line = next((line for line in lines if line != hidden.mark.pk), None)
        return hidden
    return finding(written, How.LINE) if written else None


def finding(mark: ExportMark, how: How, **more: Any) -> Finding:
    rows = AuditRow.objects.filter(verb__in=[Verb.EXPORT, Verb.PRINT], at__gte=mark.at, payload__values__number=mark.pk)
    row = rows.filter(actor_id=mark.person_id).select_related("payload").first()
    return (
        Finding(mark, how, told=row.payload.values, about=row.object_id, **more) if row else Finding(mark, how, **more)
    )


def by_bytes(digest: str) -> Finding | None:
    rows = AuditRow.objects.filter(verb__in=[Verb.EXPORT, Verb.PRINT], payload__values__sha256=digest)
    rows = rows.select_related("payload")
    numbers = [row.payload.values.get("number") for row in rows.order_by("-pk")[:1]]
    mark = ExportMark.objects.filter(pk__in=[number for number in numbers if number]).first()
    return finding(mark, How.BYTES) if mark else None


def read(path: Path) -> tuple[list[dict[str, bool]], list[int]]:
    """Of each column its texts with whether a space stands behind them; and the numbers in lines of marks."""
    columns: dict[int, dict[str, bool]] = defaultdict(dict)
    lines: list[int] = []
    try:
        with open_table(path) as table:
            for row in table:
                for at, cell in enumerate(row.cells):
                    if isinstance(cell, str):
                        take(unguarded(cell), columns[at], lines)
    except Refused:
        return [], numbers_in(path)
    return list(columns.values()), lines


def take(text: str, column: dict[str, bool], lines: list[int]) -> None:
    if said := LINE_SHAPE.match(text):
        lines.append(int(said[1]))
    elif text.strip() and len(column) < MOST_NAMES:
        column.setdefault(" ".join(text.split()), text.endswith(SPACE))


def numbers_in(path: Path) -> list[int]:
    """Numbers of marks in a file that is no table: a paper carries its line among its properties."""
    with path.open("rb") as file:
        return [int(number) for number in re.findall(LINE_IN_BYTES, file.read(MOST_BYTES))]


def by_spaces(columns: Iterable[dict[str, bool]]) -> Finding | None:
    """The export whose spaces these are. Every other one fits half of the names, as a coin would."""
    carrying = [column for column in columns if any(column.values())]
    tried = ExportMark.objects.count() * len(carrying)
    best: tuple[float, ExportMark, int, int] | None = None
    for mark in ExportMark.objects.iterator(500) if carrying else ():
        for column in carrying:
            fits = sum(bit(mark.seed, text) == has_space for text, has_space in column.items())
            chance = by_chance(fits, len(column)) * tried
            if chance < (best[0] if best else LEAST_CHANCE):
                best = (chance, mark, fits, len(column))
    return finding(best[1], How.HIDDEN, fits=best[2], names=best[3]) if best else None


def by_chance(fits: int, names: int) -> float:
    """How likely so many or more coins of `names` show heads."""
    if fits * 2 <= names:
        return 1.0
    return sum(comb(names, heads) for heads in range(fits, names + 1)) / 2**names


def said(found: Finding) -> list[str]:
    """The finding in sentences; the first names the person, the time and the number."""
    mark, told = found.mark, found.told
    lines = [
        _("%(who)s, %(when)s, export No. %(number)s")
        % {"who": mark.who, "when": format_datetime(mark.at), "number": mark.pk}
    ]
    if told.get("paper") == "incident":
        lines.append(_("Incident paper about the alert № %(number)s") % {"number": found.about})
    if told.get("list"):
        what = {"list": told["list"], "rows": told.get("rows", ""), "said": told.get("said") or _("All")}
        lines.append(_("%(list)s, %(rows)s rows: %(said)s") % what)
    if told.get("purpose"):
        lines.append(_("Said to be for: %(purpose)s") % {"purpose": told["purpose"]})
    lines.append(
        {
            How.BYTES: _("It is the very file that left, unchanged."),
            How.HIDDEN: _("Told by the hidden mark: %(fits)s of %(names)s names fit.")
            % {"fits": found.fits, "names": found.names},
            How.LINE: _("Told only by the line in it, which anybody could have typed. Take it as a hint."),
        }[found.how]
    )
    if found.line:
        lines.append(_("The line in it names No. %(number)s: somebody has changed it.") % {"number": found.line})
    return lines
