"""Channels as they are shown and pressed: a number in the reader's way of writing, with the link that uses it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from kartu.clients.models import Channel
from kartu.core.actors import Actor
from kartu.core.veils import is_veiled
from kartu.firm import phones

Kind = Channel.Kind
ICONS = {
    Kind.PHONE: "phone",
    Kind.EMAIL: "mail",
    Kind.WHATSAPP: "brand-whatsapp",
    Kind.TELEGRAM: "brand-telegram",
    Kind.SITE: "world",
    Kind.OTHER: "message",
}

# Where letters and SMS of the program go.
WRITTEN_TO = (Kind.PHONE, Kind.EMAIL, Kind.WHATSAPP)


@dataclass(frozen=True)
class Way:
    """`href` is empty where nothing can be pressed; `is_outside` opens in a window of its own. `can_reveal`: it stands
    behind a mask that the reader may lift."""

    channel: Channel
    shown: str
    href: str

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.channel.kind)]

    @property
    def takes_messages(self) -> bool:
        """Whether letters or SMS of the program can go there."""
        return self.channel.kind in WRITTEN_TO

    @property
    def is_opted_out(self) -> bool:
        """Whether no reminders are wanted there, as far as it was asked (`card.with_refusals`)."""
        return bool(getattr(self.channel, "is_opted_out", False))

    @property
    def can_reveal(self) -> bool:
        return is_veiled(self.channel.value) and self.channel.value.can_reveal

    @property
    def is_outside(self) -> bool:
        return self.href.startswith("http")


def way(channel: Channel, country: str) -> Way:
    """`channel` for a reader whose firm is in `country`."""
    return Way(channel, shown(channel, country), link(channel))


def shown(channel: Channel, country: str) -> str:
    if is_veiled(channel.value):
        return str(channel.value)
    if channel.is_number:
        return phones.display(channel.value, country, channel.extension)
    return channel.value.removeprefix("https://") if channel.kind == Kind.SITE else channel.value


def link(channel: Channel) -> str:
    """What a press on the channel opens; "" for a kind that the program does not know."""
    value = channel.value
    if is_veiled(value):
        return ""
    match channel.kind:
        case Kind.PHONE:
            return phones.tel_link(value, channel.extension)
        case Kind.EMAIL:
            return f"mailto:{value}"
        case Kind.WHATSAPP:
            return phones.whatsapp_link(value)
        case Kind.TELEGRAM:
            return phones.telegram_link(value)
        case Kind.SITE:
            return value
    return ""


@lru_cache(maxsize=4096)
def is_mobile(e164: str) -> bool:
    """Whether a number is that of a mobile phone, on which a messenger may be."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def country_of_reader(by: Actor) -> str:
    """The country of the firm, as it came with the person; "" shows all numbers with their country code."""
    return getattr(by, "firm_country", "") or ""


def title_of(part: Any) -> str:
    """What a part of a client is called where others read it who may not read its number."""
    return str(part.get_kind_display()) if isinstance(part, Channel) else str(part)
