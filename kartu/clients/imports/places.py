"""Addresses of a row: put together from the columns that hold their parts, or parted where one cell holds all."""

import re

from kartu.clients.imports.countries import country_code
from kartu.clients.imports.drafts import DraftAddress
from kartu.clients.imports.parting import parted
from kartu.clients.imports.row import LONGEST, RowInHand
from kartu.clients.models import Address
from kartu.core.text import fold

PARTS = ("street", "city", "region", "postcode", "country")
KINDS = {
    "home": Address.Kind.HOME,
    "work": Address.Kind.OFFICE,
    "billing": Address.Kind.REGISTERED,
    "delivery": Address.Kind.DELIVERY,
}
AT_MOST = 20


def read_addresses(row: RowInHand) -> list[DraftAddress]:
    """The addresses of the row, one for each set of columns; the first one is the main one."""
    sets: dict[str, DraftAddress] = {}
    wholes: dict[str, tuple[str, bool]] = {}
    for part in PARTS:
        for choice, text in row.all(part):
            if part == "country" and not country_code(text):
                row.note(choice, text)
                continue
            setattr(sets.setdefault(choice.set, DraftAddress()), part, text)
    for choice, text in row.all("street_more"):
        address = sets.setdefault(choice.set, DraftAddress())
        street = ", ".join(filter(None, [address.street, text]))
        if len(street) > LONGEST["street"]:
            row.note(choice, text)
        else:
            address.street = street
    for choice, text in row.all("address"):
        wholes[choice.set] = text.replace("\r\n", "\n").replace("\n", ", "), choice.is_whole
    for name, (whole, stays_whole) in wholes.items():
        address = sets.setdefault(name, DraftAddress())
        # Both the whole and its parts: the parts say it better, unless they lack the street.
        if address.street:
            continue
        home = country_code(address.country) or row.draft.country or row.reader.country
        if not (not stays_whole and _part(address, whole, home)):
            address.street = _without_tail(whole, address)
        address.whole = whole
    labels = {choice.set: text for choice, text in row.all("address_label")}
    found = []
    for name, address in sorted(sets.items()):
        address.country = country_code(address.country)
        if any(getattr(address, part) for part in PARTS[:4]):
            address.kind = _kind(labels.get(name, "") or name)
            found.append(address)
    return found[:AT_MOST]


def _part(address: DraftAddress, whole: str, home: str) -> bool:
    """Fill `address` from the whole line; False where nothing can be told, or a column says something else."""
    found = parted(whole, home)
    told = {part: value for part in PARTS[1:] if (value := getattr(found, part))}
    for part, value in told.items():
        column = getattr(address, part)
        column = country_code(column) if part == "country" else column
        if column and fold(column) != fold(value):
            return False
    address.street = found.street
    address.by_whole = frozenset(part for part in told if not getattr(address, part)) | {"street"}
    for part, value in told.items():
        setattr(address, part, value)
    return bool(told)


def _without_tail(whole: str, address: DraftAddress) -> str:
    """The whole address without the city that its own column repeats at the end or at the start."""
    if not address.city:
        return whole
    parts = [part.strip() for part in whole.split(",")]
    kept = [part for part in parts if fold(part).removeprefix("г. ").removeprefix("г ") != fold(address.city)]
    return ", ".join(kept) or whole


def _kind(word: str) -> Address.Kind:
    folded = re.sub(r"\d+$", "", fold(word))
    if folded in KINDS:
        return KINDS[folded]
    if re.search(r"home|дом|rumah", folded):
        return Address.Kind.HOME
    if re.search(r"ship|deliver|достав|kirim", folded):
        return Address.Kind.DELIVERY
    return Address.Kind.OFFICE
