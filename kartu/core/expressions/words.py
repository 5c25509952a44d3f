"""The words of an expression: numbers, quoted texts, days, names and signs, each with its place."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kartu.core.expressions.errors import ExpressionError

LONGEST = 4000

_WORD = re.compile(
    r"""\s*(?:
      (?P<day>\d{4}-\d\d-\d\d(?!\w))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<text>"(?:[^"\\]|\\.)*" | “[^”]*” | «[^»]*» | „[^“”]*[“”])
    | (?P<ref>\#\d{1,18}(?!\w))
    | (?P<label>\[[^\[\]\n]{1,200}\])
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<sign><=|>=|!=|<>|≠|≤|≥|[=<>+\-*/(),−×])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
# What a word processor makes of signs.
_SAME = {"<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "−": "-", "×": "*"}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Word:
    kind: str
    text: str
    at: int


def words_of(text: str) -> list[Word]:
    if len(text) > LONGEST:
        raise ExpressionError(_("This is too long: at most %(count)s letters") % {"count": LONGEST}, LONGEST)
    if unfit := _UNFIT.search(text):
        raise ExpressionError(_("There is a sign here that nobody can read"), unfit.start())
    words, at = [], 0
    while not words or words[-1].kind != "end":
        match = _WORD.match(text, at)
        if match is None:
            raise wrong_sign(text, at)
        word = match[match.lastgroup]
        words.append(Word(match.lastgroup, _SAME.get(word, word), match.start(match.lastgroup)))
        at = match.end()
    return words


def wrong_sign(text: str, at: int) -> ExpressionError:
    at += len(text[at:]) - len(text[at:].lstrip())
    if text[at] in '"“«„':
        return ExpressionError(_("This text has no closing quote"), at)
    if text[at] == "[":
        return ExpressionError(_("This name has no closing bracket"), at)
    return ExpressionError(_("“%(sign)s” means nothing here") % {"sign": text[at]}, at)
