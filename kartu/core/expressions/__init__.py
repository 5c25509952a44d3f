"""Conditions and formulas that people write: one small language, read here, evaluated in Python or as SQL.

    expression = checked(parse('city = "Bandung" and calls.count(90) < 2'), schema)
    evaluate(expression, {"city": "bandung", "calls": {"count": {90: 1}}}, Asked(...))     # in Python
    as_condition(expression, Asked(...))                                                  # a Q for a queryset

What the words mean is written in docs/expressions.md. Nothing that a person writes is ever Python, a template or SQL
text: it is parsed into the nodes of `nodes.py`, and only these are walked. What a name may be is the `Schema`'s affair.
"""

from kartu.core.expressions.checking import Checked, checked
from kartu.core.expressions.errors import ExpressionError
from kartu.core.expressions.evaluating import Asked, evaluate
from kartu.core.expressions.parser import parse
from kartu.core.expressions.schema import Field, Kind, Schema, Type
from kartu.core.expressions.sql import as_condition, as_value
from kartu.core.expressions.writing import written

__all__ = [
    "Asked",
    "Checked",
    "ExpressionError",
    "Field",
    "Kind",
    "Schema",
    "Type",
    "as_condition",
    "as_value",
    "checked",
    "evaluate",
    "parse",
    "written",
]
