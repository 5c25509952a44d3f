"""Columns by name, among them the keys of a JSON column, each of which is a field of its own: "custom.12".

A model names such columns in `keyed_fields`. The log, an undo and the merging of two people's edits then look at each
key by itself, and whoever changed another one is in nobody's way.
"""

from typing import Any

from django.db import models


def value_of(row: models.Model, column: str) -> Any:
    """The value of `column`; of a key that is not there None."""
    name, _dot, key = column.partition(".")
    value = getattr(row, name)
    return value.get(key) if key else value


def set_value(row: models.Model, column: str, value: Any) -> None:
    """Set `column`; None takes a key away. The dictionary that was read stays as it was."""
    name, _dot, key = column.partition(".")
    if not key:
        setattr(row, column, value)
        return
    kept = {each: old for each, old in getattr(row, name).items() if each != key}
    setattr(row, name, kept if value is None else {**kept, key: value})


def apart(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """`values` with the keys of `keyed_fields` as columns of their own: {"custom": {"5": 1}} -> {"custom.5": 1}."""
    keyed = getattr(model, "keyed_fields", frozenset()) & values.keys()
    if not keyed:
        return values
    told = {name: value for name, value in values.items() if name not in keyed}
    for name in sorted(keyed):
        told |= {f"{name}.{key}": value for key, value in (values[name] or {}).items()}
    return told
