"""Moments of the firm's working days."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, HOURS = time(8, 40), 9


class Calendar:
    """Days are counted from today, in the firm's own time zone: -1 is yesterday."""

    def __init__(self, now: datetime, zone: str, rng: random.Random) -> None:
        self.zone = ZoneInfo(zone)
        self.now = now.astimezone(self.zone).replace(second=0, microsecond=0)
        self.today: date = self.now.date()
        self.rng = rng

    def past(self, days: int) -> datetime:
        """A minute of the working day at or before day `days`, never later than now."""
        day = self.today + timedelta(days=days)
        while day.weekday() > 4 or self.at(day, OPENS) + timedelta(minutes=5) > self.now:
            day -= timedelta(days=1)
        until = min(self.at(day, OPENS) + timedelta(hours=HOURS), self.now)
        minutes = int((until - self.at(day, OPENS)).total_seconds() // 60)
        return self.at(day, OPENS) + timedelta(minutes=self.rng.randrange(minutes))

    def to_come(self, days: int) -> datetime:
        """A round minute of the working day at or after day `days`."""
        day = self.today + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return self.at(day, time(9, 0)) + timedelta(minutes=self.rng.randrange(0, 480, 15))

    def today_at(self, hour: int) -> datetime:
        return self.at(self.today, time(hour, self.rng.choice((0, 15, 30, 45))))

    def days_since(self, moment: datetime) -> int:
        return (self.today - moment.astimezone(self.zone).date()).days

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)
