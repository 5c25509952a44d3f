"""What the card of a client, its lists and its segments hear of tasks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.card import Card, client_for_card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client, Touch
from kartu.clients.segments.fields import asked_by
from kartu.clients.segments.meaning import understood
from kartu.clients.segments.ready import ready_for
from kartu.clients.tests.test_own_related import PIECE, made, piece
from kartu.core.expressions import as_condition
from kartu.planner import actions
from kartu.planner.models import Participant, Reminder, Task
from kartu.planner.on_cards import next_section
from kartu.planner.tests.conftest import in_hours, seen
from kartu.records.changes import change_set, undo
from kartu.records.lists.asking import Asking
from kartu.security.actions import Refused


@pytest.fixture
def volga(stranger) -> Client:
    return clients.add_client(name="ООО «Волга Снаб»", country="RU", by=stranger)


def next_of(client: Client) -> tuple:
    return Client.objects.as_system("a test").values_list("next_touch_at", "next_touch_text").get(pk=client.pk)


NOTHING = (None, "")


# ---- the next touch


def test_the_nearest_open_task_is_the_next_touch_until_it_is_done(sinar, seller):
    later = actions.set_task(title="The offer", kind="call", client=sinar, due_at=in_hours(5), by=seller)
    sooner = actions.set_task(title="The price", kind="call", client=sinar, due_at=in_hours(1), by=seller)
    assert next_of(sinar) == (sooner.due_at, "The price")

    actions.finish_task(task=sooner, result="Agreed", by=seller)

    assert next_of(sinar) == (later.due_at, "The offer")
    assert Touch.objects.visible_to(seller).get().text == "Agreed"


def test_a_private_one_and_one_without_a_date_are_no_next_touch(sinar, seller):
    actions.set_task(title="Between us", client=sinar, due_at=in_hours(1), is_private=True, by=seller)
    actions.set_task(title="Some day", client=sinar, by=seller)

    assert next_of(sinar) == NOTHING


def test_the_next_touch_follows_moves_undo_the_trash_and_another_client(sinar, seller, head):
    other = clients.add_client(name="Toko", by=seller)
    task = actions.set_task(title="The offer", client=sinar, due_at=in_hours(1), by=seller)
    with change_set("edit", "Moved", by=seller) as moved:
        actions.change_task(task=task, values={"due_at": in_hours(3)}, by=seller)
    assert next_of(sinar)[0] == in_hours(3)
    undo(moved, by=seller)
    assert next_of(sinar)[0] == in_hours(1)

    with change_set("edit", "Of another client", by=seller) as given:
        actions.change_task(task=seen(task, seller), values={"client_id": other.pk}, by=seller)
    assert (next_of(sinar), next_of(other)[1]) == (NOTHING, "The offer")
    undo(given, by=seller)
    assert (next_of(sinar)[1], next_of(other)) == ("The offer", NOTHING)

    actions.trash_task(task=seen(task, seller), by=head)
    assert next_of(sinar) == NOTHING
    actions.restore_task(task=task, by=head)
    assert next_of(sinar)[1] == "The offer"


# ---- the card


def card_of(client, person, card: Client) -> str:
    client.force_login(person)
    return client.get(f"/clients/{card.pk}/").content.decode()


def test_the_card_shows_what_is_to_come_ones_own_first(client, sinar, seller, head):
    actions.set_task(title="Of the head", client=sinar, due_at=in_hours(1), person=head, by=head)
    task = actions.set_task(title="Mine", client=sinar, due_at=in_hours(9), by=seller)

    page = card_of(client, seller, sinar)

    shown = page[page.index('id="next"') :]
    assert shown.index("Mine") < shown.index("Of the head")
    assert reverse("planner:finish_task", args=[task.pk]) in page
    assert f"{reverse('planner:new_task')}?client={sinar.pk}&amp;kind=call" in page


def test_a_private_task_stands_on_the_card_for_its_person_only(client, sinar, seller, head):
    actions.set_task(title="Between us", client=sinar, due_at=in_hours(1), is_private=True, by=seller)

    assert "Between us" in card_of(client, seller, sinar)
    assert "Between us" not in card_of(client, head, sinar)


def test_a_card_with_many_tasks_takes_as_many_queries_as_one_with_one(client, seller):
    cards = []
    for count in (1, 12):
        card = clients.add_client(name=f"PT {count}", by=seller)
        rina = clients.add_contact(client=card, name="Rina", by=seller)
        for number in range(count):
            due = in_hours(number + 1)
            actions.set_task(title=f"Call {number}", kind="call", client=card, contact=rina, due_at=due, by=seller)
        cards.append(card)
    asked = []
    for card in (cards[0], *cards):
        with CaptureQueriesContext(connection) as queries:
            card_of(client, seller, card)
        asked.append(len(queries))

    assert asked[1] == asked[2]


def test_the_dossier_tells_what_is_to_come(sinar, seller):

    actions.set_task(title="About pumps", kind="call", client=sinar, due_at=in_hours(48), by=seller)
    section = next_section(Card(client_for_card(sinar.pk, seller), seller), Period())

    assert [each.text for each in section.lines] == ["About pumps"]


def test_a_task_is_set_moved_and_finished_at_the_side_of_the_card(client, sinar, seller):
    client.force_login(seller)

    def send(name: str, *args: int, query: str = "", **typed: object):
        url, side = reverse(f"planner:{name}", args=args) + query, {"HX-Request": "true", "X-Kartu-Drawer": "1"}
        return client.post(url, typed, headers=side)

    new = f"?client={sinar.pk}&kind=call"
    assert 'value="call" id="id_kind_1" checked' in client.get(reverse("planner:new_task") + new).content.decode()
    assert send("new_task", query=new, title="The offer in 2 days", kind="call", client=sinar.pk).status_code == 204
    task = Task.objects.visible_to(seller).get()
    moved = send("move_task", task.pk, when="in 3 days")
    assert "kartu:saved" in moved.headers["HX-Trigger"], "the card shows itself anew"
    assert seen(task, seller).moves == 1
    assert send("finish_task", task.pk, result=" ", touch_kind="call").status_code == 422
    done = send("finish_task", task.pk, result="Agreed", touch_kind="call", next_when="in 3 days")
    assert done.status_code == 204

    assert Touch.objects.visible_to(seller).get().text == "Agreed"
    again = Task.objects.visible_to(seller).get(state="open")
    assert (again.title, again.client) == ("The offer", sinar)
    assert send("drop_task", again.pk, why="They called").status_code == 204
    assert next_of(sinar) == NOTHING


# ---- the quick line


def log(client, card: Client, **typed):
    return client.post(f"/clients/{card.pk}/touches/", {"kind": "note", "direction": "out", **typed})


PROMISES = ["call Rina fri 15:00", "hubungi Bu Rina besok 9", "Позвонить Rina завтра 10"]


@pytest.mark.parametrize("text", PROMISES)
def test_a_note_that_promises_a_call_sets_a_call_to_that_person(client, seller, sinar, text):
    rina = clients.add_contact(client=sinar, name="Rina Kusuma", by=seller)
    client.force_login(seller)

    log(client, sinar, text=text)

    task = Task.objects.visible_to(seller).get()
    assert (task.kind, task.contact, task.client) == ("call", rina, sinar) and task.due_at > timezone.now()
    assert not Touch.objects.visible_to(seller).exists()


def test_a_task_of_the_quick_line_finds_its_time_in_the_words(client, seller, sinar):
    client.force_login(seller)

    assert log(client, sinar, kind="task", text="besok jam 9 kirim sampel").status_code == 200
    assert log(client, sinar, kind="task", text="count the stock").status_code == 200
    assert log(client, sinar, kind="task", text="завтра 10").status_code == 422

    dated, undated = Task.objects.visible_to(seller).order_by("pk")
    assert (dated.kind, dated.title, dated.due_at is not None) == ("task", "kirim sampel", True)
    assert (undated.title, undated.at) == ("count the stock", None)


def test_who_may_not_set_tasks_has_no_such_line(client, seller, sinar):
    seller.role.grants = {**seller.role.grants, "tasks.create": 0}
    seller.role.save()

    assert 'value="task"' not in card_of(client, seller, sinar)
    assert log(client, sinar, kind="task", text="besok jam 9 kirim sampel").status_code == 422


# ---- who has it


def test_the_owner_hands_over_to_anybody_and_what_is_to_be_done_goes_along(sinar, seller, owner, stranger):
    mine = actions.set_task(title="Call", kind="call", client=sinar, due_at=in_hours(24), by=seller)
    of_the_owner = actions.set_task(title="Thank", client=sinar, due_at=in_hours(24), by=owner)
    private = actions.set_task(title="Between us", client=sinar, is_private=True, by=seller)
    with change_set("edit", "Handed over", by=owner) as changes:
        clients.hand_over(client=sinar, to=stranger, by=owner)

    def people() -> dict:
        return dict(Task.objects.as_system("a test").values_list("pk", "person__name"))

    assert people() == {mine.pk: "Viktor", of_the_owner.pk: "Olga", private.pk: "Sari"}
    assert Reminder.objects.as_system("a test").get(task=mine).person == stranger

    undo(changes, by=owner)
    assert people()[mine.pk] == "Sari"
    assert Reminder.objects.as_system("a test").get(task=mine).person == seller


def test_tasks_of_one_who_sees_the_card_no_more_are_kept_by_who_does(sinar, volga, owner, seller, stranger, head):
    call = actions.set_task(title="The offer", kind="call", client=volga, due_at=in_hours(24), by=stranger)
    asked = actions.set_task(title="Invoice", client=sinar, person=stranger, by=seller)
    with change_set("edit", "Merged", by=owner) as changes:
        clients.merge_clients(client=sinar, other=volga, by=owner)

    call = Task.objects.as_system("a test").get(pk=call.pk)
    assert (call.client_id, call.person_id) == (sinar.pk, seller.pk)
    assert Task.objects.as_system("a test").get(pk=asked.pk).person == stranger, "he was asked though he never saw it"
    assert next_of(sinar)[1] == "The offer"

    undo(changes, by=owner)
    call.refresh_from_db()
    assert (call.client_id, call.person_id) == (volga.pk, stranger.pk)
    assert (next_of(sinar)[1], next_of(volga)[1]) == ("", "The offer")


def test_a_stranger_sets_no_task_on_a_client_that_he_does_not_see(sinar, stranger):
    with pytest.raises(Refused):
        actions.set_task(title="Call", client=sinar, by=stranger)
    assert not Task.objects.as_system("a test").exists()


# ---- segments and sections


def found(text: str, person) -> set[str]:
    asking = Asking(person)
    condition = as_condition(understood(text, asking), asked_by(asking))
    return set(Client.objects.visible_to(person).filter(condition).values_list("name", flat=True))


def test_segments_count_open_tasks_and_calls_as_they_counted_call_backs(sinar, owner, seller):
    toko = clients.add_client(name="Toko", by=seller)
    clients.add_client(name="Nobody", by=seller)
    actions.set_task(title="Call", kind="call", client=sinar, due_at=in_hours(1), by=seller)
    actions.set_task(title="Count", client=toko, by=seller)
    actions.set_task(title="About nobody", by=seller)
    actions.finish_task(
        task=actions.set_task(title="Old", kind="call", client=toko, by=seller), result="Done", by=seller
    )

    assert found("call_backs.count > 0", owner) == {"PT Sinar Abadi"}
    assert found("tasks.count > 0", owner) == {"PT Sinar Abadi", "Toko"}
    assert found(ready_for(Asking(owner))["no_next"].text, owner) == {"Nobody"}


@pytest.mark.parametrize("source", ["call_backs", "tasks"])
def test_a_section_lists_the_tasks_of_a_client(client, sinar, owner, seller, head, source):
    section = made("What is to be done", source, owner)
    actions.set_task(title="The offer", kind="call", client=sinar, due_at=in_hours(2), by=seller)
    actions.set_task(title="Between us", kind="call", client=sinar, is_private=True, by=seller)
    client.force_login(head)
    told = piece(client, sinar, section)

    assert "The offer" in told and "Between us" not in told
    assert f"{reverse('planner:new_task')}?client={sinar.pk}" in told

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("clients:all_related", args=[sinar.pk, section.pk]), headers=PIECE)
        return len(asked)

    before = (queries(), queries())[1]
    for number in range(9):
        due, by = in_hours(number + 3), (seller, owner)[number % 2]
        actions.set_task(title="x", kind="call", client=sinar, due_at=due, by=by)
    assert queries() == before


def test_watchers_of_a_task_stay_when_its_client_is_handed_over(sinar, seller, owner, stranger, colleague):
    task = actions.set_task(title="Call", client=sinar, watchers=[colleague], by=seller)
    clients.hand_over(client=sinar, to=stranger, by=owner)

    assert Participant.objects.as_system("a test").get(task=task).person == colleague
