"""Reminders of tasks that nobody has answered: over with the task, insisting where it matters, private."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.notifications import minute
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Task
from kartu.planner.tests.conftest import in_hours, seen

KIND = "planner.reminder"


def due(by: User, **more) -> Task:
    """A task of `by` of which he has just been reminded."""
    task = actions.set_task(title="Call the bank", due_at=in_hours(1), by=by, **more)
    with transaction.atomic():
        remind(in_hours(1) + timedelta(seconds=1))
    # Its moment is there.
    from_now = timezone.now() - timedelta(seconds=5)
    reminders = task.reminders.model.objects.as_system("a test").filter(task=task)
    reminders.update(at=from_now)
    run_jobs()
    return task


def ring(person: User) -> Notification:
    return Notification.objects.visible_to(person).filter(kind=KIND).latest("pk")


@pytest.mark.parametrize(
    "act",
    [
        lambda task, by, _other: actions.finish_task(task=task, result="Called", by=by),
        lambda task, by, _other: actions.drop_task(task=task, by=by),
        lambda task, by, _other: actions.change_task(task=task, values={"due_at": in_hours(9)}, by=by),
        lambda task, by, other: actions.assign_task(task=task, to=other, by=by),
        lambda task, _by, _other: actions.trash_task(task=task, by=User.objects.get(role__code="owner")),
    ],
    ids=["finished", "dropped", "moved", "handed over", "trashed"],
)
def test_a_reminder_that_nobody_answered_rings_no_more_when_the_task_is_settled(act, owner, seller, colleague):
    task = due(seller, needs_ack=True)
    assert ring(seller).state == "open"
    act(seen(task, seller), seller, colleague)

    assert ring(seller).state == "withdrawn"
    with transaction.atomic():
        minute.repeat(timezone.now() + timedelta(minutes=11))
    assert Notification.objects.visible_to(seller).filter(kind=KIND).count() == 1


def test_a_new_word_on_the_task_leaves_its_reminder_alone(seller):
    task = due(seller)
    actions.change_task(task=seen(task, seller), values={"text": "Ask for Rina"}, by=seller)
    assert ring(seller).state == "open"


@pytest.mark.parametrize(
    ("more", "insists"), [({}, False), ({"needs_ack": True}, True), ({"priority": 3}, False), ({"priority": 4}, True)]
)
def test_what_is_urgent_or_chosen_comes_back_until_it_is_acknowledged(seller, more, insists):
    due(seller, **more)
    assert ring(seller).needs_ack == insists


def climbed(*heads: User) -> list[str]:
    """What the head, or the owners, hear two hours later."""
    minute.climb(timezone.now() + timedelta(hours=2))
    run_jobs()
    rows = Notification.objects.as_system("a test").filter(kind="notifications.not_seen", person__in=heads)
    return [f"{notice.title}: {notice.text}" for notice in rows]


def test_the_head_hears_who_does_not_react(owner, head, seller):
    due(seller, needs_ack=True)
    assert [words for words in climbed(owner, head) if "Call the bank" in words]


def test_a_private_task_has_no_ladder(owner, head, seller):
    due(seller, needs_ack=True, is_private=True)

    assert ring(seller).is_private and ring(seller).needs_ack
    assert climbed(owner, head) == []


def test_whoever_looks_after_the_telling_reads_no_private_words(owner, seller):
    due(seller, is_private=True)
    browser = Browser()
    browser.force_login(owner)
    ledger = browser.get(reverse("notifications:ledger")).content.decode()
    fate = browser.get(reverse("notifications:fate", args=[ring(seller).pk])).content.decode()
    assert "Call the bank" not in ledger + fate and seller.name in ledger

    browser.force_login(seller)
    assert "Call the bank" in browser.get(reverse("notifications:fate", args=[ring(seller).pk])).content.decode()


def test_a_ring_that_comes_back_stays_private(seller, head):
    due(seller, needs_ack=True, is_private=True)
    minute.repeat(timezone.now() + timedelta(minutes=11))
    assert ring(seller).is_repeat and ring(seller).is_private


def test_the_form_of_a_task_asks_whether_it_insists(seller):
    browser = Browser()
    browser.force_login(seller)
    browser.post(reverse("planner:new_task"), {"title": "Call the bank", "kind": "call", "needs_ack": "on"})
    task = Task.objects.visible_to(seller).latest("pk")
    assert task.needs_ack and task.insists
