"""A task for each of the selected clients: whose they are, who may, what is left, taken back as one."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.clients.tests.lists.asked import make
from kartu.core.faults import Fault
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.planner.many import for_each
from kartu.planner.models import Task
from kartu.records.lists import bulk
from kartu.records.models import ChangeSet

ACT = "/lists/clients/acts/clients.task/"
ALL = {"title": "Call", "kind": "call", "priority": "2", "all": "1", "query": ""}
GIVEN = {"title": "Call [client]", "kind": "call", "priority": "2", "when": ""}


@pytest.fixture
def cards(seller, colleague) -> list[Client]:
    """Four clients: two of the seller, two of the colleague."""
    keepers = (seller, seller, colleague, colleague)
    return [clients.add_client(name=f"PT {letter}", by=who) for letter, who in zip("ABCD", keepers, strict=True)]


def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def sent(cards: list[Client], **given: object) -> dict:
    return {**GIVEN, "ids": ",".join(str(card.pk) for card in cards), **given}


def tasks() -> list[Task]:
    return list(Task.objects.as_system("a test").live().select_related("person", "client").order_by("client_id"))


def test_each_client_gets_a_task_of_whoever_looks_after_it(head, cards):
    answer = browser(head).post(ACT, sent(cards))

    assert answer.status_code == 204
    told = [(task.title, task.kind, task.person.name, task.author_id) for task in tasks()]
    assert told == [
        ("Call PT A", "call", "Sari", head.pk), ("Call PT B", "call", "Sari", head.pk),
        ("Call PT C", "call", "Kolya", head.pk), ("Call PT D", "call", "Kolya", head.pk),
    ]  # fmt: skip


def test_before_it_is_done_the_titles_are_told_with_the_names(head, cards, colleague):
    every = list(Client.objects.visible_to(head).order_by("pk"))
    told = browser(head).get(ACT, {**sent(every), "preview": "1"}).content.decode()
    lines = re.findall("<li>(.*?)</li>", told)

    assert lines == [
        "Call PT A · Sari", "Call PT B · Sari", "Call PT C · Kolya", "Call PT D · Kolya",
    ]  # fmt: skip
    assert not tasks()
    assert for_each.foretold_one(Client(name="PT E"), "Call", [], 0) == "Call · Nobody looks after this client"
    shared = browser(head).get(ACT, {**sent(every), "people": [head.pk, colleague.pk], "preview": "1"}).content.decode()
    assert f"Call PT A · {head.name}" in shared and "Call PT B · Kolya" in shared
    assert browser(head).get(ACT, {**sent(every), "title": "", "preview": "1"}).content.decode().strip() == ""


def test_of_many_the_first_are_told_and_how_many_follow_in_as_many_queries(head, cards):
    head_browser = browser(head)
    few = sent(cards[:1], preview="1")
    head_browser.get(ACT, few)
    with CaptureQueriesContext(connection) as asked:
        head_browser.get(ACT, few)
    for number in range(8):
        clients.add_client(name=f"PT {number}", by=head)
    many = {**GIVEN, "all": "1", "query": "", "preview": "1"}
    with CaptureQueriesContext(connection) as asked_for_many:
        told = head_browser.get(ACT, many).content.decode()

    assert told.count("<li>") == 5 and "and 7 more" in told
    assert len(asked_for_many) <= len(asked) + 2  # the question of the list


@pytest.mark.browser
def test_the_titles_are_told_while_they_are_typed(head, cards, page, sign_in):
    sign_in(head)
    page.goto(f"{ACT}?ids={cards[0].pk},{cards[1].pk}")
    told = page.locator("[aria-live] li")
    expect(told).to_have_count(0)

    page.locator("[name=title]").press_sequentially("Offer for [client]")
    expect(told).to_have_text(["Offer for PT A · Sari", "Offer for PT B · Sari"])


def test_the_time_is_said_in_words(head, cards):
    browser(head).post(ACT, sent(cards[:1], kind="task", when="tomorrow"))
    browser(head).post(ACT, sent(cards[1:2], kind="meeting", when="tomorrow 10:07"))

    one, other = tasks()
    assert one.due_on == timezone.localdate() + timedelta(days=1)
    assert timezone.localtime(other.start_at).strftime("%H:%M") == "10:07" and other.end_at


def test_several_people_share_them_evenly(head, seller, colleague, cards):
    browser(head).post(ACT, sent(cards, people=[colleague.pk, seller.pk]))

    assert [task.person.name for task in tasks()] == ["Kolya", "Sari", "Kolya", "Sari"]


def test_one_person_gets_all_of_them(head, cards):
    browser(head).post(ACT, sent(cards, people=[head.pk]))
    assert {task.person_id for task in tasks()} == {head.pk}


@pytest.mark.parametrize(
    ("given", "field"), [({"title": " "}, "title"), ({"when": "some day"}, "when"), ({"people": "999999"}, "people")]
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(head, cards, given, field):
    answer = browser(head).post(ACT, sent(cards, **given))

    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert 'value="Call [client]"' in answer.content.decode() or field == "title"
    assert not tasks()


def test_it_is_taken_back_as_one(head, cards):
    window = browser(head)
    window.post(ACT, sent(cards))
    changes = ChangeSet.objects.get()
    assert changes.title == "A task for each: Call [client]"

    window.post(changes.undo_url)
    assert not tasks()


def test_a_client_that_nobody_looks_after_is_left_and_named(owner, cards):
    [alone] = make(None, {"name": "PT Alone"})
    window = browser(owner)
    answer = window.post(ACT, sent([*cards, alone]))

    assert len(tasks()) == 4
    changes = ChangeSet.objects.get()
    assert f"/changes/{changes.pk}/" in answer["HX-Trigger"]
    page = window.get(f"/changes/{changes.pk}/").content.decode()
    assert "PT Alone" in page and "Nobody looks after this client" in page and "1 was left as it is" in page


def test_clients_out_of_reach_get_nothing(head, stranger, cards):
    his = clients.add_client(name="PT His", by=stranger)
    browser(head).post(ACT, sent([*cards, his]))
    assert {task.client_id for task in tasks()} == {card.pk for card in cards}


def test_without_the_right_to_change_many_there_is_no_such_act(seller, cards):
    assert browser(seller).post(ACT, sent(cards)).status_code == 404
    assert not tasks()


def test_whoever_may_not_set_tasks_is_not_offered_it(head, cards):
    head.role.grants = {"tasks.create": 0}
    head.role.save()

    assert browser(head).post(ACT, sent(cards)).status_code == 404
    assert "clients.task" not in browser(head).get("/clients/").content.decode()
    assert not tasks()


def test_whom_one_may_not_ask_is_refused(head, cards):
    head.role.grants = {"tasks.assign": 0}
    head.role.save()
    colleague = make_person("Dewi", "seller")

    assert browser(head).post(ACT, sent(cards, people=[colleague.pk])).status_code == 422
    browser(head).post(ACT, sent(cards))
    assert not tasks()


def test_pressed_twice_it_is_done_once(head, cards):
    window = browser(head)
    for _time in range(2):
        window.post(ACT, sent(cards), headers={"Idempotency-Key": "0d5cb6c5-6a0e-4b8e-a2a4-222222222222"})
    assert len(tasks()) == 4


def test_all_that_are_found_go_on_in_the_background_also_after_a_break(head, seller, cards, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    made, act = [], for_each.task_for

    def dies_at_the_third(**given: object) -> Task:
        if len(made) == 2:
            made.append(None)
            raise Fault("killed")
        made.append(act(**given))
        return made[-1]

    monkeypatch.setattr(for_each, "task_for", dies_at_the_third)
    answer = browser(head).post(ACT, {**ALL, "people": [head.pk, seller.pk]})
    assert answer["HX-Redirect"] == "/clients/"
    run_jobs()
    assert len(tasks()) == 2
    Job.objects.update(run_at=None)
    run_jobs()

    assert [task.client_id for task in tasks()] == [card.pk for card in cards]
    assert [task.person_id for task in tasks()] == [head.pk, seller.pk] * 2
    assert ChangeSet.objects.count() == 1


def test_tomorrow_is_the_day_after_it_was_asked_for_where_whoever_asked_is(head, cards, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    head.time_zone = "Pacific/Kiritimati"
    head.save()
    browser(head).post(ACT, {**ALL, "when": "tomorrow 10:00"})
    asked = (timezone.now() - timedelta(days=3)).astimezone(ZoneInfo(head.time_zone))
    ChangeSet.objects.update(at=asked)
    run_jobs()

    [moment] = {task.due_at.astimezone(asked.tzinfo) for task in tasks()}
    assert (moment.date(), moment.hour) == (asked.date() + timedelta(days=1), 10)


@pytest.mark.parametrize("place", ["[client]", "[Klien]", "[клиент]"])
def test_the_name_stands_in_the_title_in_any_language_and_is_cut_where_it_is_long(place):
    client = Client(name="X" * 300)
    title = for_each.title_for(f"Offer for {place}", client)
    assert title.startswith("Offer for XX") and len(title) == 200
