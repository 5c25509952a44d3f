"""Reading an expression: letters to words, words to nodes. Tolerant in spelling, exact about what is wrong and where.

condition  = and {"or" and}          and  = not {"and" not}         not = ["not"] comparison
comparison = sum [("=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "starts" ["with"]) sum
           | ["not"] "in" "(" sum {"," sum} ")" | "in" ("last" | "next") days | "older" "than" days
           | "between" sum "and" sum | "is" ["not"] "empty"]
sum        = product {("+" | "-") product}       product = unary {("*" | "/") unary}
unary      = ["-"] (number ["days"] | "text" | 2026-11-28 | #17 | today | me | yes | no | name | [label] | call
               | "(" condition ")")
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kartu.core.expressions.errors import ExpressionError
from kartu.core.expressions.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Duration,
    In,
    IsEmpty,
    Literal,
    Me,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Ref,
    Today,
    Within,
)
from kartu.core.expressions.words import Word, words_of

DEEPEST = 20
MOST_NODES = 400
MOST_VALUES = 200
MOST_DAYS = 36_600

FUNCTIONS = {
    "days_since": 1, "days_until": 1, "year": 1, "month": 1, "day": 1, "abs": 1, "round": 1, "first": 2, "if": 3,
}  # fmt: skip

_COMPARED = ("=", "!=", "<=", ">=", "<", ">")


def parse(text: str) -> Node:
    """The expression that `text` spells; ExpressionError for anything else."""
    return Parser(text).whole()


class Parser:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)
        self.number = 0
        self.depth = 0
        self.nodes = 0

    @property
    def word(self) -> Word:
        return self.words[self.number]

    def whole(self) -> Node:
        node = self.condition()
        if self.word.kind != "end":
            raise self.unexpected()
        return node

    def unexpected(self) -> ExpressionError:
        if self.word.kind == "end":
            return ExpressionError(_("Something is missing at the end"), self.word.at)
        return ExpressionError(_("“%(word)s” is not expected here") % {"word": self.word.text}, self.word.at)

    def made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ExpressionError(_("This is too much for one condition. Make two of it."), node.at)
        return node

    def take(self, *texts: str) -> Word | None:
        """The word in hand, if it is one of `texts` (small letters) and no quoted text; goes on to the next."""
        word = self.word
        if word.kind in ("name", "sign") and word.text.lower() in texts:
            self.number += 1
            return word
        return None

    def need(self, *texts: str) -> Word:
        word = self.take(*texts)
        if word is None:
            if self.word.kind == "end":
                missing = _("“%(word)s” is missing at the end") % {"word": texts[0]}
                raise ExpressionError(missing, self.word.at)
            told = _("“%(word)s” is expected here, not “%(other)s”") % {"word": texts[0], "other": self.word.text}
            raise ExpressionError(told, self.word.at)
        return word

    def next_is(self, *texts: str) -> bool:
        following = self.words[self.number + 1 :][:1]
        return bool(following) and following[0].kind != "text" and following[0].text.lower() in texts

    # --- conditions -------------------------------------------------------------------------------------------------

    def condition(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The brackets go too deep: at most %(count)s") % {"count": DEEPEST}, self.word.at)
        node = self.chain("or", lambda: self.chain("and", self.negation, And), Or)
        self.depth -= 1
        return node

    def chain(self, joint: str, part: Callable[[], Node], kind: type[And] | type[Or]) -> Node:
        first = part()
        parts = [first]
        while self.take(joint):
            parts.append(part())
        return self.made(kind(tuple(parts), at=first.at)) if len(parts) > 1 else first

    def negation(self) -> Node:
        word = self.take("not")
        if word is None:
            return self.comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The brackets go too deep: at most %(count)s") % {"count": DEEPEST}, word.at)
        node = self.made(Not(self.negation(), at=word.at))
        self.depth -= 1
        return node

    def comparison(self) -> Node:
        left = self.sum()
        if sign := self.take(*_COMPARED, "contains"):
            return self.made(Compare(sign.text.lower(), left, self.sum(), at=left.at))
        if self.take("starts"):
            self.take("with")
            return self.made(Compare("starts", left, self.sum(), at=left.at))
        if self.take("between"):
            low = self.sum()
            self.need("and")
            ends = (Compare(">=", left, low, at=left.at), Compare("<=", left, self.sum(), at=left.at))
            return self.made(And(ends, at=left.at))
        if self.take("is"):
            turned = self.take("not")
            self.need("empty")
            node = self.made(IsEmpty(left, at=left.at))
            return Not(node, at=left.at) if turned else node
        if self.take("older"):
            self.need("than")
            return self.within(left, "older")
        turned = self.take("not") if self.next_is("in") else None
        if self.take("in"):
            node = self.one_of(left)
            return Not(node, at=left.at) if turned else node
        return left

    def one_of(self, left: Node) -> Node:
        if how := self.take("last", "next"):
            return self.within(left, how.text.lower())
        self.need("(")
        values = [self.sum()]
        while self.take(","):
            values.append(self.sum())
        self.need(")")
        if len(values) > MOST_VALUES:
            raise ExpressionError(_("Too many values: at most %(count)s") % {"count": MOST_VALUES}, values[-1].at)
        return self.made(In(left, tuple(values), at=left.at))

    def within(self, left: Node, how: str) -> Node:
        days = self.whole_number()
        self.need("days", "day")
        return self.made(Within(left, how, days, at=left.at))

    def whole_number(self) -> int:
        word = self.word
        if word.kind != "number" or "." in word.text or int(word.text) > MOST_DAYS:
            told = _("A whole number of days is expected here, at most %(count)s") % {"count": MOST_DAYS}
            raise ExpressionError(told, word.at)
        self.number += 1
        return int(word.text)

    # --- values -----------------------------------------------------------------------------------------------------

    def sum(self) -> Node:
        return self.operated(("+", "-"), lambda: self.operated(("*", "/"), self.unary))

    def operated(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node, count = part(), 0
        while sign := self.take(*signs):
            count += 1
            if count > DEEPEST:
                raise ExpressionError(_("This is too much for one condition. Make two of it."), sign.at)
            node = self.made(Arithmetic(sign.text, node, part(), at=node.at))
        return node

    def unary(self) -> Node:
        if sign := self.take("-"):
            return self.made(Negative(self.primary(), at=sign.at))
        return self.primary()

    def primary(self) -> Node:
        word = self.word
        if self.take("("):
            node = self.condition()
            self.need(")")
            return node
        readers = {"number": self.amount, "text": self.text, "day": self.day, "ref": self.ref, "name": self.name}
        reader = (readers | {"label": self.label}).get(word.kind)
        if reader is None or (word.kind == "name" and word.text.lower() in KEYWORDS):
            raise self.unexpected()
        self.number += 1
        return self.made(reader(word))

    def amount(self, word: Word) -> Node:
        if self.take("days", "day"):
            self.number -= 2
            days = self.whole_number()
            self.number += 1
            return Duration(days, at=word.at)
        whole, _dot, rest = word.text.partition(".")
        if len(whole) > 12 or len(rest) > 6:
            raise ExpressionError(_("A number has at most 12 digits, and 6 behind the point"), word.at)
        return Literal(Decimal(word.text), at=word.at)

    def text(self, word: Word) -> Node:
        inside = word.text[1:-1]
        return Literal(re.sub(r"\\(.)", r"\1", inside) if word.text[0] == '"' else inside, at=word.at)

    def day(self, word: Word) -> Node:
        try:
            return Literal(date.fromisoformat(word.text), at=word.at)
        except ValueError:
            raise ExpressionError(_("There is no such day"), word.at) from None

    def ref(self, word: Word) -> Node:
        return Ref(int(word.text[1:]), at=word.at)

    def name(self, word: Word) -> Node:
        low = word.text.lower()
        if low in ("yes", "no"):
            return Literal(low == "yes", at=word.at)
        if low in ("today", "me"):
            return Today(at=word.at) if low == "today" else Me(at=word.at)
        if low in FUNCTIONS and self.take("("):
            return self.call(low, word)
        if self.take("("):
            days = self.whole_number()
            self.take("days", "day")
            self.need(")")
            return Name(word.text, days, at=word.at)
        return Name(word.text, at=word.at)

    def label(self, word: Word) -> Node:
        return Name(" ".join(word.text[1:-1].split()), is_label=True, at=word.at)

    def call(self, name: str, word: Word) -> Node:
        arguments = [self.condition()]
        while self.take(","):
            arguments.append(self.condition())
        self.need(")")
        if len(arguments) != FUNCTIONS[name]:
            told = _("%(name)s takes %(count)s values") % {"name": name, "count": FUNCTIONS[name]}
            raise ExpressionError(told, word.at)
        return Call(name, tuple(arguments), at=word.at)


KEYWORDS = {"and", "or", "not", "in", "is", "empty", "between", "contains", "starts", "with", "older", "than"}
