"""The log as a file, with the mark of whoever takes it, and where lists that the log tells of can be asked again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.formats import local
from kartu.records.exporting import Sheet, Written, write_csv
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.exports import csv_delimiter
from kartu.records.lists.question import Question, as_query
from kartu.records.lists.spec import list_called
from kartu.records.lists.spec import lists as every_list
from kartu.records.models import ExportMark
from kartu.security import audit
from kartu.security.logbook.asked import Asked
from kartu.security.logbook.pages import Cursor, Reading
from kartu.security.logbook.words import Entry, entries
from kartu.security.models.audit import Verb
from kartu.security.models.view import ViewRow

MOST = 5_000
AT_A_TIME = 500


def list_again(kind: str, object_type: str, told: dict[str, Any], by: Actor) -> tuple[str, str] | None:
    """The list that a line tells of, what was asked of it, and where `by` can ask it again."""
    key = told.get("list")
    if key is None and (kind != ViewRow.LIST or "f" not in told):
        return None
    of_kind = (one for one in every_list if one.label == object_type)
    spec = list_called(key, by) if isinstance(key, str) else next(of_kind, None)
    if spec is None:
        return str(told.get("said") or ""), ""
    parts = told.get("filter") if isinstance(told.get("filter"), dict) else told
    if not by.may(spec.right):
        return f"{spec.title}", ""
    try:
        question = Question.of(spec, as_query(parts), Asking(by))
        said, url = question.sentence(Asking(by)), question.url()
    except BadQuestion:
        said, url = str(told.get("said") or ""), ""
    return f"{spec.title}: {said}" if said else str(spec.title), url


def heads() -> list[str]:
    return [
        _("When"),
        _("Who"),
        _("What"),
        _("Which part"),
        _("Record"),
        _("More"),
        _("Changes"),
        _("From where"),
        _("Line of the log"),
    ]


def line(entry: Entry) -> list[Any]:
    changes = "; ".join(f"{label}: {before or '—'} → {after or '—'}" for label, before, after in entry.changes)
    moment = local(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    who = entry.who or (f"Kartu: {entry.why}" if entry.why else "")
    return [moment, who, str(entry.did), entry.what, entry.name, entry.text, changes, entry.address, entry.number]


def lines(asked: Asked, by: Actor) -> Iterator[list[Any]]:
    """The newest MOST lines, in bounded memory."""
    reading, cursor, left = Reading(asked), Cursor(), MOST
    while cursor and left:
        found = reading.page(cursor, min(left, AT_A_TIME))
        yield from map(line, entries(found.rows, by))
        left -= len(found.rows)
        cursor = found.next


def write_log(asked: Asked, path: Path, by: Actor) -> Written:
    """Write what `asked` finds to `path` as CSV. Raises Frozen where nothing may leave."""
    sheet = Sheet(_("The log"), heads(), lines(asked, by), mark=ExportMark.begin(by), marked=frozenset({1, 4}))
    return write_csv(sheet, path, delimiter=csv_delimiter())


def tell_log_export(asked: Asked, written: Written, purpose: str, by: Actor) -> None:
    """The log's own line about it; the caller sends the first byte only after it has committed."""
    values = {"log": asked.parts(), "said": _("The log"), "purpose": purpose, "format": "csv", "rows": written.rows}
    audit.record(Verb.EXPORT, by=by, values={**values, "sha256": written.sha256, "number": written.number})


def file_name() -> str:
    return f"kartu-log-{timezone.localdate().isoformat()}.csv"
