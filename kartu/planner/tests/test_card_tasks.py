"""The tasks of a client: a section of its card, and what of them stands in its history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.card import client_for_card
from kartu.clients.models import Client
from kartu.clients.timeline import reading
from kartu.planner import actions
from kartu.planner.at_hand import FIRST_FINISHED
from kartu.planner.card_tasks import PAGE, closed_page, open_page
from kartu.planner.models import Task
from kartu.planner.tests.conftest import in_hours, seen

PIECE = {"HX-Request": "true"}


def tab(client, person, card: Client, **query: str) -> str:
    client.force_login(person)
    answer = client.get(reverse("planner:card_tasks", args=[card.pk]), query, headers=PIECE)
    assert answer.status_code == 200
    return answer.content.decode()


def done(title: str, card: Client, by, **more: object) -> Task:
    task = actions.set_task(title=title, client=card, by=by, **more)
    actions.finish_task(task=task, result=f"{title} is done", by=by)
    return seen(task, by)


def history(card: Client, person, **asked: object) -> list:
    page = reading.read(Client.objects.visible_to(person).get(pk=card.pk), person, **asked)
    return [entry for _day, entries in page.days for entry in entries]


def told(card: Client, person, **asked: object) -> str:
    return "\n".join(str(entry.html) for entry in history(card, person, **asked))


def test_open_ones_come_first_the_late_before_the_rest_and_then_what_is_over(client, sinar, seller):
    actions.set_task(title="Some day", client=sinar, by=seller)
    actions.set_task(title="Tomorrow", client=sinar, due_at=in_hours(24), by=seller)
    actions.set_task(title="Yesterday", client=sinar, due_at=in_hours(-24), by=seller)
    done("Measured", sinar, seller)
    dropped = actions.set_task(title="Painted", client=sinar, by=seller)
    actions.drop_task(task=dropped, why="No roof", by=seller)

    page = tab(client, seller, sinar)

    order = [page.index(title) for title in ("Yesterday", "Tomorrow", "Some day", "Painted", "Measured")]
    assert order == sorted(order)
    late = page[page.index("Yesterday") : page.index("Tomorrow")]
    assert "chip bad" in late and "chip bad" not in page[page.index("Tomorrow") :]
    assert "Measured is done" in page and "No roof" in page and "Not needed" in page


def test_a_row_offers_what_the_person_may_do_with_it(client, sinar, seller, colleague, head):
    task = actions.set_task(title="Offer", client=sinar, by=seller)
    actions.set_task(title="Look", client=sinar, person=colleague, needs_acceptance=True, by=seller)
    actions.finish_task(task=Task.objects.visible_to(colleague).get(title="Look"), result="Seen", by=colleague)
    acts = [reverse(f"planner:{name}", args=[task.pk]) for name in ("finish_task", "move_task", "assign_task")]

    page = tab(client, seller, sinar)
    assert all(f'href="{url}" data-drawer' in page for url in acts)
    assert "/accept/" in page and f"{reverse('planner:new_task')}?client={sinar.pk}" in page

    seller.role.grants = {**seller.role.grants, "tasks.change": 0, "tasks.create": 0}
    seller.role.save()
    page = tab(client, seller, sinar)
    assert "Offer" in page and not any(url in page for url in acts)
    assert "/accept/" not in page and reverse("planner:new_task") not in page


def test_the_section_shows_what_the_person_sees_and_counts_that(client, sinar, seller, head):
    actions.set_task(title="Between us", client=sinar, is_private=True, by=seller)
    actions.set_task(title="For all", client=sinar, by=seller)

    assert "Between us" in tab(client, seller, sinar)
    page = tab(client, head, sinar)
    assert "Between us" not in page and "For all" in page

    def counter(person) -> str:
        client.force_login(person)
        page = client.get(f"/clients/{sinar.pk}/").content.decode()
        return page[page.index('data-tab="tasks"') :][:200]

    assert ">2<" in counter(seller) and ">1<" in counter(head)


def test_who_may_not_see_tasks_has_no_such_section(client, sinar, seller):
    done("Measured", sinar, seller)
    seller.role.grants = {**seller.role.grants, "tasks.view": 0}
    seller.role.save()
    client.force_login(seller)

    assert 'data-tab="tasks"' not in client.get(f"/clients/{sinar.pk}/").content.decode()
    assert client.get(reverse("planner:card_tasks", args=[sinar.pk]), headers=PIECE).status_code == 403
    assert "Measured" not in told(sinar, seller)


def test_a_client_out_of_sight_has_no_tasks(client, sinar, stranger):
    client.force_login(stranger)
    assert client.get(reverse("planner:card_tasks", args=[sinar.pk]), headers=PIECE).status_code == 404


def test_an_empty_section_teaches_and_offers_the_first_one(client, sinar, seller):
    page = tab(client, seller, sinar)
    assert "No tasks yet" in page and f"{reverse('planner:new_task')}?client={sinar.pk}" in page


def test_page_by_page_each_task_comes_once(client, sinar, seller):
    day = timezone.localdate() + timedelta(days=2)
    for number in range(PAGE + 3):
        # Some at one and the same moment, some without any.
        when = [{"due_on": day}, {}, {"due_at": in_hours(number)}][number % 3]
        actions.set_task(title=f"Open {number}", client=sinar, by=seller, **when)
    for number in range(PAGE + 3):
        done(f"Closed {number}", sinar, seller)
    QuerySet(Task).filter(state="done").update(closed_at=timezone.now())
    card = Client.objects.visible_to(seller).get(pk=sinar.pk)

    for read in (open_page, closed_page):
        first = read(card, seller)
        second = read(card, seller, first.further)
        titles = [row.task.pk for page in (first, second) for row in page.rows]
        assert len(set(titles)) == len(titles) == PAGE + 3 and second.further == ""

    further = tab(client, seller, sinar, after=open_page(card, seller).further)
    assert further.count('class="next"') == 3 and "card-tasks" not in further
    assert tab(client, seller, sinar, before="nonsense").count('class="ev"') == PAGE
    assert tab(client, seller, sinar, after="nonsense").count('class="next"') == PAGE


def test_thirty_tasks_take_as_many_queries_as_three(client, seller, colleague):
    asked = []
    for count in (1, 1, 10):
        card = clients.add_client(name=f"PT {count}", by=seller)
        rina = clients.add_contact(client=card, name="Rina", by=seller)
        for number in range(count):
            who = (seller, colleague)[number % 2]
            actions.set_task(title=f"x {number}", client=card, contact=rina, person=who, by=seller)
            done(f"y {number}", card, seller)
            dropped = actions.set_task(title="z", client=card, by=seller)
            actions.drop_task(task=dropped, by=seller)
        with CaptureQueriesContext(connection) as queries:
            tab(client, seller, card)
        asked.append(len(queries))

    assert asked[1] == asked[2]


# ---- the history


def test_the_history_tells_of_a_finished_task_once(client, sinar, seller):
    done("Sketch", sinar, seller)
    call = done("Rina", sinar, seller, kind="call")

    page = told(sinar, seller)
    assert page.count("Sketch is done") == 1 and "Sari" in page and reverse("planner:task", args=[call.pk]) not in page
    assert page.count("Rina is done") == 1, "the call tells of it"
    assert "Sketch" not in told(sinar, seller, kind="call") and "Sketch" in told(sinar, seller, kind="tasks")


def test_a_task_whose_call_lies_in_the_trash_tells_of_itself(sinar, seller):
    task = done("Rina", sinar, seller, kind="call")
    clients.remove_touch(touch=task.touch, by=seller)

    assert told(sinar, seller).count("Rina is done") == 1


def test_open_dropped_and_waiting_ones_are_no_history(sinar, seller, colleague):
    actions.set_task(title="Open one", client=sinar, by=seller)
    actions.drop_task(task=actions.set_task(title="Dropped one", client=sinar, by=seller), by=seller)
    asked = actions.set_task(title="Waiting one", client=sinar, person=colleague, needs_acceptance=True, by=seller)
    actions.finish_task(task=seen(asked, colleague), result="Seen", by=colleague)

    assert not any(title in told(sinar, seller) for title in ("Open one", "Dropped one", "Waiting one"))


def test_a_private_one_stands_in_the_history_of_its_person_only(sinar, seller, head):
    done("Between us", sinar, seller, is_private=True)

    assert "Between us" in told(sinar, seller) and "Between us" not in told(sinar, head)


def test_the_history_goes_on_page_by_page_with_tasks_in_it(sinar, seller):
    for number in range(FIRST_FINISHED + 4):
        done(f"Task {number}.", sinar, seller)
        clients.log_touch(client=sinar, text=f"Note {number}.", by=seller)
    entries, before = [], None
    card = Client.objects.visible_to(seller).get(pk=sinar.pk)
    while (page := reading.read(card, seller, before=before)) and (before := page.older):
        entries += [entry for _day, some in page.days for entry in some]
    entries += [entry for _day, some in page.days for entry in some]

    assert len({entry.place for entry in entries}) == len(entries)
    text = "\n".join(str(entry.html) for entry in entries)
    assert all(text.count(f">Task {number}.<") == 1 for number in range(FIRST_FINISHED + 4))


@pytest.mark.parametrize("number", [3, FIRST_FINISHED + 2])
def test_the_history_counts_them(sinar, seller, number):
    def count() -> int:
        return reading.count(client_for_card(sinar.pk, seller), seller)

    before = count()
    for one in range(number):
        done(f"Task {one}", sinar, seller)

    assert count() == before + number
