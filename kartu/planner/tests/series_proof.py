"""What test_series_processes.py lets processes of its own do: many series, and nights that make their tasks."""

from datetime import date, time, timedelta

from django.utils import timezone

from kartu.clients import actions as clients
from kartu.core.actors import System
from kartu.core.testing.people import person as make_person
from kartu.planner import actions
from kartu.planner.models import Series
from kartu.planner.nightly import make_all
from kartu.planner.recurrence import parse
from kartu.planner.segments import follow_segment

__all__ = ["begin", "follow", "night"]

NIGHT = System("a night of a test of kills")
RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;X-WORKDAY=-1")


def begin(series: int, clients_in_segment: int) -> None:
    """So many series whose tasks stand there up to the horizon, and one for each client of a segment."""
    person = make_person("owner")
    today = date.today()
    for number in range(series):
        rule = parse(RULES[number % len(RULES)])
        actions.start_series(title=f"Duty {number}", rule=rule, starts_on=today, at=time(10), by=person)
    for number in range(clients_in_segment):
        clients.add_client(name=f"Client {number}", by=person)
    segment = clients.add_segment(name="All", text="name is not empty", by=person)
    rule = parse("FREQ=WEEKLY")
    actions.start_series(title="Ask", rule=rule, starts_on=today, at=time(9), segment=segment, by=person)


def night(days: int) -> None:
    """The night so many days from now: as if the program had been off until then."""
    make_all(by=NIGHT, now=timezone.now() + timedelta(days=days))


def follow() -> None:
    whole = Series.objects.as_system("a test of kills").get(segment__isnull=False)
    follow_segment(whole.pk, by=NIGHT, now=timezone.now())
