"""Small helpers of the components."""

from collections.abc import Collection
from functools import cache

from django.template import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString


def attrs(**pairs: object) -> SafeString:
    """HTML attributes with a leading space: `hx_get` becomes `hx-get`, `class_` `class`.

    True stands alone; None, False and "" are left out.
    """
    names, values = [], [""]
    for key, value in pairs.items():
        if value is True:
            names.append(f" {_name(key)}")
        elif value not in (None, False, ""):
            names.append(f' {_name(key)}="{{}}"')
            values.append(value)
    return format_html("{}" + "".join(names), *values)


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
