"""The owner says what happens where nobody looks: steps, minutes, ways; and what he says is what happens."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.firm.models import Team
from kartu.notifications import minute
from kartu.notifications.actions import notify
from kartu.notifications.channels import Channel, channels, note
from kartu.notifications.kinds import IN_WORK, LADDER, Kind, kinds
from kartu.notifications.ladders import Ladders, set_ladder
from kartu.notifications.models import Hop, Ladder, Notification
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


class Clock:
    now = TEN


@pytest.fixture
def clock(monkeypatch):
    Clock.now = TEN
    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


@pytest.fixture(autouse=True)
def ways(monkeypatch):
    """Two loud ways, and what went by them."""
    monkeypatch.setattr(channels, "_items", {key: channels[key] for key in ("bell", "popup")})
    monkeypatch.setattr(kinds, "_items", dict(kinds._items))
    kinds.add(Kind("work.due", "Due", IN_WORK, ladder=((15, "horn"),)))
    kinds.add(Kind("work.plain", "Plain", IN_WORK, also=("work.plain_too",)))
    sent = []

    def by(key):
        def send(notification):
            note(Hop.What.SENT, key, notification_id=notification.pk)
            sent.append(key)

        return send

    channels.add(Channel("horn", "Horn", by("horn"), by_default=False, order=80))
    channels.add(Channel("drum", "Drum", by("drum"), by_default=False, order=90))
    return sent


@pytest.fixture(autouse=True)
def team(seller, head):
    seller.team = Team.objects.create(name="Sales of the north", head=head)
    seller.save()


def tell(person, kind="work.due", **more):
    return notify(to=[person], kind=kind, title="Call Rina", **more)[0]


def run_for(clock, minutes):
    for _minute in range(minutes):
        clock.now += timedelta(minutes=1)
        minute.run()


def choose(owner, kind, *steps, is_on=True):
    set_ladder(by=owner, kind=kind, is_on=is_on, steps=steps)


def told_head(head):
    return Notification.objects.visible_to(head).filter(kind="notifications.not_seen").count()


def test_what_the_owner_chose_is_what_happens(owner, seller, head, clock, ways):
    choose(owner, "work.due", (5, "drum"), (10, "head"))
    tell(seller)

    run_for(clock, 9)
    assert (ways, told_head(head)) == (["drum"], 0)
    run_for(clock, 30)
    assert (ways, told_head(head)) == (["drum"], 1)


def test_a_kind_without_a_ladder_gets_one_and_its_further_names_too(owner, seller, clock, ways):
    choose(owner, "work.plain", (5, "horn"))
    tell(seller, "work.plain_too")

    run_for(clock, 6)

    assert ways == ["horn"]


def test_one_that_is_switched_off_does_nothing_more_even_where_it_must_be_acknowledged(owner, seller, clock, ways):
    choose(owner, "work.due", (15, "horn"), is_on=False)
    tell(seller, needs_ack=True)

    run_for(clock, 45)

    assert ways == []


def test_what_must_be_acknowledged_climbs_the_ladder_for_all(owner, seller, clock, ways):
    choose(owner, "", (3, "drum"))
    tell(seller, "work.plain", needs_ack=True)
    tell(seller, "work.plain")

    run_for(clock, 5)

    assert ways == ["drum"]


def test_a_ladder_does_not_make_up_for_what_lies_before_it(owner, seller, head, clock, ways):
    tell(seller, "work.plain")
    clock.now += timedelta(days=2)
    choose(owner, "work.plain", (5, "horn"), (60 * 50, "head"))

    run_for(clock, 10)
    assert (ways, told_head(head)) == ([], 0)
    clock.now += timedelta(hours=2)
    run_for(clock, 1)
    assert (ways, told_head(head)) == ([], 1)


def test_a_ladder_that_is_changed_on_the_way_does_nothing_twice_and_leaves_nothing_out(
    owner, seller, head, clock, ways
):
    tell(seller)
    run_for(clock, 16)
    choose(owner, "work.due", (20, "horn"), (25, "head"))

    run_for(clock, 30)

    assert (ways, told_head(head)) == (["horn"], 1)


def test_those_whose_steps_are_done_do_not_stand_before_others(owner, seller, clock, ways, monkeypatch):
    monkeypatch.setattr(minute, "MOST", 2)
    choose(owner, "work.due", (5, "horn"))
    for _each in range(5):
        tell(seller, urgent=True)

    run_for(clock, 6)

    assert ways == ["horn"] * 5


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ((), "Say at least one step, or switch it off"),
        (((0, "horn"),), "A step comes after 1 to 10,080 minutes"),
        (((10_081, "horn"),), "A step comes after 1 to 10,080 minutes"),
        (((5, "pigeon"),), "There is no such way"),
        (((5, "bell"),), "There is no such way"),
        (((5, "horn"), (5, "drum")), "Each step comes later than the one above it"),
        (((5, "horn"), (9, "horn")), "This stands there twice: Horn"),
        (tuple((number, "next") for number in range(1, 7)), "At most 5 steps"),
    ],
)
def test_what_cannot_be_a_ladder_is_refused(owner, steps, problem):
    with pytest.raises(ValidationError) as wrong:
        choose(owner, "work.due", *steps)

    assert wrong.value.message_dict == {"steps": [problem]}
    assert not Ladder.objects.exists()


def test_the_database_keeps_no_ladder_that_is_on_without_steps(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ladder.objects.create(kind="work.due", steps=[])


def test_a_choice_is_in_the_log_and_what_is_as_it_comes_is_no_choice(owner):
    choose(owner, "", (5, "horn"))
    assert Ladder.objects.count() == 1

    choose(owner, "", *LADDER)

    assert not Ladder.objects.exists()
    assert Ladders().steps("") == LADDER
    assert AuditRow.objects.filter(verb="setting").count() == 2


def test_the_page_says_each_ladder_in_words(client, owner):
    choose(owner, "work.plain", (15, "horn"), (30, "head"))
    client.force_login(owner)

    page = client.get(reverse("notifications:ladders")).content.decode()

    assert "after 15 minutes: Horn; after 30 minutes: the head hears of it" in page
    assert "notifications.not_seen" not in page


def test_the_page_asks_as_much_for_many_ladders_as_for_none(client, owner):
    client.force_login(owner)
    client.get(reverse("notifications:ladders"))

    def questions():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notifications:ladders"))
        return len(asked)

    none = questions()
    for kind in ("", "work.plain", "work.due"):
        choose(owner, kind, (7, "drum"))

    assert questions() == none


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(client, owner):
    client.force_login(owner)
    address = reverse("notifications:ladder", args=["work.due"])

    wrong = client.post(address, {"is_on": "on", "after_1": "15", "way_1": "", "after_2": "20", "way_2": "head"})
    right = client.post(address, {"is_on": "on", "after_1": "15", "way_1": "drum", "after_3": "20", "way_3": "head"})

    assert wrong.status_code == 422 and 'value="15"' in wrong.content.decode()
    assert "What happens then?" in wrong.content.decode()
    assert right.status_code == 302
    assert Ladders().steps("work.due") == ((15, "drum"), (20, "head"))


def test_the_sentence_is_about_somebody_who_is_there(client, owner, seller):
    client.force_login(owner)
    address = reverse("notifications:ladder_words", args=["all"])

    said = client.get(address, {"is_on": "on", "after_1": "15", "way_1": "horn", "after_2": "30", "way_2": "head"})

    told = r"If \w+ has not seen it after 15 minutes: Horn; after 30 minutes: the head hears of it"
    assert re.search(told, said.content.decode())


def test_nobody_else_sets_ladders(client, seller, head):
    for person in (seller, head):
        client.force_login(person)
        assert client.get(reverse("notifications:ladders")).status_code == 403
        assert client.post(reverse("notifications:ladder", args=["all"]), {}).status_code == 403


def test_the_end_of_a_ladder_has_none_of_its_own(client, owner):
    client.force_login(owner)

    assert client.get(reverse("notifications:ladder", args=["notifications.not_seen"])).status_code == 404
