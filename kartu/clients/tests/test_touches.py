"""Notes, calls and meetings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kartu.clients import actions, events
from kartu.clients.models import Touch
from kartu.clients.tests.conftest import seen, told
from kartu.records.changes import change_set, undo
from kartu.security.actions import Refused


def in_hours(hours: float):
    return timezone.now() + timedelta(hours=hours)


def test_a_call_is_the_last_touch_and_a_note_is_not(sinar, seller):
    actions.log_touch(client=sinar, kind="call", text="Wants a discount", at=in_hours(-5), by=seller)
    actions.log_touch(client=sinar, kind="note", text="Called the bank", by=seller)

    client = seen(sinar, seller)
    assert client.last_touch_text == "Wants a discount"
    assert client.last_touch_at == Touch.objects.visible_to(seller).get(kind="call").at


def test_an_older_touch_written_down_later_is_not_the_last_one(sinar, seller):
    actions.log_touch(client=sinar, kind="call", text="Newer", at=in_hours(-1), by=seller)
    actions.log_touch(client=sinar, kind="meeting", text="Older", at=in_hours(-48), by=seller)

    assert seen(sinar, seller).last_touch_text == "Newer"


def test_a_call_without_a_word_tells_its_result(sinar, seller):
    actions.log_touch(client=sinar, kind="call", result="No answer", by=seller)

    assert seen(sinar, seller).last_touch_text == "No answer"


def test_a_removed_touch_is_not_the_last_one_and_undo_brings_it_back(sinar, seller):
    touch = actions.log_touch(client=sinar, kind="call", text="Wrong client", by=seller)

    with change_set("edit", "Removed", by=seller) as changes:
        actions.remove_touch(touch=touch, by=seller)
    assert (seen(sinar, seller).last_touch_at, seen(sinar, seller).last_touch_text) == (None, "")

    undo(changes, by=seller)
    assert seen(sinar, seller).last_touch_text == "Wrong client"


def test_undoing_a_logged_call_takes_it_off_the_list_at_once(sinar, seller):
    with change_set("edit", "Call", by=seller) as changes:
        actions.log_touch(client=sinar, kind="call", text="Oops", by=seller)

    undo(changes, by=seller)

    assert seen(sinar, seller).last_touch_at is None


def test_an_empty_note_and_a_touch_of_tomorrow_are_refused(sinar, seller):
    with pytest.raises(ValidationError):
        actions.log_touch(client=sinar, kind="note", text="  ", by=seller)
    with pytest.raises(ValidationError):
        actions.log_touch(client=sinar, kind="call", text="Hello", at=in_hours(24), by=seller)

    assert not Touch.objects.visible_to(seller).exists()


def test_only_who_wrote_a_touch_or_heads_the_team_corrects_it(sinar, seller, head, team):
    touch = actions.log_touch(client=sinar, kind="note", text="By the head", by=head)

    with pytest.raises(Refused):
        actions.change_touch(touch=touch, values={"text": "By me"}, by=seller)
    with pytest.raises(Refused):
        actions.remove_touch(touch=touch, by=seller)
    own = actions.log_touch(client=sinar, kind="note", text="Typo", by=seller)
    actions.change_touch(touch=own, values={"text": "No typo"}, base={"text": "Typo"}, by=seller)
    actions.change_touch(touch=own, values={"text": "The head's word"}, by=head)

    assert list(Touch.objects.visible_to(seller).order_by("id").values_list("text", flat=True)) == [
        "By the head", "The head's word",
    ]  # fmt: skip


def test_colleagues_are_named_with_at_by_whole_name_or_first_name(sinar, seller, head, owner, stranger):
    owner.name, head.name = "Olga Petrova", "Hendra Wijaya"
    owner.save()
    head.save()

    touch = actions.log_touch(client=sinar, text="@Olga, @hendra wijaya: look; mail to info@olga.example", by=seller)

    assert sorted(touch.mentions) == sorted([owner.pk, head.pk])
    assert sorted(told(events.TouchLogged)[0]["mentions"]) == sorted(touch.mentions)


def test_naming_a_colleague_who_does_not_see_the_client_tells_him_nothing(sinar, seller, stranger):
    touch = actions.log_touch(client=sinar, text="@Viktor must not know", by=seller)

    assert touch.mentions == []


def test_a_correction_tells_only_those_newly_named(sinar, seller, head, owner):
    touch = actions.log_touch(client=sinar, text="@Hendra look", by=seller)
    actions.change_touch(touch=touch, values={"text": "@Hendra @Olga look"}, by=seller)

    assert [event["mentions"] for event in told(events.TouchLogged)] == [[head.pk], [owner.pk]]


def test_a_contact_of_another_client_is_refused(sinar, seller):
    toko = actions.add_client(name="Toko", by=seller)
    rina = actions.add_contact(client=toko, name="Rina", by=seller)

    with pytest.raises(ValidationError):
        actions.log_touch(client=sinar, text="Hello", contact=rina, by=seller)
    touch = actions.log_touch(client=sinar, text="Hello", by=seller)
    with pytest.raises(ValidationError):
        actions.change_touch(touch=touch, values={"contact": rina}, by=seller)
