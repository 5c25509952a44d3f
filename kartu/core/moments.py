"""Moments that were written down while the machine's clock was wrong.

Nothing has happened in the future, and nobody has to wait longer than the longest wait there is. A moment that says
so was noted before the clock was put back, and counts for nothing: otherwise a door would stay shut, or open, for as
long as the clock was wrong.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

# So far ahead a moment may lie and still be believed: a clock that is put right by an hour, or by a time zone, must
# show nobody out.
BELIEVED = timedelta(days=1)
# And so far what was planned a moment ago, for a clock that is held right by small steps.
STEP = timedelta(minutes=1)


def ago(moment: datetime, now: datetime | None = None) -> timedelta:
    """How long ago `moment` was; timedelta.max where it lies too far ahead to be believed: nobody knows."""
    passed = (now or timezone.now()) - moment
    return passed if passed >= -BELIEVED else timedelta.max


def left(until: datetime, longest: timedelta, now: datetime | None = None) -> timedelta:
    """How long it is to `until`, which was never planned further ahead than `longest`; zero where it is over."""
    wait = until - (now or timezone.now())
    return min(wait, longest) if timedelta() < wait <= longest + STEP else timedelta()


def latest(longest: timedelta = timedelta()) -> datetime:
    """The last moment that can be believed of something that ends, or has ended, `longest` from now at most."""
    return timezone.now() + longest + BELIEVED


def moment_told(text: str) -> datetime | None:
    """The moment that `text` names with its zone ("2031-05-06T10:00:00Z"); None for what a person types."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
