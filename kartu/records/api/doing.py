"""Acts of programs: each a change set of its own, over the version that the program has read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from kartu.core.api import add_header
from kartu.core.api.errors import Refusal, as_fields, error, refusals
from kartu.core.api.schemas import In
from kartu.records.changes import EditConflicts
from kartu.records.models import ChangeSet
from kartu.records.undoing import undoable
from kartu.security.audit import plain
from kartu.security.columns import value_of
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.rows import Conflict, GuardedModel

ANY_VERSION = "*"


@contextmanager
def doing(request: HttpRequest, title: str) -> Iterator[ChangeSet]:
    """What an operation does within can be taken back as one, by the number in the header Kartu-Changes."""
    with undoable(request, title) as changes:
        yield changes
    add_header(request, "Kartu-Changes", str(changes.pk))


@contextmanager
def at(place: str) -> Iterator[None]:
    """What is wrong with one of many is told under its `place`: "items.3."."""
    try:
        yield
    except ValidationError as refused:
        raise ValidationError(as_fields(refused, place)) from refused
    except EditConflicts as met:
        met.place = place
        raise


def show_version(request: HttpRequest, row: GuardedModel) -> None:
    add_header(request, "ETag", f'"{row.version}"')


def base_sent(request: HttpRequest, row: GuardedModel, data: In, columns: Iterable[str]) -> dict[str, Any] | None:
    """What the program has read of `columns`, by the version it names; None where it writes over any.

    Raises ValidationError where it names none: nobody's change is lost in silence.
    """
    version = version_sent(request, data)
    return None if version is None else values_at(row, version, columns)


def only_over(request: HttpRequest, row: GuardedModel, data: In) -> None:
    """Raise Conflict unless the program has read `row` as it stands: for what is not merged field by field."""
    if version_sent(request, data) not in (None, row.version):
        raise Conflict(row)


def version_sent(request: HttpRequest, data: In) -> int | None:
    """The version that the program has read, in the body or in If-Match; None for any."""
    match = request.headers.get("If-Match", "").strip()
    if match == ANY_VERSION:
        return None
    return data.version if "version" in data.model_fields_set else version_in(match)


def version_in(match: str) -> int:
    number = match.removeprefix("W/").strip('"')
    if not match:
        raise ValidationError({"version": _("Send the version that you have read, here or in If-Match")})
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise BadRequest("If-Match is no version")
    return int(number)


def values_at(row: GuardedModel, version: int, columns: Iterable[str]) -> dict[str, Any]:
    """Column -> the value it had when `row` was at `version`, told by the log, of which each line is a version.

    Raises Conflict for a version that the row has never had.
    """
    if not 1 <= version <= row.version:
        raise Conflict(row)
    values = {column: value_of(row, column) for column in columns}
    lines = AuditRow.objects.filter(
        object_type=row._meta.label_lower, object_id=row.pk, verb__in=(Verb.CHANGE, Verb.TRASH, Verb.RESTORE)
    )
    later = lines.select_related("payload").order_by("id")[version - 1 :]
    # From the newest to the oldest, so that what the first change after the version took away stands in the end.
    for line in reversed(list(later)):
        before = line.payload.values.get("before", {})
        values |= {column: before[column] for column in values.keys() & before.keys()}
    return values


def answer_edit_conflicts(request: HttpRequest, met: EditConflicts) -> JsonResponse:
    place = getattr(met, "place", "")
    told = _("Somebody else has changed it meanwhile: %(theirs)s")
    fields = {place + each.column: [told % {"theirs": plain(each.theirs)}] for each in met.conflicts}
    return error(409, "conflict", _("Somebody else has changed the same. Read it again."), fields)


def answer_conflict(request: HttpRequest, met: Conflict) -> JsonResponse:
    told = _("It has version %(version)s now") % {"version": met.row.version}
    return error(409, "conflict", _("Somebody else has changed the same. Read it again."), {"version": [told]})


refusals.add(Refusal(EditConflicts, answer_edit_conflicts))
refusals.add(Refusal(Conflict, answer_conflict))
