"""Values of the firm's own fields on their way into a record."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape
from kartu.records.custom.types.formulas import worked_out
from kartu.security.actions import Refused


def checked(
    shapes: Iterable[FieldShape],
    values: dict[str, Any],
    by: Actor,
    *,
    is_new: bool = False,
    record: Any = None,
    is_shown: Callable[[FieldShape, dict[str, Any]], bool] = lambda shape, found: True,
) -> dict[str, Any]:
    """`values` ("custom.5" -> kept value) as their types keep them.

    `shapes`: the fields that `by` sees; `record`: what they are written into, None where it is new. Refused for any
    other one and for one that `by` may not change;
    ValidationError, by those names, for a formula, what a type does not take and for a required field that is emptied
    (`is_new`: or left out), unless the record with what was `found` does not show it.
    """
    known = {shape.column: shape for shape in shapes}
    found, wrong = {}, {}
    for column, value in values.items():
        if column in known and known[column].type.is_worked_out:
            wrong[column] = [worked_out(known[column])]
            continue
        if column not in known or not known[column].may_change(by):
            raise Refused(f"change of {column[:40]}")
        try:
            found[column] = known[column].type.checked(value, known[column])
            known[column].type.check_reach(found[column], known[column], by, record)
        except ValidationError as error:
            wrong[column] = error.messages
    for column, shape in known.items():
        is_left = is_new and shape.may_change(by) and column not in values
        if not shape.is_required or column in wrong or not (is_left or found.get(column, "") is None):
            continue
        if not shape.is_conditional or is_shown(shape, found):
            wrong[column] = [_("“%(name)s” must be filled in") % {"name": shape.name}]
    if wrong:
        raise ValidationError(wrong)
    return found
