"""Columns of an imported client that follow from its parts, as `derived` and `Client.derive` would make them."""

from collections.abc import Sequence
from typing import Any

from kartu.clients.duplicates.keys import key_of_company, key_of_person
from kartu.clients.imports.drafts import Draft
from kartu.clients.models import Channel, Touch

NUMBERS = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)


def match_key(draft: Draft) -> str:
    """What `Client.derive` would make of it."""
    if draft.is_company:
        return key_of_company(draft.name)
    return key_of_person(
        draft.name, draft.parts.family if draft.parts else "", draft.parts.given if draft.parts else ""
    )


def first_way(draft: Draft, kinds: Sequence[Channel.Kind]) -> str:
    """What `derived` would choose: the client's own before its people's, telephones before messengers."""
    ways = [way for way in draft.ways if way.kind in kinds]
    ways.sort(key=lambda way: (way.is_persons, kinds.index(way.kind)))
    return ways[0].value if ways else ""


def last_touch(draft: Draft) -> dict[str, Any]:
    """What `derived` would choose: the last time that somebody was spoken to."""
    spoken = [touch for touch in draft.touches if touch.kind != Touch.Kind.NOTE]
    if not spoken:
        return {}
    last = max(enumerate(spoken), key=lambda pair: (pair[1].at, pair[0]))[1]
    return {"last_touch_at": last.at, "last_touch_text": last.text[:120]}


def is_settled(draft: Draft) -> bool:
    """Whether the people of further rows cannot bring what `derived` would choose before this."""
    has_phone = any(
        way.kind == Channel.Kind.PHONE or (way.kind in NUMBERS and not way.is_persons) for way in draft.ways
    )
    return has_phone and any(way.kind == Channel.Kind.EMAIL for way in draft.ways)
