"""Addresses of a row: left whole, or put together from the columns that hold their parts."""

import re
from functools import cache

from kartu.clients.imports.drafts import DraftAddress
from kartu.clients.imports.row import LONGEST, RowInHand
from kartu.clients.models import Address
from kartu.core.text import fold
from kartu.firm import countries

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
    wholes: dict[str, str] = {}
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
        wholes[choice.set] = text.replace("\r\n", "\n").replace("\n", ", ")
    for name, whole in wholes.items():
        address = sets.setdefault(name, DraftAddress())
        # Both the whole and its parts: the parts say it better, unless they lack the street.
        if not address.street:
            address.street = _without_tail(whole, address)
    labels = {choice.set: text for choice, text in row.all("address_label")}
    found = []
    for name, address in sorted(sets.items()):
        address.country = country_code(address.country)
        if any(getattr(address, part) for part in PARTS[:4]):
            address.kind = _kind(labels.get(name, "") or name)
            found.append(address)
    return found[:AT_MOST]


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


def country_code(text: str) -> str:
    """The ISO code of a country given by its code or its name in one of our languages; empty for any other text."""
    if not text:
        return ""
    text = text.strip()
    if len(text) == 2 and text.isascii() and countries.country(text.upper()):
        return text.upper()
    return _by_name().get(fold(text), "")


@cache
def _by_name() -> dict[str, str]:
    """Folded name -> code in en, id and ru, with the names that people use instead of the proper ones."""
    known = {fold(name): code for locale in ("en", "id", "ru") for code, name in countries.choices(locale)}
    usual = {
        "usa": "US", "u.s.a.": "US", "united states of america": "US", "сша": "US", "uk": "GB", "england": "GB",
        "англия": "GB", "рф": "RU", "российская федерация": "RU", "russian federation": "RU", "белоруссия": "BY",
        "rusia": "RU", "republik indonesia": "ID", "republic of indonesia": "ID", "uae": "AE", "оаэ": "AE",
    }  # fmt: skip
    return known | usual
