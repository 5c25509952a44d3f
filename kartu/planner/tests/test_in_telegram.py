"""Under the reminder of a task stand "Done" and "In 30 min"; what is pressed is done by the rules of the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kartu.notifications.actions import mark_acted, notify
from kartu.notifications.models import Hop, Notification
from kartu.notifications.telegram.listening import answered
from kartu.notifications.telegram.sending import keys_of
from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.telling import KIND


def reminder(task, person, **more):
    [notice] = notify(to=[person], kind=KIND, title=task.title, about=task, at=timezone.now(), **more)
    return notice


def keys(notice):
    return [key["callback_data"].partition(":")[0] for key in keys_of(notice)]


def press(key, notice, person):
    return answered(person, f"{key}:{notice.pk}")[1]


@pytest.fixture
def task(seller):
    return actions.set_task(title="Sort the shelf", person=seller, by=seller)


def test_a_task_is_done_from_telegram(task, seller):
    notice = reminder(task, seller)

    assert keys(notice) == ["known", "done", "later", "morning"]
    assert press("done", notice, seller) == "Done, and written down"

    fresh = Task.objects.visible_to(seller).get(pk=task.pk)
    assert (fresh.state, fresh.closed_by, fresh.result) == ("done", seller, "Done, said in Telegram")
    assert notice.hops.filter(channel="telegram", what=Hop.What.CLICKED).exists()


def test_pressed_twice_it_is_done_once(task, seller):
    notice = reminder(task, seller)
    press("done", notice, seller)

    assert press("done", notice, seller) == "That is not possible any more"


@pytest.mark.parametrize("kind", ["call", "meeting", "letter", "visit"])
def test_what_needs_a_result_has_its_page_instead(sinar, seller, kind):
    task = actions.set_task(title="The offer", kind=kind, client=sinar, person=seller, by=seller)
    notice = reminder(task, seller)

    assert keys(notice) == ["known", "later", "morning"]
    assert press("done", notice, seller) == "That is not possible any more"
    assert Task.objects.visible_to(seller).get(pk=task.pk).state == "open"


def test_nobody_finishes_what_he_may_not_change(task, seller, stranger):
    notice = reminder(task, stranger)

    assert "done" not in keys(notice)
    assert press("done", notice, stranger) == "That is not possible any more"


def test_put_off_in_telegram_it_comes_again(task, seller):
    notice = reminder(task, seller)

    told = press("later", notice, seller)

    fresh = Notification.objects.visible_to(seller).get(pk=notice.pk)
    assert told.startswith("It comes again at")
    assert fresh.state == "snoozed"
    assert timedelta(minutes=29) < fresh.snoozed_until - timezone.now() <= timedelta(minutes=30)
    assert notice.hops.filter(channel="telegram", what=Hop.What.SNOOZED).exists()


def test_what_must_be_acknowledged_is_so_by_got_it(task, seller):
    notice = reminder(task, seller, needs_ack=True)

    press("known", notice, seller)

    assert Notification.objects.visible_to(seller).get(pk=notice.pk).state == "acked"


def test_of_what_has_only_happened_there_is_nothing_to_put_off(seller):
    [news] = notify(to=[seller], kind="test", title="A client was handed over to you")

    assert keys(news) == ["known"]
    mark_acted(by=seller, notification=news)
    assert keys(Notification.objects.visible_to(seller).get(pk=news.pk)) == []
