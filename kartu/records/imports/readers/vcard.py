"""vCard 2.1, 3.0 and 4.0 as phones, Outlook, Google and The Bat write them; one card, one row.

The columns are named as in Google's CSV of contacts ("Phone 1 - Label", "Phone 1 - Value"), so that one list of
synonyms maps both.
"""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kartu.records.imports import limits
from kartu.records.imports.cells import Row
from kartu.records.imports.kinds import Kind
from kartu.records.imports.letters import MIXED, encoding_of
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Table, Wanted

# Columns that a card has once. The order is the order on the screen.
SINGLE = (
    "Name", "First Name", "Middle Name", "Last Name", "Name Prefix", "Name Suffix", "Nickname",
    "Organization Name", "Organization Department", "Organization Title", "Birthday", "Notes", "Labels", "Id",
)  # fmt: skip
# Columns that a card has as often as it likes: name in the file, name of the column, its parts.
ADDRESS_PARTS = ("PO Box", "Extended Address", "Street", "City", "Region", "Postal Code", "Country")
REPEATED = {"TEL": "Phone", "EMAIL": "E-mail", "URL": "Website", "IMPP": "IM", "ADR": "Address"}
MESSENGERS = {
    "X-ICQ": "ICQ", "X-SKYPE": "Skype", "X-SKYPE-USERNAME": "Skype", "X-JABBER": "Jabber", "X-TELEGRAM": "Telegram",
    "X-WHATSAPP": "WhatsApp", "X-AIM": "AIM", "X-MSN": "MSN", "X-YAHOO": "Yahoo", "X-MS-IMADDRESS": "IM",
}  # fmt: skip
BINARY = {"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"}
# What needs no column: the machinery of the format, not the person.
SILENT = {"VERSION", "PRODID", "REV", "SORT-STRING", "CLASS", "MAILER", "PROFILE", "CHARSET"}


def read(path: str, wanted: Wanted) -> Table:
    with open(path, "rb") as file:
        encoding, bom = encoding_of(file)
    encoding = wanted.encoding or encoding
    counts, extras = _survey(cards(path, encoding, bom))
    header = _header(counts, extras)
    rows = _rows(cards(path, encoding, bom), header)
    return Table(rows=rows, encoding=encoding, has_header=True)


READERS = {Kind.VCARD: read}


@dataclass
class Card:
    """What one card says: single values by column; repeated ones as (label, value), an address with seven parts."""

    single: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[tuple[str, str | list[str]]]] = field(default_factory=dict)
    extras: dict[str, str] = field(default_factory=dict)


@dataclass
class Property:
    """One line of a card: ITEM1.TEL;TYPE=cell;PREF:+7 ... is group "item1", name "TEL"."""

    group: str
    name: str
    parameters: dict[str, list[str]]
    value: str


def _survey(found: Iterator[Card]) -> tuple[dict[str, int], list[str]]:
    """How many columns of each kind the cards need, and which further ones."""
    counts: dict[str, int] = {}
    extras: dict[str, None] = {}
    for card in found:
        for name, values in card.repeated.items():
            counts[name] = max(counts.get(name, 0), len(values))
        extras.update(dict.fromkeys(card.extras))
    if sum(counts.values()) > 500:
        raise Refused(Why.TOO_MANY_COLUMNS)
    return counts, list(extras)[:200]


def _header(counts: dict[str, int], extras: list[str]) -> list[str]:
    header = list(SINGLE)
    for column in REPEATED.values():
        for index in range(1, counts.get(column, 0) + 1):
            parts = ADDRESS_PARTS if column == "Address" else ("Value",)
            header += [f"{column} {index} - Label", *(f"{column} {index} - {part}" for part in parts)]
    return header + extras


def _rows(found: Iterator[Card], header: list[str]) -> Iterator[Row]:
    place = {name: at for at, name in enumerate(header)}
    yield Row(1, list(header))
    for number, card in enumerate(found, 2):
        cells: list[str | None] = [None] * len(header)
        for name, value in (card.single | card.extras).items():
            if name in place:
                cells[place[name]] = value or None
        for column, values in card.repeated.items():
            for index, (label, value) in enumerate(values, 1):
                at = place[f"{column} {index} - Label"]
                parts = value if isinstance(value, list) else [value]
                cells[at : at + 1 + len(parts)] = [label or None, *(part or None for part in parts)]
        yield Row(number, cells)


