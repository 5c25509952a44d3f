"""Small helpers of the components."""

from collections.abc import Collection
from functools import cache

from django.template import TemplateSyntaxError
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def attrs(**pairs: object) -> SafeString:
    """HTML attributes with a leading space: `hx_get` becomes `hx-get`, `class_` `class`.

    True stands alone; None, False and "" are left out.
    """
    parts = []
    for key, value in pairs.items():
        if value is True:
            parts.append(f" {_name(key)}")
        elif value not in (None, False, ""):
            parts.append(f' {_name(key)}="{conditional_escape(value)}"')
    return mark_safe("".join(parts))  # noqa: S308 - names are the program's own, values escaped


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def one_of(attribute: str, value: str, known: Collection[str]) -> str:
    """`value`, if the component knows it for `attribute`; TemplateSyntaxError names those that it does."""
    if value not in known:
        raise TemplateSyntaxError(f"{attribute}={value!r}: one of {', '.join(map(repr, known))}")
    return value
