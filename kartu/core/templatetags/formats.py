"""Numbers, money and dates in templates, by the locale of the person. Available in every template."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kartu.core import formats
from kartu.core.money import Money, format_money, format_short

register = template.Library()


@register.filter
def money(value: Money | Decimal | int | None, currency: str = "") -> str:
    """{{ invoice.total|money }} or {{ amount|money:"IDR" }}: "Rp 1.000"; nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, Money):
        return format_money(value.amount, value.currency)
    return format_money(value, currency)


@register.filter
def money_column(value: Money | None) -> str:
    """The bare figure for a column that names its currency in the head, always with the currency's digits."""
    if value is None or value == "":
        return ""
    rounded = value.rounded()
    return formats.format_number(rounded.amount, decimals=max(0, -rounded.amount.as_tuple().exponent))


@register.filter
def money_short(value: Money | Decimal | int | None, currency: str = "") -> str:
    """For panels: "Rp 12,4 jt". Put the full sum into the title of the element."""
    if value is None or value == "":
        return ""
    return format_short(value.amount, value.currency) if isinstance(value, Money) else format_short(value, currency)


@register.filter
def number(value: Decimal | int | None) -> str:
    return "" if value is None or value == "" else formats.format_number(value)


@register.filter
def percent(value: Decimal | int | None) -> str:
    return "" if value is None or value == "" else formats.format_percent(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """ "9 Nov 2026"."""
    return formats.format_date(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """ "9 Nov 2026, 14:30"."""
    return formats.format_datetime(value) if value else ""


@register.filter
def to_the_second(value: datetime | None) -> str:
    """ "9 Nov 2026, 14:30:07", where seconds prove something."""
    return f"{formats.format_date(value)}, {formats.format_time(value, seconds=True)}" if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """ "14:30"."""
    return formats.format_time(value) if value else ""


@register.simple_tag
def near(value: date | datetime | None) -> SafeString | str:
    """{% near task.due %}: in words while it is near, the exact moment on hover."""
    if not value:
        return ""
    locale = formats.current_locale()
    if isinstance(value, datetime):
        here = timezone.localtime(value)
        # Without its zone it counts as local: a list has many, and each look at the zone costs as much as the words.
        machine, value = here.isoformat(), here.replace(tzinfo=None)
        exact = formats.format_datetime(value, locale)
    else:
        machine, exact = value.isoformat(), formats.format_date(value, locale)
    said = escape(formats.near_date(value, locale))
    return mark_safe(f'<time datetime="{machine}" title="{escape(exact)}" data-near>{said}</time>')  # noqa: S308 - escaped
