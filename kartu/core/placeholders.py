"""Texts with {names} in which something else is put. Nothing that is typed is ever evaluated."""

from collections.abc import Callable, Mapping


def filled(template: str, values: Mapping[str, str], spelled: Callable[[str], str]) -> str:
    """`template` with each {name} once replaced: what is put in is not looked through again."""
    parts, rest = [], template
    while True:
        before, brace, after = rest.partition("{")
        name, end, tail = after.partition("}")
        parts.append(before)
        if not brace:
            return "".join(parts)
        if end and name in values:
            parts.append(spelled(values[name]))
            rest = tail
        else:
            parts.append("{")
            rest = after
