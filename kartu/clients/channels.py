"""Ways to reach a client, in their one normal spelling: numbers, addresses, messengers, sites."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kartu.clients.models import Channel
from kartu.firm import phones

Kind = Channel.Kind
HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?")


@dataclass(frozen=True)
class Way:
    """`value` as it is kept and compared, `typed` as the person wrote it."""

    value: str
    typed: str
    extension: str = ""


def read(kind: str, typed: str, country: str) -> list[Way]:
    """The ways that `typed` names; several telephone numbers may stand in one text.

    `country` (two letters) tells how a number without + is meant. Raises ValidationError.
    """
    typed = typed.strip()
    if not typed:
        raise ValidationError(_("Nothing is written here"), code="empty")
    ways = READERS[Kind(kind)](typed, country)
    if any(len(way.value) > 254 or len(way.typed) > 254 for way in ways):
        raise ValidationError(_("This is too long"), code="too_long")
    return ways


def read_numbers(typed: str, country: str) -> list[Way]:
    found = phones.parse(typed, country)
    if not found:
        raise ValidationError(_("There is no number in this"), code="phone")
    return [Way(phone.e164, phone.raw[:254], phone.ext[:20]) for phone in found]


def read_email(typed: str, country: str) -> list[Way]:
    address = typed.removeprefix("mailto:").strip()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("An e-mail looks like name@example.com"), code="email") from None
    return [Way(address.lower(), typed)]


def read_telegram(typed: str, country: str) -> list[Way]:
    return [Way(phones.parse_telegram(typed, country), typed)]


def read_site(typed: str, country: str) -> list[Way]:
    """A web address; a bare host gets https:// before it. Nothing but the web is let through."""
    address = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(address)
        fits = parts.scheme.lower() in ("http", "https") and HOST.fullmatch(parts.netloc)
    except ValueError:
        fits = None
    if not fits or any(letter.isspace() for letter in address):
        raise ValidationError(_("A web site looks like www.example.com"), code="site")
    return [Way(parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl(), typed)]


def read_other(typed: str, country: str) -> list[Way]:
    return [Way(typed, typed)]


READERS = {
    Kind.PHONE: read_numbers,
    Kind.WHATSAPP: read_numbers,
    Kind.EMAIL: read_email,
    Kind.TELEGRAM: read_telegram,
    Kind.SITE: read_site,
    Kind.OTHER: read_other,
}
