"""A recurring task for each client of a segment: who comes in gets his own, who leaves has his ended and may return."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Client, Segment
from kartu.core.actors import System
from kartu.core.models import Job
from kartu.core.outbox.delivery import deliver_all
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.models import Series, Task
from kartu.planner.nightly import make_all
from kartu.planner.recurrence import parse
from kartu.planner.segments import follow_segment
from kartu.planner.tests.test_series import fresh, tasks, today
from kartu.records.changes import change_set, undo

NIGHT = System("a night of a test")


@pytest.fixture
def segment(seller) -> Segment:
    return clients.add_segment(name="Born", text="birthday is not empty", by=seller)


def in_bandung(name: str, seller) -> Client:
    return moved(clients.add_client(name=name, by=seller), "Bandung", seller)


def moved(client: Client, city: str, seller) -> Client:
    born = date(1990, 5, 5) if city == "Bandung" else None
    return clients.change_client(client=client, values={"birthday": born}, by=seller)


def start(seller, segment: Segment, **more: object) -> Series:
    more = {"title": "Ask for orders", "kind": "call", "at": time(10), "zone": "Asia/Jakarta", "by": seller} | more
    rule = parse("FREQ=WEEKLY")
    return actions.start_series(rule=rule, starts_on=today() + timedelta(days=1), segment=segment, **more)


def night(days: float = 0) -> int:
    return make_all(by=NIGHT, now=timezone.now() + timedelta(days=days))


def parts(whole: Series, **only: object) -> list[Series]:
    rows = Series.objects.as_system("a look").live().filter(whole=whole, **only)
    return list(rows.select_related("client", "person").order_by("client__name_key", "pk"))


def names(whole: Series) -> list[str]:
    return [part.client.name for part in parts(whole, ended_on=None)]


def open_tasks(series: Series) -> list[Task]:
    return tasks(series, state=Task.State.OPEN)


def test_each_client_of_the_segment_has_his_own_and_the_whole_has_none(seller, segment):
    one, two = in_bandung("Adi", seller), in_bandung("Budi", seller)
    clients.add_client(name="Cici", by=seller)
    whole = start(seller, segment)
    night()

    assert names(whole) == ["Adi", "Budi"] and tasks(whole) == []
    assert [part.client_id for part in parts(whole)] == [one.pk, two.pk]
    assert all(len(open_tasks(part)) == 5 for part in parts(whole))
    assert {task.client_id for part in parts(whole) for task in tasks(part)} == {one.pk, two.pk}


def test_they_have_it_as_soon_as_it_is_set_up_and_not_only_at_night(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    waiting = Job.objects.filter(name__endswith="follow_segment", dedupe=f"planner.segment:{whole.pk}")
    assert waiting.count() == 1
    follow_segment(whole.pk, by=NIGHT, now=timezone.now())
    assert names(whole) == ["Adi"] and len(open_tasks(parts(whole)[0])) == 5


def test_a_second_night_makes_nothing_twice(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    night()
    assert len(parts(whole)) == 1 and len(open_tasks(parts(whole)[0])) == 5


def test_whoever_comes_in_gets_one_whoever_leaves_has_his_ended_and_gets_another_on_return(seller, segment):
    adi, budi = in_bandung("Adi", seller), clients.add_client(name="Budi", by=seller)
    whole = start(seller, segment)
    night()
    assert names(whole) == ["Adi"]

    budi, adi = moved(budi, "Bandung", seller), moved(adi, "Jakarta", seller)
    night()

    (gone,) = parts(whole, client=adi)
    assert names(whole) == ["Budi"] and gone.ended_on == today() and open_tasks(gone) == []

    moved(adi, "Bandung", seller)
    night()

    assert names(whole) == ["Adi", "Budi"]
    back = parts(whole, client=adi, ended_on=None)[0]
    assert back.pk != gone.pk and len(open_tasks(back)) == 5


def test_a_change_of_the_whole_goes_into_each(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    skipped = tasks(parts(whole)[0])[1]
    actions.skip_task(task=skipped, by=seller)

    actions.change_series(series=fresh(whole), values={"title": "Ask again", "at": time(12)}, by=seller)
    night()

    part = parts(whole)[0]
    assert {task.title for task in open_tasks(part)} == {"Ask again"}
    assert part.as_rule.exceptions == (f"{skipped.slot[:10]}T12:00",) and len(open_tasks(part)) == 4


def test_a_pause_of_the_whole_is_one_of_each_and_ends_with_it(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    actions.pause_series(series=fresh(whole), by=seller)
    night()
    assert open_tasks(parts(whole)[0]) == [] and parts(whole)[0].is_paused

    actions.resume_series(series=fresh(whole), by=seller)
    night()

    assert len(open_tasks(parts(whole)[0])) == 5 and not parts(whole)[0].is_paused


def test_what_was_ended_for_one_client_does_not_come_back_at_night(seller, segment):
    in_bandung("Adi", seller), in_bandung("Budi", seller)
    whole = start(seller, segment)
    night()
    actions.end_series(series=parts(whole)[0], by=seller)
    night()
    assert names(whole) == ["Budi"] and len(parts(whole)) == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda part, by: actions.change_series(series=part, values={"title": "Other"}, by=by),
        lambda part, by: actions.pause_series(series=part, by=by),
        lambda part, by: actions.resume_series(series=part, by=by),
        lambda part, by: actions.trash_series(series=part, by=by),
        lambda part, by: actions.change_following(task=tasks(part)[1], values={"title": "Other"}, by=by),
    ],
)
def test_one_of_many_is_changed_for_all_or_not_at_all(seller, head, segment, act):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    with pytest.raises(Exception, match="for each client of a segment"):
        act(parts(whole)[0], head)
    assert parts(whole)[0].title == "Ask for orders" and len(open_tasks(parts(whole)[0])) == 5


def test_the_end_of_the_whole_is_the_end_of_each(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    actions.end_series(series=fresh(whole), by=seller)
    night()
    assert open_tasks(parts(whole)[0]) == []
    in_bandung("Late", seller)
    night(3)
    assert len(parts(whole)) == 1


def test_in_the_trash_it_takes_all_with_it_and_brings_them_back(seller, head, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    with change_set("manual", "trash", by=head) as changes:
        actions.trash_series(series=fresh(whole), by=head)
    follow_segment(whole.pk, by=NIGHT, now=timezone.now())
    assert names(whole) == [] and open_tasks(parts(whole)[0]) == []

    undo(changes, by=head)
    follow_segment(whole.pk, by=NIGHT, now=timezone.now())
    assert names(whole) == ["Adi"]


def test_whoever_is_responsible_does_it_and_nobody_whom_one_may_not_ask(seller, head, monkeypatch):
    in_bandung("Adi", seller)
    segment = clients.add_segment(name="Born", text="birthday is not empty", by=head)
    whole = start(head, segment, to_responsible=True)
    night()
    assert [part.person for part in parts(whole, ended_on=None)] == [seller]

    monkeypatch.setattr("kartu.planner.segments.receivers", lambda by: type(by).objects.filter(pk=by.pk))
    night()
    assert [part.person for part in parts(whole, ended_on=None)] == [head]


def test_a_segment_that_its_keeper_may_not_use_any_more_leaves_all_as_it_is(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    clients.trash_segment(segment=segment, by=seller)
    night()
    assert names(whole) == ["Adi"] and tasks(whole) == []


def test_a_segment_gone_for_good_leaves_no_task_about_nobody(seller, segment):
    in_bandung("Adi", seller)
    whole = start(seller, segment)
    night()
    with connection.cursor() as cursor:  # as when the segment is purged
        cursor.execute("UPDATE planner_series SET segment_id = NULL WHERE id = %s", [whole.pk])
    night()
    assert tasks(whole) == []


def test_it_cannot_become_one_of_a_single_client_nor_the_other_way_round(seller, sinar, segment):
    whole = start(seller, segment)
    with pytest.raises(Exception, match="Set up another"):
        actions.change_series(series=whole, values={"segment_id": None}, by=seller)
    stranger = make_person("Eve", "seller")
    foreign = clients.add_segment(name="Hers", text="city is empty", by=stranger)
    with pytest.raises(Exception, match="not there, or not for you"):
        actions.change_series(series=whole, values={"segment_id": foreign.pk}, by=seller)


def test_a_night_on_which_nothing_has_changed_asks_as_much_for_many_clients_as_for_few(seller, segment):
    def asked(whole: Series) -> int:
        follow_segment(whole.pk, by=NIGHT, now=timezone.now())
        with CaptureQueriesContext(connection) as seen:
            follow_segment(whole.pk, by=NIGHT, now=timezone.now())
        return len(seen)

    in_bandung("Adi", seller)
    whole = start(seller, segment)
    few = asked(whole)
    for number in range(15):
        in_bandung(f"Further {number}", seller)
    assert asked(whole) == few <= 20 and len(parts(whole)) == 16


def test_nobody_is_told_of_what_the_program_makes(seller, colleague, segment):
    in_bandung("Adi", seller)
    start(seller, segment)
    night()
    deliver_all()
    assert not Notification.objects.visible_to(seller).exists()