def cards(path: str, encoding: str, bom: int) -> Iterator[Card]:
    """The cards of the file; one that is never ended is taken as far as it goes."""
    card: list[Property] | None = None
    for line in _logical_lines(path, encoding, bom):
        found = parse_line(line, encoding)
        if found is None:
            continue
        if found.name == "BEGIN" and found.value.strip().upper() == "VCARD":
            if card:
                yield _card(card)
            card = []
        elif found.name == "END" and found.value.strip().upper() == "VCARD":
            if card is not None:
                yield _card(card)
            card = None
        elif card is not None and found.name not in BINARY:
            card.append(found)
    if card:
        yield _card(card)


def _logical_lines(path: str, encoding: str, bom: int) -> Iterator[str]:
    """Unfolded lines: RFC 6350 folding (a blank first), and the `=` of quoted-printable (no blank first).

    Pictures are dropped while they pass by.
    """
    pending: list[str] = []
    size = 0
    is_printable = is_binary = False
    for line in _physical_lines(path, encoding, bom):
        if pending and is_printable and pending[-1].endswith("="):
            pending[-1] = pending[-1][:-1]
            pending.append(line)
        elif pending and line[:1] in (" ", "\t"):
            if not is_binary:
                pending.append(line[1:])
        else:
            if pending:
                yield "".join(pending)
            pending, size = [line], 0
            head = line[:200].upper()
            is_printable = "QUOTED-PRINTABLE" in head.split(":")[0]
            is_binary = head.split(";")[0].split(":")[0].rpartition(".")[2] in BINARY
        size += len(line)
        if size > limits.CELL_CHARACTERS and not is_binary:
            raise Refused(Why.TOO_LONG_CELL)
    if pending:
        yield "".join(pending)


def _physical_lines(path: str, encoding: str, bom: int) -> Iterator[str]:
    page = encoding.removeprefix(MIXED) if encoding.startswith(MIXED) else ""
    with open(path, "rb") as file:
        file.seek(bom)
        if page:
            for raw in iter(lambda: file.readline(limits.ROW_CHARACTERS), b""):
                try:
                    yield raw.decode().rstrip("\r\n")
                except UnicodeDecodeError:
                    yield raw.decode(page, "replace").rstrip("\r\n")
            return
        reader = codecs.getreader(encoding)(file, errors="replace")
        for line in iter(lambda: reader.readline(limits.ROW_CHARACTERS), ""):
            yield line.rstrip("\r\n")


LINE = re.compile(r"(?:([\w-]+)\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^:\";])*)*):(.*)", re.DOTALL)
PARAMETER = re.compile(r";([^=;\"]*)(?:=((?:\"[^\"]*\"|[^;\"])*))?")


def parse_line(line: str, encoding: str) -> Property | None:
    """The parts of a logical line, its value decoded; None for what is no property."""
    match = LINE.match(line)
    if not match:
        return None
    group, name, tail, value = match.groups()
    parameters: dict[str, list[str]] = {}
    for key, values in PARAMETER.findall(tail):
        if values:
            parameters.setdefault(key.strip().upper(), []).extend(
                part.strip().strip('"') for part in values.replace('"', "").split(",")
            )
        else:
            # vCard 2.1 writes bare types: TEL;CELL;VOICE
            bare = key.strip().upper()
            kind = "ENCODING" if bare in ("QUOTED-PRINTABLE", "BASE64") else "TYPE"
            parameters.setdefault(kind, []).append(bare)
    return Property((group or "").lower(), name.upper(), parameters, _decoded(value, parameters, encoding))


def _decoded(value: str, parameters: dict[str, list[str]], encoding: str) -> str:
    how = [name.upper() for name in parameters.get("ENCODING", [])]
    charset = (parameters.get("CHARSET") or ["utf-8"])[0]
    try:
        if "QUOTED-PRINTABLE" in how:
            return _letters(quopri.decodestring(value.encode("latin-1", "replace")), charset)
        if "B" in how or "BASE64" in how:
            return _letters(base64.b64decode(value, validate=False), charset)
    except (binascii.Error, ValueError):
        pass
    return value


