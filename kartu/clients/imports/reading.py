"""One row read as a draft of a client, with every doubt named by its column."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.imports.countries import country_code
from kartu.clients.imports.drafts import Draft, DraftRow
from kartu.clients.imports.fields import label_in
from kartu.clients.imports.papers import read_papers
from kartu.clients.imports.places import read_addresses
from kartu.clients.imports.row import RowInHand, RowReader
from kartu.clients.imports.told import read_touches
from kartu.clients.imports.ways import read_ways
from kartu.clients.imports.who import read_who
from kartu.core.text import fold
from kartu.firm.names import PersonName
from kartu.records.custom.definitions import FieldShape, SectionShape
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Problem
from kartu.records.imports.mapping import Choice
from kartu.records.imports.values import parse_bool, parse_moment, parse_number

OLDEST_YEAR = 1900
LONGEST_TAG = 80
LANGUAGES = {"en": "en", "id": "id", "in": "id", "ru": "ru", "ру": "ru"}
# Google's own groups, which are no tags.
GROUPS = frozenset({"mycontacts", "my contacts", "starred"})


def read_row(reader: RowReader, row: Row) -> tuple[Draft, list[Problem]]:
    """The draft of a client, and what could not be read: such values are left out of it."""
    hand = RowInHand(reader, row)
    draft = hand.draft
    draft.country = country_code(hand.one("country"))
    draft.given = hand.given
    _read_number(hand)
    read_who(hand)
    read_ways(hand)
    draft.addresses = read_addresses(hand)
    read_papers(hand)
    _read_dates(hand)
    _read_words(hand)
    _read_own(hand)
    _name_from_the_rest(draft)
    return draft, hand.problems


def _read_number(row: RowInHand) -> None:
    for choice, text in row.all("id"):
        number = parse_number(text)
        if number is None or number != int(number) or not 0 < number < 1 << 62:
            row.complain(choice, _("This is no number of a client here"), text)
        else:
            row.draft.number = int(number)


def _read_dates(row: RowInHand) -> None:
    draft = row.draft
    birthday = _day(row, "birthday")
    if draft.is_company and draft.people:
        draft.people[0].birthday = birthday
    elif not draft.is_company:
        draft.birthday = birthday
    elif birthday:
        row.notes.append(birthday.isoformat())
    created = _moment(row, "created_at")
    if created:
        draft.created_at = (timezone.make_aware(created) if timezone.is_naive(created) else created).astimezone(UTC)
    draft.consent_at = _day(row, "consent_at", flags=True)


def _day(row: RowInHand, target: str, *, flags: bool = False) -> date | None:
    moment = _moment(row, target, flags=flags)
    return moment.date() if moment else None


def _moment(row: RowInHand, target: str, *, flags: bool = False) -> datetime | None:
    """The moment in the column of `target`. `flags`: a mere yes there means today."""
    for choice, text in row.all(target):
        if moment := parse_moment(row.cell(choice), row.reader.order_of(choice)):
            return _believed(row, moment, choice, text)
        said = parse_bool(text) if flags else None
        if said is None:
            row.complain(choice, _("There is no such day"), text)
        return datetime.combine(timezone.localdate(), time()) if said else None
    return None


def _believed(row: RowInHand, moment: datetime, choice: Choice, text: str) -> datetime | None:
    if moment.year >= OLDEST_YEAR and moment.date() <= timezone.localdate():
        return moment
    row.complain(choice, _("This day is not to be believed"), text)
    return None


def _read_words(row: RowInHand) -> None:
    draft = row.draft
    draft.about = row.one("about")
    for column in ("status", "category", "source", "responsible"):
        setattr(draft, column, " ".join(row.one(column).split()))
    tags: dict[str, str] = {}
    for choice, text in row.all("tags"):
        for tag in tags_of(text):
            if len(tag) > LONGEST_TAG:
                row.note(choice, tag)
            else:
                tags.setdefault(fold(tag), tag)
    draft.tags = list(tags.values())
    draft.collaborators = [(text, choice.at) for choice, text in row.all("collaborators")]
    for choice, text in row.all("language"):
        draft.language = LANGUAGES.get(fold(text)[:2], "")
        if not draft.language:
            row.note(choice, text)
    notes = []
    for choice, text in row.all("note"):
        rest, touches = read_touches(text, row.reader.order_of(choice))
        draft.touches += touches
        if rest:
            notes.append(rest)
    lines = [f"{row.title(choice)}: {text}" for choice, text in row.all("note_line")]
    draft.note = "\n".join([*notes, *lines, *row.notes])


def _read_own(row: RowInHand) -> None:
    """The firm's own fields: those of the client, and those of one row in each table."""
    row.draft.custom = _values(row, row.reader.own.values())
    for section in row.reader.tables.values():
        if not (values := _values(row, section.fields)):
            continue
        if wanting := _wanting(row, section, values):
            row.problems.append(wanting)
        else:
            row.draft.rows.append(DraftRow(section.id, values))
    if row.draft.rows:
        said = [key for key in row.given if key not in row.reader.in_tables]
        row.draft.called = row.one(said[0]) if said in (["name"], ["company"]) else ""


def _values(row: RowInHand, shapes: Iterable[FieldShape]) -> dict[str, Any]:
    """What the row says of fields of the firm's own, as `custom` keeps it."""
    values = {}
    for shape in shapes:
        for choice, text in row.all(shape.key):
            try:
                value = shape.type.read_by(row.cell(choice), text, row.reader.order_of(choice), shape, row.reader.by)
            except ValidationError as refused:
                row.complain(choice, " ".join(refused.messages), text)
                continue
            if value is not None:
                values[str(shape.id)] = value
    return values


def _wanting(row: RowInHand, section: SectionShape, values: dict[str, Any]) -> Problem | None:
    """A row of a table without what must be filled in is none; what it says is told with the problem."""
    complained = {problem.at for problem in row.problems}
    for shape in section.fields:
        at = next((choice.at for choice in row.reader.columns.get(shape.key, ())), None)
        if shape.is_required and str(shape.id) not in values and (at is None or at not in complained):
            said = ", ".join(text for each in section.fields if (text := each.said_in(values)))
            return Problem(_("“%(name)s” must be filled in") % {"name": label_in(section, shape)}, at, said)
    return None


def tags_of(text: str) -> list[str]:
    """Tags divided by signs."""
    parts = (part.strip().lstrip("*#").strip() for part in re.split(r"\s*(?:[;,|\n]|:::)\s*", text))
    return [tag for tag in parts if tag and fold(tag) not in GROUPS]


def _name_from_the_rest(draft: Draft) -> None:
    """A list of mere addresses or numbers is a list of people whom nobody has asked for their names yet."""
    if not draft.name and draft.legal_name:
        draft.name, draft.is_company = draft.legal_name, True
    if not draft.name and draft.ways:
        draft.name, draft.is_company = draft.ways[0].typed, False
        draft.parts = PersonName(draft.name)
