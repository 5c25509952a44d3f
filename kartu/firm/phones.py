"""Phone numbers as people write them, kept in one spelling (E.164), shown as the country writes them.

A number without a country code is one of the firm's country. A number is taken when its length is possible there:
the lists of given-out ranges are always older than the newest numbers.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from kartu.core.veils import is_veiled

LONGEST = 300  # of a cell with several numbers


@dataclass(frozen=True)
class Phone:
    """One number: `e164` is what is stored, `ext` the extension, `raw` the part of the text it was read from."""

    e164: str
    ext: str = ""
    raw: str = ""

    @property
    def national(self) -> str:
        return national(self.e164)


# --- reading ---------------------------------------------------------------------------------------

_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб(?:авочный)?|вн(?:утр)?|ext(?:ension|n)?|ekst(?:ensi)?|pes|pesawat|x|#)[\s.:№]*(\d{1,7})\)?[\s.]*$",
    re.IGNORECASE,
)
_EXTENSION_AHEAD = r"(?!\s*(?:доб|вн|ext|ekst|pes|x\s*\d|#))"
_BETWEEN_NUMBERS = re.compile(
    rf"[;|\n\r]+{_EXTENSION_AHEAD}|,{_EXTENSION_AHEAD}|\s*/\s*|\s+(?:и|или|dan|atau|and|or|&)\s+", re.IGNORECASE
)
_WORDS_AROUND = re.compile(r"^[^\d+(]*(?:\([^\d+]*\)[^\d+(]*)?|(?<=[\d)])\s*[^\d)]*(?:\([^\d]*\)?)?[^\d)]*$")
_PLAIN = re.compile(r"[\d\s()+.\-–—/]+")


def parse(text: str, country: str) -> list[Phone]:
    """All numbers in `text`, each once, in their order; none in an empty text or a mere dash.

    `country` is the ISO code whose numbers need no country code. Raises ValidationError, in the person's words,
    when a part of the text is no number.
    """
    text = _ascii_digits(text).strip()
    if len(text) > LONGEST:
        raise ValidationError(_("This is too long for a phone"), code="phone")
    found: dict[tuple[str, str], Phone] = {}
    for part in _BETWEEN_NUMBERS.split(text):
        if not any(sign.isalnum() for sign in part):
            continue
        for phone in _read_part(part.strip(), country, list(found.values())):
            found.setdefault((phone.e164, phone.ext), phone)
    return list(found.values())


def parse_one(text: str, country: str) -> Phone:
    """The one number in `text`, or ValidationError."""
    phones = parse(text, country)
    if len(phones) != 1:
        raise ValidationError(_("One number here, the next one in a field of its own") if phones else _advice(country))
    return phones[0]


def _ascii_digits(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("\x00", " "))
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _read_part(part: str, country: str, before: list[Phone]) -> Iterator[Phone]:
    tail = part.strip(" .")
    if before and tail.isdigit() and len(tail) <= 3:
        # "(021) 555-1234/35": the end of a second number that begins like the first.
        yield Phone(before[-1].e164[: -len(tail)] + tail, raw=part)
        return
    number, ext = _without_extension(part)
    e164 = _e164(number, country)
    if e164:
        yield Phone(e164, ext, part)
        return
    several = _matches(number, country)
    if len(several) < 2:
        raise ValidationError(_advice(country), code="phone")
    yield from several


def _without_extension(part: str) -> tuple[str, str]:
    if match := _EXTENSION.search(part):
        return part[: match.start()], match[1]
    return part, ""


def _e164(text: str, country: str) -> str:
    """The number in `text` in its one spelling; empty when `text` is not exactly one number."""
    bare = _WORDS_AROUND.sub("", text)
    if not _PLAIN.fullmatch(bare):
        return ""
    return _quickly(bare, country) or _carefully(bare, country)


_USUAL = {
    "RU": (re.compile(r"[78]([3489]\d{9})|([349]\d{9})"), "+7"),
    "ID": (re.compile(r"0([2-7]\d{7,9})|(?:0|62)(8[1-35-9]\d{7,10})"), "+62"),
}
_NOT_DIGITS = re.compile(r"\D")


def _quickly(bare: str, country: str) -> str:
    """The usual spellings of the two countries whose lists are longest; the library takes 80 µs for each number."""
    usual = _USUAL.get(country)
    match = usual and usual[0].fullmatch(_NOT_DIGITS.sub("", bare))
    if not match or ("+" in bare and not bare.lstrip().startswith(usual[1])):
        return ""
    return usual[1] + match[match.lastindex]


def _carefully(bare: str, country: str) -> str:
    for spelling, region, must_be_given_out in _spellings(bare, country):
        try:
            number = phonenumbers.parse(spelling, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or (not must_be_given_out and _is_possible(number)):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return ""


def _spellings(bare: str, country: str) -> Iterator[tuple[str, str | None, bool]]:
    """How to read `bare`, the likeliest first: the text, its country, and whether only a given-out number will do."""
    digits = _NOT_DIGITS.sub("", bare)
    has_plus = "+" in bare
    if digits.startswith("00"):
        yield "+" + digits[2:], None, True
    if not has_plus and digits.startswith(str(phonenumbers.country_code_for_region(country))):
        yield "+" + digits, None, True
    # Ten digits that begin with 8 are a number of Kazan or one that lost its last digit: "8 912 664-07-1".
    yield bare, country, country == "RU" and len(digits) == 10 and digits.startswith("8")
    if not has_plus:
        # A foreign number whose plus got lost in a spreadsheet.
        yield "+" + digits, None, True
    elif country == "RU" and digits.startswith("8") and len(digits) == 11:
        yield digits, country, False  # "+8 912": half of one habit, half of the other


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _matches(text: str, country: str) -> list[Phone]:
    """The numbers of a text that has several of them with nothing but a space between."""
    return [
        Phone(
            phonenumbers.format_number(match.number, PhoneNumberFormat.E164),
            match.number.extension or "",
            match.raw_string,
        )
        for match in phonenumbers.PhoneNumberMatcher(text, country)
    ]


_FEWEST = 7
_HAS_NUMBER = re.compile(rf"(?:\d[^\w]{{0,3}}){{{_FEWEST},}}")


def in_text(text: str, country: str) -> Iterator[tuple[int, str, str]]:
    """(place, as written, E.164) of the numbers in a sentence. Only given-out ones: a text has dates and sums too."""
    if _HAS_NUMBER.search(text):
        for match in phonenumbers.PhoneNumberMatcher(text, country):
            yield match.start, match.raw_string, _format(match.number)


@lru_cache
def _advice_for(country: str) -> tuple[bool, int, str]:
    """Whether a number of `country` has one length, the shortest length, and an example."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if metadata is None:
        return False, 7, "+62 811-947-203"
    lengths = sorted({*(metadata.fixed_line.possible_length or ()), *(metadata.mobile.possible_length or ())})
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    return len(lengths) == 1, lengths[0] if lengths else 7, national(_format(example)) if example else ""