def _letters(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "windows-1251"):
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def _card(properties: list[Property]) -> Card:
    card = Card()
    labels = {found.group: _apple_label(found.value) for found in properties if found.name == "X-ABLABEL"}
    for found in properties:
        _take(card, found, labels.get(found.group, "") if found.group else "")
    if "Address" in card.repeated:
        card.extras.pop("Label", None)  # the same address once more, as it is printed on an envelope
    if not card.single.get("Name"):
        parts = (card.single.get(part, "") for part in SINGLE[1:4])
        card.single["Name"] = " ".join(part for part in parts if part)
    return card


def _apple_label(value: str) -> str:
    return re.sub(r"^_\$!<(.*)>!\$_$", r"\1", value)


def _take(card: Card, found: Property, label: str) -> None:
    name, value = found.name, found.value
    if name == "FN":
        card.single.setdefault("Name", unescape(value).strip())
    elif name == "N":
        parts = [" ".join(filter(None, components(part))) for part in fields(value)] + [""] * 5
        columns = ("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix")
        for column, part in zip(columns, parts, strict=False):
            card.single.setdefault(column, part)
    elif name == "ORG":
        company, *units = [unescape(part).strip() for part in fields(value)]
        card.single.setdefault("Organization Name", company)
        card.single.setdefault("Organization Department", ", ".join(filter(None, units)))
    elif name in PLAIN:
        _add_text(card.single, PLAIN[name], ", ".join(components(value)) if name == "CATEGORIES" else unescape(value))
    elif name in REPEATED:
        _add_repeated(card, found, label)
    elif name in MESSENGERS:
        card.repeated.setdefault("IM", []).append((MESSENGERS[name], unescape(value).strip()))
    elif name not in SILENT and not name.startswith(("X-AB", "X-MS-OL", "X-PHONETIC", "X-EVOLUTION", "BEGIN", "END")):
        _add_text(card.extras, label or name.removeprefix("X-").replace("-", " ").capitalize(), unescape(value))
    elif name in ("X-ABDATE", "X-ABRELATEDNAMES"):
        _add_text(card.extras, label or name, unescape(value))


PLAIN = {
    "NICKNAME": "Nickname", "TITLE": "Organization Title", "BDAY": "Birthday", "NOTE": "Notes",
    "CATEGORIES": "Labels", "UID": "Id",
}  # fmt: skip


def _add_text(into: dict[str, str], column: str, text: str) -> None:
    """A property that comes twice keeps both texts."""
    text = text.strip()
    if text and text not in into.get(column, "").split("\n"):
        into[column] = "\n".join(filter(None, (into.get(column), text)))


QUIET_TYPES = {"INTERNET", "VOICE", "PREF", "X400", "TEXT", "VIDEO", "MSG", "OTHER", "X-VOICE"}


def _add_repeated(card: Card, found: Property, label: str) -> None:
    column = REPEATED[found.name]
    types = [kind for kind in found.parameters.get("TYPE", []) if kind.upper() not in QUIET_TYPES]
    label = label or " ".join(types).lower()
    value: str | list[str]
    if found.name == "ADR":
        parts = [", ".join(filter(None, components(part))) for part in fields(found.value)]
        value = (parts + [""] * 7)[:7]
        if not any(value):
            return
    else:
        value = re.sub(r"^(tel|mailto|sms):", "", unescape(found.value).strip(), flags=re.IGNORECASE)
        if found.name == "IMPP" and ":" in value:
            scheme, _colon, value = value.partition(":")
            label = scheme
        if not value:
            return
    values = card.repeated.setdefault(column, [])
    if value not in [known for _label, known in values]:
        values.append((label, value))


ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unescape(text: str) -> str:
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def fields(text: str) -> list[str]:
    r"""Parts between semicolons, still escaped; \; does not part."""
    return re.split(r"(?<!\\);", text)


def components(text: str) -> list[str]:
    r"""Parts between commas, unescaped; \, does not part."""
    return [unescape(part).strip() for part in re.split(r"(?<!\\),", text)]
