"""Live messages within one process: writing them, and a page that is too slow."""

import asyncio
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kartu.core import live
from kartu.core.jobs.chores import sweep
from kartu.core.live.listener import QUEUE_SIZE, Listening, Message
from kartu.core.live.visitor import replay
from kartu.core.models import LiveMessage
from kartu.core.models.sequence import Position, reader_sees_its_own_transaction
from kartu.core.outbox import OutsideTransaction
from kartu.core.testing import run_jobs
from kartu.core.testing.streams import play


@pytest.mark.django_db(transaction=True)
def test_a_message_of_an_undone_change_is_never_told():
    with pytest.raises(OutsideTransaction):
        live.send("proof", {}, to=[1])

    class Undone(Exception): ...

    with pytest.raises(Undone), transaction.atomic():
        live.send("proof", {}, to=[1])
        raise Undone

    assert not LiveMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_holds_plain_json_only(owner):
    with pytest.raises(TypeError):
        live.send("proof", {"person": owner}, to=[1])


@pytest.mark.django_db
def test_a_page_is_replayed_its_own_messages_behind_its_place():
    live.send("proof", {"number": 1}, to=[1])
    place = Position(*LiveMessage.objects.values_list("tx", "id").get())
    live.send("proof", {"number": 2}, to=[1, 2])
    live.send("proof", {"number": 3}, to=None)
    live.send("proof", {"number": 4}, to=[2])

    with reader_sees_its_own_transaction():
        missed = replay(1, place)

    assert [message.data["number"] for message in missed] == [2, 3]


@pytest.mark.django_db
def test_a_place_survives_its_way_through_the_browser():
    with reader_sees_its_own_transaction():
        live.send("proof", {}, to=None)
        assert Position.parse(live.cursor()) == LiveMessage.objects.get().position

    for wrong in ("", "1", "a-b", "1-2-3"):
        with pytest.raises(ValueError):
            Position.parse(wrong)


@pytest.mark.django_db
def test_messages_are_kept_for_a_day():
    live.send("proof", {"number": 1}, to=None)
    LiveMessage.objects.update(at=timezone.now() - timedelta(hours=25))
    live.send("proof", {"number": 2}, to=None)

    sweep.later()
    run_jobs()

    assert [row.data["number"] for row in LiveMessage.objects.all()] == [2]


def test_a_page_that_falls_behind_is_cut_off_before_it_misses_anything():
    async def scene():
        page = Listening(1, asyncio.get_running_loop())
        for number in range(QUEUE_SIZE + 5):
            page.put(Message(Position(0, number), 1, "proof", {"number": number}))
        return page, [page.queue.get_nowait().data["number"] for _message in range(page.queue.qsize())]

    page, heard = play(scene())

    assert page.overrun
    assert heard == list(range(QUEUE_SIZE)), "what it has is without a gap; the rest comes when it connects again"
