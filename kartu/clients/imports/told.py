"""Notes that tell what happened when: each line that begins with a day is a touch of that day."""

import re
from datetime import datetime

from django.utils import timezone

from kartu.clients.imports.drafts import DraftTouch
from kartu.clients.models import Touch
from kartu.core.text import fold
from kartu.records.imports.values import DateOrder, parse_moment

BEGINS_WITH_A_DAY = re.compile(
    r"(?m)^[\s*•–-]*(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2}))(?:,?\s+(\d{1,2}:\d{2}))?"
    r"(?:\s*г\.)?(?:\s*[:–—-]+\s*|\s+)(?=\S)"
)
OLDEST = 1990
# What a line begins with when somebody was spoken to.
SPOKEN = {
    Touch.Kind.CALL: r"""
        called|call|phoned|rang|звонок|звонил\w*|созвон\w*|позвонил\w*|telepon|telp|ditelepon|menelepon
    """,
    Touch.Kind.MEETING: r"""
        meeting|met|visit\w*|встреча|встретил\w*|встречались|визит|bertemu|rapat|pertemuan|kunjungan
    """,
    Touch.Kind.MESSAGE: r"""
        wrote|mail\w*|e-mail\w*|email\w*|письмо|написал\w*|отправил\w*|surat|kirim\w*|dikirim|wa
    """,
}
SPOKEN_WORDS = [(kind, re.compile(rf"(?:{words})\b", re.VERBOSE)) for kind, words in SPOKEN.items()]


def read_touches(text: str, order: DateOrder) -> tuple[str, list[DraftTouch]]:
    """(what is told of no day, the touches); a day to come, or one that is none, is left where it stands."""
    begins = [match for match in BEGINS_WITH_A_DAY.finditer(text) if _day_of(match, order)]
    if not begins:
        return text, []
    ends = [*(match.start() for match in begins[1:]), len(text)]
    touches = [
        DraftTouch(_day_of(match, order), kind_of(told), told)
        for match, end in zip(begins, ends, strict=True)
        if (told := text[match.end() : end].strip())
    ]
    return text[: begins[0].start()].strip(), touches


def _day_of(match: re.Match[str], order: DateOrder) -> datetime | None:
    moment = parse_moment(" ".join(filter(None, match.groups())), order)
    if moment is None or moment.year < OLDEST:
        return None
    # Noon, where the note says no hour: that day in every zone nearby.
    moment = timezone.make_aware(moment if match[2] else moment.replace(hour=12))
    return moment if moment <= timezone.now() else None


def kind_of(told: str) -> Touch.Kind:
    words = fold(told)
    return next((kind for kind, spoken in SPOKEN_WORDS if spoken.match(words)), Touch.Kind.NOTE)
