"""The builder: groups and lines as its form holds them, as a condition, and as a sentence.

A control is called by what it says and where it stands: `g` (how a group joins), `k` (field), `d` (days), `o` (how),
`v` (values), `t` (written by hand), each with the place of its group or line: "r" is the whole, "r_0" its first part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from babel.numbers import get_decimal_symbol
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kartu.core.expressions import ExpressionError, checked, written
from kartu.core.expressions.nodes import And, Node, Not, Or
from kartu.core.formats import current_locale, number_locale
from kartu.records.conditions.fields import Fields
from kartu.records.conditions.lines import draft_of, node_of
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.conditions import Condition
from kartu.records.lists.drafts import Draft

ROOT = "r"
ALL, ANY, NONE = "all", "any", "none"
BY_HAND = "="
DEEPEST = 4
MOST_LINES = 30
MOST_PARTS = 15
LONGEST_TEXT = 1000


@dataclass
class Line:
    """One comparison, or (`draft` None) a condition that is written by hand in `text`."""

    draft: Draft | None
    days: str = ""
    text: str = ""
    error: str = ""
    at: str = ""
    takes_days: bool = False
    options: list = field(default_factory=list)

    is_group = False

    def node(self, fields: Fields) -> Node | None:
        """What it says; None, with an error where there is something to say, while it is not complete."""
        self.error = ""
        try:
            return fields.understood(self.text).node if self.draft is None else self._compared(fields)
        except BadQuestion:
            return None
        except ExpressionError as wrong:
            place = _(" (at letter %(at)s)") % {"at": wrong.at + 1} if self.draft is None else ""
            self.error = f"{wrong.message}{place}" if self.draft or self.text.strip() else ""
        except ValueError as wrong:
            self.error = str(wrong) if any(self.draft.typed) else ""
        return None

    def _compared(self, fields: Fields) -> Node:
        days = self.days.strip() if fields.takes_days(self.draft.column.key) else ""
        if days and (not days.isdecimal() or not 0 < int(days) <= 36_600):
            raise ValueError(_("Write a whole number of days, like 90"))
        condition = self.draft.condition({self.draft.column.key: self.draft.column})
        return checked(node_of(condition, int(days) if days else None, fields), fields.schema).node

    def prepare(self, at: str, asking: Asking, fields: Fields) -> None:
        self.at = at
        if self.draft is not None:
            self.takes_days = fields.takes_days(self.draft.column.key)
            self.options = self.draft.options(asking) if self.draft.input in ("choice", "pick") else []


@dataclass
class Group:
    """Lines and groups, of which all, any or none must hold."""

    joint: str = ALL
    parts: list["Group | Line"] = field(default_factory=list)
    at: str = ROOT

    is_group = True

    @property
    def is_root(self) -> bool:
        return self.at == ROOT

    @property
    def may_nest(self) -> bool:
        return self.at.count("_") < DEEPEST - 1

    @cached_property
    def joints(self) -> list[tuple[str, str]]:
        return [(ALL, _("all of these")), (ANY, _("at least one of these")), (NONE, _("none of these"))]

    @property
    def word(self) -> str:
        """What stands before every part but the first."""
        return _("and") if self.joint == ALL else _("or")

    def lines(self) -> Iterator[Line]:
        for part in self.parts:
            yield from part.lines() if isinstance(part, Group) else (part,)

    def node(self, fields: Fields) -> Node | None:
        """The condition; None while a line is not complete, or there is none."""
        nodes = [part.node(fields) for part in self.parts]
        if not nodes or None in nodes:
            return None
        joined = nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if self.joint == ALL else Or(tuple(nodes))
        return Not(joined) if self.joint == NONE else joined

    def prepare(self, at: str, asking: Asking, fields: Fields) -> None:
        self.at = at
        for number, part in enumerate(self.parts):
            part.prepare(f"{at}_{number}", asking, fields)


# --- from a condition ----------------------------------------------------------------------------------------------


def tree_of(node: Node, fields: Fields) -> Group:
    """The groups and lines that say `node`."""
    made = part_of(node, fields, 1)
    return made if isinstance(made, Group) else Group(parts=[made])


def part_of(node: Node, fields: Fields, depth: int) -> Group | Line:
    if found := draft_of(node, fields):
        draft, days = found
        if draft.input in ("number", "numbers"):
            draft.typed = [
                text.replace(".", get_decimal_symbol(number_locale(current_locale()))) for text in draft.typed
            ]
        return Line(draft, days="" if days is None else str(days))
    joint, parts = joined(node)
    if not parts or depth > DEEPEST or len(parts) > MOST_PARTS:
        return Line(None, text=written(node))
    return Group(joint, [part_of(part, fields, depth + 1) for part in parts])


def joined(node: Node) -> tuple[str, tuple[Node, ...]]:
    match node:
        case And(parts):
            return ALL, parts
        case Or(parts):
            return ANY, parts
        case Not(Or(parts)):
            return NONE, parts
        case Not(And() as part) | Not(Not() as part):
            return NONE, (part,)
    return ALL, ()


# --- from a form ---------------------------------------------------------------------------------------------------


def tree_of_form(data: QueryDict, fields: Fields) -> Group:
    """What the form holds; BadQuestion for what it never offered."""
    tree = group_of(data, ROOT, fields)
    if len(list(tree.lines())) > MOST_LINES:
        raise BadQuestion("Too many conditions")
    return tree


def group_of(data: QueryDict, at: str, fields: Fields) -> Group:
    if at.count("_") >= DEEPEST:
        raise BadQuestion("The groups go too deep")
    joint = data.get(f"g{at}", ALL)
    if joint not in (ALL, ANY, NONE):
        raise BadQuestion("There is no such way to join")
    places = [f"{at}_{number}" for number in range(MOST_PARTS)]
    parts = [part for place in places if (part := part_of_form(data, place, fields))]
    return Group(joint, parts, at)


def part_of_form(data: QueryDict, at: str, fields: Fields) -> Group | Line | None:
    if f"g{at}" in data:
        return group_of(data, at, fields)
    key = data.get(f"k{at}")
    if key is None:
        return None
    if key == BY_HAND:
        return Line(None, text=data.get(f"t{at}", "")[:LONGEST_TEXT], at=at)
    column = fields.column(key)
    if column is None:
        raise BadQuestion("The list has no such filter")
    code = data.get(f"o{at}", "")
    if code not in column.kind.operations:
        code = first_operation(column.kind.operations)
    draft = Draft(column, code, [text[:200] for text in data.getlist(f"v{at}")])
    return Line(draft, days=data.get(f"d{at}", "")[:6], at=at, takes_days=fields.takes_days(key))


def first_operation(operations: tuple[str, ...]) -> str:
    """What a line begins with: numbers by "more than", days by how long ago."""
    return next((code for code in ("more", "older") if code in operations), operations[0])


def new_line(fields: Fields) -> Line:
    key, typed = fields.begins
    column = fields.columns[key] if key else next(iter(fields.columns.values()))
    return Line(Draft(column, first_operation(column.kind.operations), [typed] if typed else []))


def press(tree: Group, act: str, fields: Fields) -> None:
    """Do what was pressed: add-PLACE (a line), group-PLACE (a group with a line) or drop-PLACE."""
    what, _dash, place = act.partition("-")
    if what == "drop":
        drop(tree, place)
        return
    group = find(tree, place)
    if group is None or len(group.parts) >= MOST_PARTS or len(list(tree.lines())) >= MOST_LINES:
        return
    if what == "add":
        group.parts.append(new_line(fields))
    elif what == "group" and group.may_nest:
        group.parts.append(Group(ANY if group.joint == ALL else ALL, [new_line(fields)]))


def find(tree: Group, place: str) -> Group | None:
    if tree.at == place:
        return tree
    groups = (part for part in tree.parts if isinstance(part, Group))
    return next((found for group in groups if (found := find(group, place))), None)


def drop(tree: Group, place: str) -> None:
    tree.parts = [part for part in tree.parts if part.at != place]
    for part in tree.parts:
        if isinstance(part, Group):
            drop(part, place)


# --- in words ------------------------------------------------------------------------------------------------------


def sentence(node: Node, asking: Asking, fields: Fields) -> str:
    """The condition in words: "Last touch more than 90 days ago and (Calls is 0 or City is Bandung)"."""
    return said(node, asking, fields, is_whole=True)


def said(node: Node, asking: Asking, fields: Fields, *, is_whole: bool = False) -> str:
    if found := draft_of(node, fields):
        draft, days = found
        column = fields.column(draft.column.key, days)
        if draft.code == "yes":
            return str(column.label)
        condition = Condition.of(column.key, draft.code, tuple(draft.typed), {column.key: draft.column})
        return f"{column.label} {condition.said(asking)}"
    joint, parts = joined(node)
    if not parts:
        return written(node)
    words = [said(part, asking, fields) for part in parts]
    if joint == NONE:
        return _("none of: %(parts)s") % {"parts": "; ".join(words)}
    text = f" {_('and') if joint == ALL else _('or')} ".join(words)
    return text if is_whole else f"({text})"
