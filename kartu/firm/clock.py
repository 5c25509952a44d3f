"""Days and clock times of a zone as moments: right where the clock is put forward or back, also at midnight."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def moment(zone: tzinfo, day: date, minute: int = 0) -> datetime:
    """The moment at which the clock of `zone` shows `minute` minutes after the midnight of `day`, in UTC.

    A time that comes twice is its first; one that is left out is the moment at which the clock jumps over it.
    """
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    found = shown.replace(tzinfo=zone).astimezone(UTC)
    return found if local(zone, found) == shown else jump(zone, shown)


def local(zone: tzinfo, at: datetime) -> datetime:
    """What the clock of `zone` shows at that moment, without the zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def minute_of(shown: time | datetime) -> int:
    """Which minute of the day a clock shows."""
    return shown.hour * 60 + shown.minute


def jump(zone: tzinfo, shown: datetime) -> datetime:
    """The moment at which the clock is put forward over `shown`."""
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def day_of(zone: tzinfo, at: datetime) -> date:
    return at.astimezone(zone).date()


def borders(zone: tzinfo, day: date) -> tuple[datetime, datetime]:
    """The first moment of `day`, and the first that is not of it any more."""
    return moment(zone, day), moment(zone, day + timedelta(1))
