"""What the form of a builder holds, and what it shows."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kartu.core.expressions import Checked, ExpressionError, checked, parse, written
from kartu.records.conditions.fields import Fields
from kartu.records.conditions.texts import readable, spelt
from kartu.records.conditions.tree import BY_HAND, Group, new_line, press, sentence, tree_of, tree_of_form
from kartu.records.lists.asking import Asking


def tree_from(text: str, fields: Fields) -> Group:
    """The builder of a condition that is known to make sense; of none: one line to begin with."""
    if not text:
        return Group(parts=[new_line(fields)])
    return tree_of(checked(parse(text), fields.schema).node, fields)


def pressed(data: QueryDict, fields: Fields) -> tuple[Group, dict[str, Any]]:
    """The builder after what was pressed in it ("act"), and what it shows of a text that could not be taken over."""
    tree = tree_of_form(data, fields)
    if data.get("act") != "read":
        press(tree, data.get("act", ""), fields)
        return tree, {}
    text = data.get("whole", "")
    try:
        return tree_from(text, fields), {}
    except ExpressionError as error:
        said = _("%(what)s (at letter %(at)s)") % {"what": error.message, "at": error.at + 1}
        return tree, {"whole_error": said, "text": text}


def shown(tree: Group, asking: Asking, fields: Fields) -> tuple[dict[str, Any], Checked | None]:
    """What `_builder.html` takes besides `build_url`, and the condition; None while a line is not complete."""
    tree.prepare(tree.at, asking, fields)
    node = tree.node(fields)
    condition = understood_node(node, fields) if node is not None else None
    context = {
        "tree": tree,
        "columns": [("", list(fields.columns.values()))],
        "by_hand": BY_HAND,
        "sentence": sentence(condition.node, asking, fields) if condition else "",
        "text": readable(condition) if condition else "",
        "given": spelt(condition) if condition else "",
    }
    return context, condition


def understood_node(node: Any, fields: Fields) -> Checked | None:
    """Made of the builder's lines; None where the text of a line cannot be asked."""
    try:
        return fields.understood(written(node))
    except ExpressionError:
        return None
