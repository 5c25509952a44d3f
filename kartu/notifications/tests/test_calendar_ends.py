"""Whoever may say which days are off hears once that the calendar of the country ends."""

from datetime import timedelta

from kartu.core.actors import System
from kartu.firm import calendars
from kartu.firm.actions.hours import choose_calendar
from kartu.firm.jobs import tell_of_the_calendar
from kartu.notifications.models import Notification

US = System("a test")


def test_owners_are_told_once_when_the_calendar_ends_soon(owner, seller, head, monkeypatch):
    choose_calendar(calendar="ID", by=US)
    monkeypatch.setattr(calendars, "SOON", timedelta(0))
    assert tell_of_the_calendar.func(by=US) == 0
    monkeypatch.setattr(calendars, "SOON", timedelta(days=1000))

    assert (tell_of_the_calendar.func(by=US), tell_of_the_calendar.func(by=US)) == (1, 1)

    told = Notification.objects.as_system("a test").filter(kind="firm.calendar_ends")
    assert [(notice.person, notice.url) for notice in told] == [(owner, "/production-calendar/")]


def test_control_a_firm_without_a_calendar_is_told_nothing(owner, monkeypatch):
    choose_calendar(calendar="-", by=US)
    monkeypatch.setattr(calendars, "SOON", timedelta(days=1000))

    assert tell_of_the_calendar.func(by=US) == 0
    assert not Notification.objects.as_system("a test").exists()
