"""Texts about a client as the card shows them: phone numbers can be dialled, colleagues named with @ be looked at."""

import re
from collections.abc import Iterator, Mapping

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kartu.firm import phones
from kartu.firm.templatetags.people import link

# Beginning, end, and what is shown instead.
Piece = tuple[int, int, SafeString]


def told(text: str, country: str, people: Mapping[int, str] | None = None) -> SafeString:
    """`text` escaped, with its line breaks. `country`: whose numbers need no code; `people`: id -> name."""
    shown, end = [], 0
    for start, stop, piece in sorted([*mentions_in(text, people or {}), *numbers_in(text, country)]):
        if start >= end:
            shown += [escape(text[end:start]), piece]
            end = stop
    html = "".join([*shown, escape(text[end:])])
    return mark_safe(html.replace("\r\n", "\n").replace("\n", "<br>"))  # noqa: S308 - made of escaped parts


def numbers_in(text: str, country: str) -> Iterator[Piece]:
    for start, raw, e164 in phones.in_text(text, country):
        yield start, start + len(raw), format_html('<a class="tn" href="{}">{}</a>', phones.tel_link(e164), raw)


def mentions_in(text: str, people: Mapping[int, str]) -> Iterator[Piece]:
    """Each colleague of `people` where the text names him, by the whole name or by its first word."""
    for pk, name in people.items():
        spellings = sorted({name, name.split(" ")[0]}, key=len, reverse=True)
        for match in re.finditer(rf"(?<!\w)@(?:{'|'.join(map(re.escape, spellings))})(?!\w)", text, re.IGNORECASE):
            yield match.start(), match.end(), link(pk, format_html("{}", match[0]), "acc")
