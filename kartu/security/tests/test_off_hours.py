"""Night work is what lies outside of a person's own working time, where the firm has set it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from kartu.core.actors import System
from kartu.firm.actions.hours import keep_working_time
from kartu.firm.models import WorkingTime
from kartu.security.alerts.off_hours import OffHours
from kartu.security.models.alert import AlertSettings

ZONE = ZoneInfo("Asia/Jakarta")


def is_off(person, day: int, hour: int) -> bool:
    local = datetime(2026, 6, day, hour, 30, tzinfo=ZONE)
    return OffHours(AlertSettings(), [person.pk], [local]).hold(person.pk, local)


def test_a_night_shift_is_no_night_work_and_its_day_is(seller, stranger):
    seller.time_zone = "Asia/Jakarta"
    seller.save()
    nights = WorkingTime(person=seller, from_day=date(2026, 6, 1), days=[[[22 * 60, 30 * 60]]] * 5 + [[], []])
    keep_working_time(time=nights, by=System("a test"))

    told = {hour: (is_off(seller, 4, hour), is_off(stranger, 4, hour)) for hour in (3, 7, 9, 12, 20, 21, 23)}

    assert told == {
        3: (False, True), 7: (False, False), 9: (True, False), 12: (True, False), 20: (False, False),
        21: (False, True), 23: (False, True),
    }  # fmt: skip


def test_until_the_firm_has_set_it_the_limits_say_what_night_is(seller, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert is_off(seller, 2, 3)
    assert not is_off(seller, 2, 12)
