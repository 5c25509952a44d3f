"""Ways to reach a client, from the columns of phones, e-mails, messengers and sites."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients import channels
from kartu.clients.imports.drafts import DraftWay
from kartu.clients.imports.row import COMPANY_WORDS, CUT_NUMBER, RowInHand
from kartu.clients.models import Channel
from kartu.firm import phones
from kartu.records.imports.mapping import Choice
from kartu.records.imports.values import find_emails

Kind = Channel.Kind
ROLE_ADDRESS = re.compile(
    r"(info|office|sales|admin|mail|contact|support|orders?|zakaz|buh|hr|marketing|cs|hello|halo|kontak)\d*@"
)
SEVERAL_SITES = re.compile(r"[\s,;]+(?=\S+\.\S)")
GOOGLES_DIVIDER = " ::: "


def read_ways(row: RowInHand) -> None:
    extensions = {choice.at: (choice, text) for choice, text in row.all("extension")}
    for choice, text in row.all("phone"):
        _choice, extension = extensions.pop(choice.at + 1, (None, ""))
        add_numbers(row, choice, text, Kind.PHONE, extension)
    for choice, text in extensions.values():
        row.note(choice, text)
    for choice, text in row.all("whatsapp"):
        add_numbers(row, choice, text, Kind.WHATSAPP)
    for choice, text in row.all("fax"):
        _add(row, DraftWay(Kind.OTHER, text, text, label=_label(row, choice, "fax") or "fax"), choice)
    _read_emails(row)
    for choice, text in row.all("telegram"):
        _read(row, Kind.TELEGRAM, text, choice, "telegram")
    for choice, text in row.all("messenger"):
        _add(row, DraftWay(Kind.OTHER, text, text, label=_label(row, choice, "messenger")), choice)
    for choice, text in row.all("site"):
        for address in SEVERAL_SITES.split(text):
            _read(row, Kind.SITE, address, choice, "site")


def add_numbers(row: RowInHand, choice: Choice | None, text: str, kind: Kind, extension: str = "") -> None:
    """All numbers in `text`; without a `choice` (a number among names) what is none goes into the note."""
    if CUT_NUMBER.match(text):
        told = _("The sheet has cut this number. Give the column the format Text, fill it in anew, and save")
        _refuse(row, choice, told, text)
        return
    label = _label(row, choice, "phone") if choice else ""
    for separate in text.split(GOOGLES_DIVIDER):
        try:
            found = phones.parse(separate, row.reader.country)
        except ValidationError as wrong:
            _refuse(row, choice, wrong.messages[0], separate)
            continue
        for number in found:
            _add(row, DraftWay(kind, number.e164, number.raw, number.ext or extension, label), choice)


def _refuse(row: RowInHand, choice: Choice | None, told: str, text: str) -> None:
    if choice is None:
        row.notes.append(text)
    else:
        row.complain(choice, told, text)


def _read_emails(row: RowInHand) -> None:
    for choice, text in row.all("email"):
        found = find_emails(text)
        if not found:
            row.complain(choice, _("An e-mail looks like name@example.com"), text)
        for address in found:
            _read(row, Kind.EMAIL, address, choice, "email")


def _read(row: RowInHand, kind: Kind, typed: str, choice: Choice, noun: str) -> None:
    try:
        ways = channels.read(kind, typed, row.reader.country)
    except ValidationError as wrong:
        row.complain(choice, wrong.messages[0], typed)
        return
    for way in ways:
        _add(row, DraftWay(kind, way.value, way.typed, way.extension, _label(row, choice, noun)), choice)


def _add(row: RowInHand, way: DraftWay, choice: Choice | None) -> None:
    """Note `way`, once; it is the person's where there is one and nothing says that it is the company's."""
    way.typed, way.extension, way.label = way.typed[:254], way.extension[:20], way.label[:60]
    if any(known.names_the_same(way) for known in row.draft.ways):
        return
    has_person = row.draft.is_company and bool(row.draft.people)
    way.is_persons = has_person and not (choice and row.reader.is_companys(choice)) and not _is_companys(way)
    row.draft.ways.append(way)


def _is_companys(way: DraftWay) -> bool:
    if way.kind == Kind.SITE or (way.kind == Kind.EMAIL and ROLE_ADDRESS.match(way.value)):
        return True
    return bool(way.label and COMPANY_WORDS.search(way.label))


def _label(row: RowInHand, choice: Choice, noun: str) -> str:
    """Which one it is: what the column beside says, or what the header says beyond the mere noun."""
    for beside in row.reader.columns.get(f"{noun}_label", ()):
        if beside.at == choice.at - 1:
            return row.texts.get(beside.at, "").lstrip("* ")
    return row.reader.label_of(choice)
