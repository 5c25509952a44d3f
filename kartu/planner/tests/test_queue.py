"""My day: what stands in it, in which order, for whom, and what is done from it."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.models import Absence, User
from kartu.firm.people_for_tests import make_person
from kartu.planner import actions
from kartu.planner.models import Outcome, PutOff, Task
from kartu.planner.queue import acts
from kartu.planner.queue.charge import Charge
from kartu.planner.queue.day import Group, Queue
from kartu.planner.queue.items import Item, rank, why
from kartu.planner.queue.sources import QueueSource, gathered, queue_sources
from kartu.planner.queue.team import loads
from kartu.planner.tests.conftest import in_hours, seen
from kartu.records.models import ExportRequest, Import


def keys(person: User) -> list[str]:
    return [item.key for item in Queue(User.objects.get(pk=person.pk)).items]


def titles(person: User) -> list[str]:
    return [item.title for item in Queue(User.objects.get(pk=person.pk)).items]


def away(person: User, *deputies: User, days: int = 3) -> Absence:
    today = timezone.localdate()
    absence = set_days(Absence(person=person), today, today + timedelta(days=days))
    return set_absence(absence=absence, deputies=deputies, by=User.objects.get(role__code="owner"))


def look(task: Task) -> str:
    return reverse("queue:item", args=["planner.task", task.pk])


def item(pk: int, **more: object) -> Item:
    return Item("tasks", "planner.task", pk, 1, f"Task {pk}", "checkbox", **more)


NOON = timezone.now().replace(hour=5, minute=0, second=0, microsecond=0)


def test_one_stands_in_ones_own_queue_only(seller, colleague):
    mine = actions.set_task(title="Mine", by=seller)
    his = actions.set_task(title="His", person=colleague, by=seller)

    assert keys(seller) == [f"planner.task:{mine.pk}"]
    assert keys(colleague) == [f"planner.task:{his.pk}"]


def test_what_is_done_waits_for_whoever_set_it_until_he_accepts(seller, colleague):
    task = actions.set_task(title="Offer", person=colleague, needs_acceptance=True, by=seller)
    actions.finish_task(task=seen(task, colleague), result="Made", by=colleague)
    assert titles(seller) == ["Accept: Offer"] and titles(colleague) == []

    actions.accept_task(task=seen(task, seller), by=seller)
    assert titles(seller) == []


def test_the_groups_follow_the_clock_of_whoever_looks(seller):
    times = {
        "late": {"due_at": NOON - timedelta(days=3)},
        "now": {"due_at": NOON + timedelta(minutes=30)},
        "today": {"due_at": NOON + timedelta(hours=4)},
        "tomorrow": {"due_at": NOON + timedelta(days=1)},
        "week": {"due_at": NOON + timedelta(days=4)},
        "later": {"due_at": NOON + timedelta(days=40)},
        "none": {},
    }
    for title, when in times.items():
        actions.set_task(title=title, by=seller, **when)

    found = {each.title: each.group for each in Queue(seller, now=NOON).items}
    assert list(found.items()) == [
        ("late", Group.LATE), ("now", Group.NOW), ("today", Group.TODAY), ("tomorrow", Group.TOMORROW),
        ("week", Group.WEEK), ("later", Group.LATER), ("none", Group.NO_DATE),
    ]  # fmt: skip


def test_money_times_urgency_says_what_is_first_and_the_middle_is_taken_where_nobody_knows():
    late = {"at": NOON, "late_at": NOON - timedelta(days=1)}
    items = [
        item(1, **late),
        item(2, **late, money=900, currency="IDR"),
        item(3, **late, money=300, currency="IDR"),
        item(4, **late, money=100, currency="IDR", priority=4),
        item(5, **late, money=10**9, currency="USD"),
    ]
    scores = {each.pk: each.score for each in rank(items, NOON, "IDR")}

    # 11 for a day late, twice the weight; the middle of 100, 300, 900 is 300, and dollars are not rupiahs.
    assert scores == {1: 300 * 11 * 2, 2: 900 * 11 * 2, 3: 300 * 11 * 2, 4: 100 * 11 * 8, 5: 300 * 11 * 2}
    assert [each.pk for each in rank(items, NOON, "IDR")] == [2, 4, 1, 3, 5]


def test_the_order_is_the_same_whatever_order_they_come_in():
    items = [item(pk, at=NOON, late_at=NOON - timedelta(days=pk % 3), priority=pk % 4 + 1) for pk in range(1, 40)]
    order = [each.pk for each in rank(items, NOON, "IDR")]

    for seed in range(5):
        random.Random(seed).shuffle(items)
        assert [each.pk for each in rank(items, NOON, "IDR")] == order


def test_each_row_says_why_it_stands_where_it_stands():
    first, second = rank(
        [item(1, at=NOON, late_at=NOON - timedelta(days=3), priority=4), item(2, at=NOON + timedelta(days=1))], NOON, ""
    )
    assert why(first, NOON) == "late for 3 d ×13 · urgent ×4"
    assert why(second, NOON) == "tomorrow ×2"


def test_a_source_that_tells_of_the_same_thing_again_is_not_heard(seller, monkeypatch):
    task = actions.set_task(title="Mine", by=seller)
    same = Item("twice", "planner.task", task.pk, seller.pk, "again", "checkbox")
    again = QueueSource(
        "twice", "Twice", lambda by, people, until: [same], lambda by, items: None, lambda by, item: [], order=500
    )
    monkeypatch.setitem(queue_sources._items, "twice", again)

    assert titles(seller) == ["Mine"]


def test_what_is_private_between_the_program_and_a_person_is_told_to_no_head(seller, owner):
    Import.objects.create(importer="clients", state=Import.State.CHECKED, name="list.xlsx", by=seller)

    assert titles(seller) == ["Look through and start: list.xlsx"]
    assert gathered(owner, [seller.pk]) == []


def test_an_export_waits_for_those_who_may_agree_and_not_for_whoever_asked(owner, seller):
    request = ExportRequest.objects.create(
        person=seller, list_key="clients", kind="csv", purpose="A mailing", rows=5000
    )
    assert keys(owner) == [f"records.exportrequest:{request.pk}"] and keys(seller) == []

    request.state = ExportRequest.State.REFUSED
    request.save()
    assert keys(owner) == []


def test_a_deputy_has_the_things_of_whoever_is_away_and_says_whose_they_are(seller, colleague, owner):
    actions.set_task(title="Call", due_at=in_hours(2), by=seller)
    away(seller, colleague)

    (found,) = Queue(User.objects.get(pk=colleague.pk)).items
    assert (found.title, found.instead_of) == ("Call", "Sari")
    assert titles(seller) == []
    assert [each.title for each in Queue(User.objects.get(pk=seller.pk), everything=True).items] == ["Call"]


def test_a_deputy_finishes_what_he_has_for_another(seller, colleague, owner):
    task = actions.set_task(title="Call", by=seller)
    away(seller, colleague)
    deputy = User.objects.get(pk=colleague.pk)

    actions.finish_task(task=seen(task, deputy), result="Spoke", by=deputy)
    assert titles(colleague) == []


def test_without_a_deputy_the_head_sees_that_nobody_does_them(seller, head, owner):
    task = actions.set_task(title="Call", by=seller)
    away(seller)

    load = next(each for each in loads(head) if each.person == seller)
    assert load.is_unattended and load.ids == str(task.pk) and load.away_until is not None
    assert loads(head)[0].person == seller


def test_private_things_of_others_are_not_on_the_page_of_the_team(seller, head):
    actions.set_task(title="Dentist", is_private=True, by=seller)
    assert all(not load.items for load in loads(head) if load.person == seller)


def test_a_head_sees_the_team_and_nobody_else(seller, stranger, head, owner):
    assert {load.person for load in loads(head)} == {seller, head}
    assert {load.person for load in loads(owner)} == {seller, stranger, head, owner}


def test_many_are_given_at_once_and_taken_back_at_once(client, seller, colleague, head):
    tasks = [actions.set_task(title=f"Call {n}", by=seller) for n in range(3)]
    done = actions.set_task(title="Done", by=seller)
    actions.finish_task(task=done, result="Done", by=seller)
    client.force_login(head)
    ids = ",".join(f"planner.task:{task.pk}" for task in [*tasks, done])

    answer = client.post(reverse("queue:give"), {"ids": ids, "to": colleague.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and len(keys(colleague)) == 3

    undo = answer.headers["HX-Trigger"].partition('"undo": "')[2].partition('"')[0]
    client.post(undo, headers={"HX-Request": "true"})
    assert keys(colleague) == [] and len(keys(seller)) == 3


def test_without_the_right_over_many_nobody_gives_things_out(client, seller, colleague):
    task = actions.set_task(title="Call", by=seller)
    client.force_login(seller)

    assert client.post(reverse("queue:give"), {"ids": str(task.pk), "to": colleague.pk}).status_code == 403
    assert client.get(reverse("queue:team")).status_code == 403


def test_the_queue_of_a_stranger_is_not_opened(client, head, stranger):
    client.force_login(head)
    assert client.get(reverse("queue:person", args=[stranger.pk])).status_code == 404


@pytest.mark.parametrize(
    ("line", "title", "kind", "column"),
    [
        ("call Rina tomorrow 15:00", "call Rina", "call", "due_at"),
        ("kirim penawaran besok", "kirim penawaran", "task", "due_on"),
        ("отправить счёт завтра 10", "отправить счёт", "task", "due_at"),
        ("count the stock", "count the stock", "task", None),
    ],
)
def test_a_line_becomes_a_task_in_three_languages(client, seller, line, title, kind, column):
    client.force_login(seller)
    client.post(reverse("queue:add"), {"line": line}, headers={"HX-Request": "true"})

    task = Task.objects.visible_to(seller).get()
    assert (task.title, task.kind) == (title, kind)
    assert [name for name in ("due_at", "due_on") if getattr(task, name)] == ([column] if column else [])


def test_an_empty_line_is_refused_where_it_stands(client, seller):
    client.force_login(seller)
    answer = client.post(reverse("queue:add"), {"line": " "}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "What is to be done?" in answer.content.decode()


def test_what_is_put_off_stays_in_the_queue_folded_away(client, seller):
    task = actions.set_task(title="Call", due_at=in_hours(2), by=seller)
    client.force_login(seller)
    key = f"planner.task:{task.pk}"
    until = (timezone.now() + timedelta(hours=5)).isoformat()
    client.post(reverse("queue:put_off"), {"key": key, "until": until}, headers={"HX-Request": "true"})
    assert [(each.key, each.group) for each in Queue(seller).items] == [(key, Group.PUT_OFF)]

    later = Queue(seller, now=timezone.now() + timedelta(hours=6))
    assert later.items[0].group == Group.LATE


def test_nothing_is_put_off_for_months(seller):
    with pytest.raises(ValidationError):
        acts.put_off(key="planner.task:1", until=timezone.now() + timedelta(days=60), by=seller)
    assert not PutOff.objects.exists()


def test_only_what_stands_in_ones_queue_is_put_off_or_looked_at(client, seller, stranger):
    task = actions.set_task(title="Call", by=seller)
    client.force_login(stranger)
    key = f"planner.task:{task.pk}"

    assert client.get(look(task)).status_code == 404
    assert client.post(reverse("queue:put_off"), {"key": key, "until": ""}).status_code == 404


def test_the_page_says_what_it_is_about_and_leads_there(client, seller, sinar):
    task = actions.set_task(title="Send samples", client=sinar, due_at=in_hours(2), by=seller)
    client.force_login(seller)
    page = client.get(reverse("queue:day")).content.decode()
    assert "Send samples" in page and "PT Sinar Abadi" in page

    item = client.get(look(task), {"rail": "1"}).content.decode()
    assert f'href="/clients/{sinar.pk}/"' in item and 'href="tel:+6281311207765"' in item


def test_of_a_client_out_of_sight_only_the_name_is_told(client, seller, stranger, sinar):
    task = actions.set_task(title="Invoice", client=sinar, person=stranger, by=seller)
    client.force_login(stranger)
    item = client.get(look(task), {"rail": "1"}).content.decode()
    assert "PT Sinar Abadi" in item and f"/clients/{sinar.pk}/" not in item and "tel:" not in item


def test_a_phone_that_one_may_not_read_is_not_called(client, seller, sinar):
    seller.role.grants = {"clients.phones": 0, "clients.reveal_phones": 0}
    seller.role.save()
    task = actions.set_task(title="Call", client=sinar, by=seller)
    client.force_login(seller)
    item = client.get(look(task), {"rail": "1"}).content.decode()
    assert "tel:" not in item and "6281311207765" not in item


def test_nothing_to_do_is_said(client, seller):
    client.force_login(seller)
    assert "Nothing to do" in client.get(reverse("queue:day")).content.decode()


def test_where_nothing_is_left_for_today_the_next_thing_is_told(client, seller):
    actions.set_task(title="Visit the factory", start_at=in_hours(72), by=seller)
    client.force_login(seller)
    page = client.get(reverse("queue:day")).content.decode()
    assert (
        "Nothing is left for today." in page and page.count("Visit the factory") == 2  # its row, and what comes next
    )  # the row, its box, the next one


def test_my_day_is_where_one_arrives(client, seller):
    client.force_login(seller)
    assert client.get("/")["Location"] == reverse("queue:day")


def test_five_hundred_things_take_as_many_queries_as_five(client, seller, sinar):
    client.force_login(seller)
    counts = []
    for more in (5, 495):
        for number in range(more):
            actions.set_task(
                title=f"Call {number}", client=sinar, due_at=in_hours(number - 100), reminders=(), by=seller
            )
        client.get(reverse("queue:day"))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(reverse("queue:day"))
        assert page.status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] and counts[0] <= 22


def test_the_team_takes_as_many_queries_however_many_there_are(client, seller, team, head):
    client.force_login(head)
    counts = []
    for more in range(2):
        for number in range(4):
            person = make_person(f"Person{more}{number}", "seller", team)
            actions.set_task(title="Call", due_at=in_hours(number), by=person)
        client.get(reverse("queue:team"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("queue:team"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("seed", range(12))
def test_every_obligation_is_in_one_queue_or_told_as_nobodys(seed, owner, head, seller, team):
    """Random tasks, people and absences: of all that is to be done nothing is missing and nothing stands twice."""
    chance = random.Random(seed)
    people = [owner, head, seller, *(make_person(f"Person{number}", "seller", team) for number in range(4))]
    for number in range(30):
        author, person = chance.choice(people), chance.choice(people)
        task = actions.set_task(
            title=f"Task {number}",
            person=person,
            watchers=chance.sample(people, 2),
            by=author,
            needs_acceptance=chance.random() < 0.4,
            **chance.choice([{}, {"due_at": in_hours(chance.randint(-99, 99))}]),
        )
        if chance.random() < 0.4:
            actions.finish_task(task=seen(task, person), result="Done", by=person)
    for person in chance.sample(people[1:], 3):
        away(person, *chance.sample([each for each in people if each != person], chance.choice([0, 1, 2])))

    due = {
        f"planner.task:{row.pk}": row.author_id if row.state == "review" else row.person_id
        for row in Task.objects.as_system("a test counts them").filter(state__in=("open", "review"))
    }
    charge = Charge()
    there = [person for person in people if not charge.is_away(person.pk)]
    in_queues = [key for person in there for key in keys(person) if key.startswith("planner.task:")]
    nobodys = [key for key, whose in due.items() if charge.of(User.objects.get(pk=whose)) is None]
    told = [
        item.key for load in loads(User.objects.get(pk=owner.pk)) if load.in_charge is None for item in load.items
    ]  # fmt: skip
    assert sorted(in_queues + told) == sorted(due)
    assert sorted(told) == sorted(nobodys)


SIDE = {"HX-Request": "true", "X-Kartu-Drawer": "1"}


def press(client, name: str, task: Task, **data: object) -> int:
    return client.post(reverse(name, args=[task.pk]), data, headers=SIDE).status_code


def test_what_is_in_hand_opens_the_forms_of_every_task(client, seller):
    busy = Outcome.objects.create(kind="call", name="Busy", next_kind="call", next_after=120)
    task = actions.set_task(title="Call", kind="call", by=seller)
    client.force_login(seller)
    told = client.get(look(task), {"rail": "1"}).content.decode()

    for name in ("finish_task", "move_task", "assign_task"):
        assert f'href="{reverse(f"planner:{name}", args=[task.pk])}" data-drawer' in told, name
    assert f'{reverse("planner:finish_task", args=[task.pk])}?outcome={busy.pk}" data-drawer' in told


def test_a_task_is_finished_from_the_row_with_a_result_only(client, seller):
    task = actions.set_task(title="Call", by=seller)
    client.force_login(seller)
    assert press(client, "planner:finish_task", task) == 422 and keys(seller)

    assert press(client, "planner:finish_task", task, result="Takes 40 boxes") == 204
    assert keys(seller) == [] and Task.objects.visible_to(seller).get().result == "Takes 40 boxes"


def test_a_task_is_moved_from_the_row_in_words(client, seller):
    task = actions.set_task(title="Call", due_at=in_hours(2), by=seller)
    meeting = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(2), by=seller)
    client.force_login(seller)
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert press(client, "planner:move_task", task, when="besok") == 204
    assert (seen(task, seller).due_on, seen(task, seller).due_at) == (tomorrow, None)
    assert press(client, "planner:move_task", task, when="завтра 15:00") == 204
    assert (seen(task, seller).due_at.date(), seen(task, seller).due_on) == (tomorrow, None)
    assert press(client, "planner:move_task", meeting, when="tomorrow 15:00") == 204
    assert seen(meeting, seller).end_at - seen(meeting, seller).start_at == timedelta(hours=1)
    assert press(client, "planner:move_task", task, when="some day") == 422


def test_a_task_is_handed_over_from_the_row(client, seller, colleague):
    task = actions.set_task(title="Call", by=seller)
    client.force_login(seller)
    assert press(client, "planner:assign_task", task, to="nobody") == 422
    assert press(client, "planner:assign_task", task, to=colleague.pk) == 204
    assert keys(seller) == [] and len(keys(colleague)) == 1


def test_what_was_done_is_accepted_or_given_back_from_the_row(client, seller, colleague):
    task = actions.set_task(title="Offer", person=colleague, needs_acceptance=True, by=seller)
    actions.finish_task(task=seen(task, colleague), result="Made", by=colleague)
    client.force_login(seller)
    told = client.get(look(task), {"rail": "1"}).content.decode()
    assert reverse("planner:accept_task", args=[task.pk]) in told
    assert press(client, "planner:return_task", task, why="The price") == 204 and keys(seller) == []

    actions.finish_task(task=seen(task, colleague), result="With the price", by=colleague)
    assert press(client, "planner:accept_task", task) == 204 and seen(task, seller).state == "done"


def test_what_is_accepted_already_says_so(client, seller, colleague):
    task = actions.set_task(title="Offer", person=colleague, needs_acceptance=True, by=seller)
    client.force_login(seller)

    answer = client.post(reverse("planner:accept_task", args=[task.pk]), headers=SIDE)
    assert "This does not wait to be accepted" in answer.headers["HX-Trigger"] and seen(task, seller).state == "open"
