"""Phones and e-mails of clients: who reads them in full, who behind a mask that is lifted one by one, and who never.

Messengers go with the phones; web sites are nobody's secret. What people have written into notes stays as it is.
"""

import re
from collections.abc import Hashable
from enum import IntEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException

from kartu.clients.rights import REVEAL_EMAILS, REVEAL_PHONES, SEE_EMAILS, SEE_PHONES
from kartu.core.actors import Actor
from kartu.core.veils import Veiled, is_veiled

PHONES, EMAILS = "phones", "emails"
DOTS = "•••"
# So many digits of a number stay hidden at least, or only its end is shown.
LEAST_HIDDEN = 4
BEGINNING, END = 3, 2
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
NUMBER = re.compile(r"\+?\(?\d(?:[\s().-]{0,3}\d){5,}")
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}")


class Sight(IntEnum):
    HIDDEN = 0
    MASKED = 1
    FULL = 2


RIGHTS = {PHONES: (SEE_PHONES, REVEAL_PHONES), EMAILS: (SEE_EMAILS, REVEAL_EMAILS)}


def sight(person: Actor, what: str) -> Sight:
    """How `person` reads PHONES or EMAILS."""
    see, reveal = RIGHTS[what]
    if person.may(see):
        return Sight.FULL
    return Sight.MASKED if person.may(reveal) else Sight.HIDDEN


def sights(person: Actor) -> Hashable:
    """All that decides what of contact details is told to `person`."""
    return sight(person, PHONES), sight(person, EMAILS)


def sees_all(person: Actor) -> bool:
    return person.may(SEE_PHONES) and person.may(SEE_EMAILS)


def what_is(value: str) -> str:
    """PHONES, EMAILS, or "" for what everybody may read: told by the value itself, however it is filed."""
    if value.startswith(("https://", "http://")):
        return ""
    return EMAILS if "@" in value[1:] else PHONES


def reads(value: str, person: Actor) -> bool:
    """Whether `person` reads a number or an address like `value` in full."""
    what = what_is(value)
    return not what or sight(person, what) is Sight.FULL


def veiled(value: str, person: Actor) -> str:
    """`value` (in its normal spelling) as `person` reads it."""
    what = what_is(value)
    if not value or not what or is_veiled(value):
        return value
    seen = sight(person, what)
    if seen is Sight.FULL:
        return value
    return Veiled(masked(value) if seen is Sight.MASKED else DOTS, value, can_reveal=seen is Sight.MASKED)


def veiled_in(text: str, person: Actor) -> str:
    """`text`, in which others may have typed numbers and addresses, as `person` reads it."""
    if not sees_all(person):
        for pattern, what in ((ADDRESS, EMAILS), (NUMBER, PHONES)):
            if sight(person, what) is not Sight.FULL:
                text = pattern.sub(lambda found: found[0] if DATE.fullmatch(found[0]) else DOTS, text)
    return text


def masked(value: str) -> str:
    """As much of a number or an address as tells it apart from its neighbours: "+62 812 ••• •• 47", "b•••@•••.com"."""
    if "@" in value[1:]:
        return f"{value[0]}{DOTS}@{DOTS}.{value.rpartition('.')[2]}"
    return masked_number(value) if value.startswith("+") else f"{value[:2] if value[:1] == '@' else value[:1]}{DOTS}"


@lru_cache(maxsize=20_000)
def masked_number(e164: str) -> str:
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return DOTS
    digits = phonenumbers.national_significant_number(number)
    if len(digits) < LEAST_HIDDEN + END:
        return DOTS
    beginning = f"{digits[:BEGINNING]} " if len(digits) >= BEGINNING + LEAST_HIDDEN + END else ""
    return f"+{number.country_code} {beginning}{DOTS} •• {digits[-END:]}"
