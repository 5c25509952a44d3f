"""One switch, the absence: queue, reminders and series of whoever is away go to his deputy, and come back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from kartu.core.testing import run_jobs
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import cancel_absence, set_absence
from kartu.firm.models import Absence, User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Task
from kartu.planner.queue.day import Queue
from kartu.planner.tests.conftest import seen
from kartu.planner.tests.test_series import night, start, tasks
from kartu.security.models import AuditRow


def away(person: User, *deputies: User) -> Absence:
    today = timezone.localdate()
    absence = set_days(Absence(person=person), today, today + timedelta(days=3))
    return set_absence(absence=absence, deputies=deputies, by=User.objects.get(role__code="owner"))


def queued(person: User) -> list[tuple[str, str]]:
    return [(item.title, item.instead_of) for item in Queue(User.objects.get(pk=person.pk)).items]


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


class Clock:
    now = timezone.now()


@pytest.fixture
def clock(monkeypatch, owner, seller, colleague, sinar) -> type[Clock]:
    """A clock that a test may put forward; it begins at noon of a day."""
    Clock.now = timezone.now().replace(hour=5, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


def call(sinar, seller, clock) -> Task:
    due = clock.now + timedelta(minutes=10)
    return actions.set_task(title="The offer", kind="call", client=sinar, due_at=due, by=seller)


def ring(clock) -> None:
    clock.now += timedelta(minutes=10)
    with transaction.atomic():
        remind(clock.now)
    run_jobs()


def told(person: User) -> list[tuple[str, str]]:
    rows = Notification.objects.visible_to(person).filter(kind="planner.reminder").order_by("pk")
    return [(notice.title, notice.text) for notice in rows]


def test_queue_reminders_and_series_go_by_the_one_switch(clock, owner, seller, colleague, sinar):
    task = call(sinar, seller, clock)
    series = start(seller, days=1)
    absence = away(seller, colleague)
    night()
    ring(clock)

    assert told(colleague) == [(f"Call {sinar.name}", "You stand in for Sari · The offer")]
    assert ("The offer", "Sari") in queued(colleague)
    assert queued(seller) == []
    assert {(each.person, each.instead_of) for each in tasks(series)[:2]} == {(colleague, seller)}

    deputy = User.objects.get(pk=colleague.pk)
    actions.finish_task(task=seen(task, deputy), result="Spoke", by=deputy)
    done = AuditRow.objects.filter(object_type="planner.task", object_id=task.pk, actor_id=deputy.pk).latest("pk")
    assert done.payload.values["for"] == seller.pk

    cancel_absence(absence=absence, by=owner)
    night()
    assert queued(colleague) == []
    assert {each.person for each in tasks(series)} == {seller}


def test_control_without_an_absence_nothing_goes_to_anybody_else(clock, seller, colleague, sinar):
    call(sinar, seller, clock)
    ring(clock)

    assert (told(colleague), queued(colleague)) == ([], [])
    assert [title for title, _of in queued(seller)] == ["The offer"]


def test_an_absence_without_a_deputy_says_so_and_how_much_waits(owner, seller, colleague):
    day = timezone.localdate() + timedelta(days=2)
    actions.set_task(title="In it", due_on=day, by=seller)
    actions.set_task(title="Behind it", due_on=day + timedelta(days=9), by=seller)
    done = actions.set_task(title="Done", due_on=day, by=seller)
    actions.finish_task(task=seen(done, seller), result="Done", by=seller)
    form = {"kind": "leave", "from_day": day.isoformat(), "until_day": (day + timedelta(days=3)).isoformat()}
    browser = signed_in(seller)

    browser.post("/absences/new/", form)

    words = "nobody stands in, 1 task falls into it"
    assert words in browser.session["toasts"][-1]["text"]
    page = browser.get(f"/people/{seller.pk}/").content.decode()
    assert words in page
    assert words in browser.get("/me/").content.decode()
    absence = Absence.objects.get()
    browser.post(f"/absences/{absence.pk}/", {**form, "deputies": [colleague.pk]})
    assert "nobody stands in" not in browser.get(f"/people/{seller.pk}/").content.decode()


def test_more_absences_without_deputies_ask_no_more(owner, django_assert_max_num_queries):
    browser = signed_in(owner)
    away(owner)
    browser.get("/absences/")
    with django_assert_max_num_queries(60) as few:
        browser.get("/absences/")
    for number in range(6):
        person = make_person(f"P{number}", "seller")
        actions.set_task(title="In it", due_on=timezone.localdate(), by=person)
        away(person)

    with django_assert_max_num_queries(len(few)):
        assert browser.get("/absences/").status_code == 200
