"""How likely two clients are the same, and why: the one judgement of the nightly search, of forms and of pages."""

from dataclasses import dataclass
from enum import IntFlag
from functools import reduce

from django.utils.translation import gettext_lazy as _

from kartu.clients.duplicates.keys import is_mixed, same_name


class Why(IntFlag):
    TAX = 1
    PHONE = 2
    EMAIL = 4
    NAME = 8
    SOUND = 16
    SPELLING = 32
    LOOKALIKE = 64
    CITY = 128


LABELS = {
    Why.TAX: _("same tax number"),
    Why.PHONE: _("same phone"),
    Why.EMAIL: _("same e-mail"),
    Why.NAME: _("same name"),
    Why.SOUND: _("the names sound alike"),
    Why.SPELLING: _("the names differ by a letter or two"),
    Why.LOOKALIKE: _("a letter of another alphabet in the name: look closely"),
    Why.CITY: _("same city"),
}
# How sure each reason makes by itself, of 1; together they leave less doubt than each alone.
WEIGHTS = {
    Why.TAX: 0.9,
    Why.PHONE: 0.7,
    Why.EMAIL: 0.7,
    Why.NAME: 0.65,
    Why.SOUND: 0.6,
    Why.SPELLING: 0.5,
    Why.LOOKALIKE: 0.5,
    Why.CITY: 0.15,
}
NAMES = Why.NAME | Why.SOUND | Why.SPELLING | Why.LOOKALIKE
OTHER_TAX, OTHER_CITY, OTHER_KIND = 0.5, 0.75, 0.8
LEAST = 50


@dataclass(frozen=True)
class Traits:
    """What is compared of a client beside its keys."""

    name: str
    kind: str
    city: str
    tax_ids: frozenset[str]


def name_why(one: str, other: str, found: Why) -> Why:
    """`found` told more exactly: two names of one key are the same, sound alike, or only look alike."""
    if not found & Why.SOUND:
        return found
    if same_name(one, other):
        return found & ~Why.SOUND | Why.NAME
    return found & ~Why.SOUND | Why.LOOKALIKE if is_mixed(one) or is_mixed(other) else found


def judge(one: Traits, other: Traits, found: Why) -> tuple[int, Why]:
    """(score of 1 to 100, all reasons) of two clients that share the keys of `found`."""
    why = name_why(one.name, other.name, found)
    if one.city and one.city == other.city:
        why |= Why.CITY
    doubt = reduce(lambda left, reason: left * (1 - WEIGHTS[reason]), reasons_of(why), 1.0)
    sure = 1 - doubt
    if one.tax_ids and other.tax_ids and not one.tax_ids & other.tax_ids:
        sure *= OTHER_TAX
    if one.city and other.city and one.city != other.city:
        sure *= OTHER_CITY
    if one.kind != other.kind:
        sure *= OTHER_KIND
    return min(99, max(1, round(sure * 100))), why


def reasons_of(why: int) -> list[Why]:
    return [reason for reason in WEIGHTS if reason & why]


def in_words(why: int) -> list[str]:
    return [str(LABELS[reason]) for reason in reasons_of(why)]
