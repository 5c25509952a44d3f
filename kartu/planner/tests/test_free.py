"""Empty places: found for several people, and filled."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from kartu.firm.models import Absence
from kartu.planner import actions
from kartu.planner.free import free_slots
from kartu.planner.minutes import minute
from kartu.planner.models import Participant, Task

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def at(hour: int, minutes: int = 0, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minutes)


def busy(person, start: datetime, end: datetime, **more) -> Task:
    return actions.set_task(title="Busy", start_at=start, end_at=end, by=person, **more)


def found(people, minutes: int = 60, days: int = 1) -> list[tuple[datetime, datetime]]:
    return free_slots(people, start=MONDAY, until=MONDAY + timedelta(days=days), minutes=minutes, most=4)


def test_a_time_is_found_at_which_all_work_and_nobody_has_anything(seller, colleague):
    busy(seller, at(9), at(10, 20))
    busy(colleague, at(11), at(12), is_private=True)

    assert found([seller, colleague], minutes=30)[0] == (at(10, 30), at(11))
    assert found([seller, colleague])[0] == (at(12), at(13))


@pytest.mark.parametrize("is_private", [False, True])
def test_whom_somebody_takes_along_is_busy_too(seller, colleague, head, is_private):
    busy(head, at(9), at(10), attendees=[colleague], is_private=is_private)

    assert found([colleague])[0] == (at(10), at(11))
    assert found([seller])[0] == (at(9), at(10))


def test_who_is_away_is_not_free(seller, colleague):
    Absence.objects.create(person=colleague, kind=Absence.Kind.SICK, from_at=at(0), until_at=at(0, day=1))

    assert found([seller, colleague], days=2)[0] == (at(9, day=1), at(10, day=1))


def test_what_is_done_or_longer_than_the_day_takes_no_time(seller):
    task = busy(seller, at(9), at(10))
    actions.drop_task(task=task, by=seller)

    assert found([seller])[0] == (at(9), at(10))
    assert found([seller], minutes=24 * 60) == []


def test_a_meeting_is_set_in_the_time_that_was_found(client, seller, colleague):
    client.force_login(seller)
    start = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    page = client.get(
        reverse("planner:new_task") + f"?start={minute(start)}&end={minute(start) + 60}&with={colleague.pk}"
    )
    initial = page.context["form"].initial
    sent = {
        **{"title": "Together", "kind": initial["kind"], "person": seller.pk, "attendees": [colleague.pk]},
        **{"start_at": f"{initial['start_at']:%Y-%m-%dT%H:%M}", "end_at": f"{initial['end_at']:%Y-%m-%dT%H:%M}"},
    }

    client.post(reverse("planner:new_task"), sent)

    task = Task.objects.visible_to(seller).get(title="Together")
    assert (task.kind, task.start_at, task.end_at) == ("meeting", start, start + timedelta(hours=1))
    along = Participant.objects.visible_to(seller).filter(task=task, kind="attendee")
    assert [each.person for each in along] == [colleague]


@pytest.mark.parametrize("nonsense", ["start=x&end=y", "start=9999999999999999999", "start=-5&with=,x,,"])
def test_an_address_that_says_no_moment_opens_the_form_without_one(client, seller, nonsense):
    client.force_login(seller)

    form = client.get(reverse("planner:new_task") + f"?{nonsense}").context["form"]

    assert not form.initial.keys() & {"start_at", "end_at", "attendees"}


def test_the_page_finds_and_leads_to_the_new_task(client, seller, colleague):
    client.force_login(seller)
    query = f"?people={seller.pk}&people={colleague.pk}&minutes=60&day=2027-03-01"

    page = client.get(reverse("planner:free") + query)

    assert page.context["slots"]
    assert f"with={colleague.pk}" in page.context["slots"][0]["url"]
    assert client.get(reverse("planner:free") + "?people=999999").status_code == 422