def _format(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _advice(country: str) -> str:
    one_length, digits, example = _advice_for(country)
    if one_length:
        return _("%(digits)s digits, like %(example)s") % {"digits": digits, "example": example}
    return _("%(digits)s digits or more, like %(example)s") % {"digits": max(digits, 7), "example": example}


# --- showing and finding -----------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parsed(e164: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(e164, None)
    except NumberParseException:
        return None


def national(e164: str) -> str:
    """As the number's own country writes it: "8 (912) 664-07-18", "0811-947-203"; a masked one stays as it is."""
    number = None if is_veiled(e164) else _parsed(e164)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else e164


def international(e164: str) -> str:
    number = None if is_veiled(e164) else _parsed(e164)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else e164


def display(e164: str, country: str, ext: str = "") -> str:
    """A number for people of `country`: their own in the national way, foreign ones with the country code."""
    if is_veiled(e164):
        return str(e164)
    shown = national(e164) if is_of(e164, country) else international(e164)
    return _("%(phone)s ext. %(ext)s") % {"phone": shown, "ext": ext} if ext else shown


def is_of(e164: str, country: str) -> bool:
    """Whether the number is one of `country`; one that is in no list yet is, if it begins with the country's code."""
    number = _parsed(e164)
    if number is None or country_of(e164) not in ("", country):
        return False
    return number.country_code == phonenumbers.country_code_for_region(country)


def country_of(e164: str) -> str:
    """The ISO code of the number's country, or empty."""
    number = _parsed(e164)
    return (phonenumbers.region_code_for_number(number) or "") if number else ""


def tel_link(e164: str, ext: str = "") -> str:
    return f"tel:{e164};ext={ext}" if ext else f"tel:{e164}"


def whatsapp_link(e164: str, text: str = "") -> str:
    return f"https://wa.me/{_NOT_DIGITS.sub('', e164)}" + (f"?text={quote(text)}" if text else "")


def telegram_link(name_or_e164: str) -> str:
    """The chat with a user name (with or without @) or with a phone."""
    return f"https://t.me/{name_or_e164.removeprefix('@')}"


_TELEGRAM = re.compile(r"(?:(?:https?://)?(?:t\.me|telegram\.me)/|@)?([A-Za-z][A-Za-z0-9_]{3,31})/?")


def parse_telegram(text: str, country: str) -> str:
    """ "@name" of a user name or a link to it, or the E.164 of a phone; ValidationError for anything else."""
    if match := _TELEGRAM.fullmatch(text.strip()):
        return f"@{match[1]}"
    try:
        return parse_one(text.replace("https://t.me/+", "+"), country).e164
    except ValidationError:
        raise ValidationError(_("A name like @budi_santoso, or a phone"), code="telegram") from None


def search_digits(e164: str) -> str:
    """The digits by which a number is found from any of its ends: with country code, and as dialled at home."""
    international_digits = _NOT_DIGITS.sub("", e164)
    home_digits = _NOT_DIGITS.sub("", _home_digits(e164))
    return " ".join(dict.fromkeys(filter(None, [international_digits, home_digits])))


def _home_digits(e164: str) -> str:
    if e164.startswith("+7") and len(e164) == 12:
        return "8" + e164[2:]
    if e164.startswith("+62"):
        return "0" + e164[3:]
    return national(e164)
