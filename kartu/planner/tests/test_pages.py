"""The page of a task and its forms."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation

from kartu.clients import actions as clients
from kartu.planner import actions
from kartu.planner.forms.fields import OFTEN
from kartu.planner.models import Outcome, Participant, Reminder, Task, TaskItem
from kartu.planner.spoken import when_said
from kartu.planner.tests.conftest import in_hours, seen, sees
from kartu.records.models import ChangeSet, File


def at(who) -> Browser:
    browser = Browser()
    browser.force_login(who)
    return browser


def send(who, name: str, *args: int, query: str = "", **data: object):
    return at(who).post(reverse(f"planner:{name}", args=args) + query, data, follow=True)


def page(person, name: str, *args: int, query: str = "") -> str:
    answer = at(person).get(reverse(f"planner:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def newest(person) -> Task:
    return Task.objects.visible_to(person).order_by("-pk").first()


@pytest.mark.parametrize(
    ("typed", "title", "kind", "column"),
    [
        ("call Rina tomorrow 15:00", "call Rina", "call", "due_at"),
        ("hubungi Bu Rina besok 9", "hubungi Bu Rina", "call", "due_at"),
        ("Позвонить Марии завтра 10", "Позвонить Марии", "call", "due_at"),
        ("count the boxes tomorrow", "count the boxes", "task", "due_on"),
        ("count the boxes", "count the boxes", "task", ""),
    ],
)
def test_the_title_says_when_it_is_and_that_it_is_a_call(seller, typed, title, kind, column):
    send(seller, "new_task", title=typed, kind="task")

    task = newest(seller)
    assert (task.title, task.kind) == (title, kind)
    assert [name for name, value in task.times().items() if value] == [column] * bool(column)


def test_a_meeting_begins_when_its_title_says(seller):
    send(seller, "new_task", title="With Rina tomorrow 15:00", kind="meeting")

    task = newest(seller)
    assert task.end_at - task.start_at == timedelta(hours=1) and task.due_at is None


def test_what_the_fields_say_counts_before_the_title(seller):
    day = timezone.localdate() + timedelta(days=9)
    send(seller, "new_task", title="Offer for tomorrow 15:00", kind="task", due_on=day)

    task = newest(seller)
    assert (task.title, task.due_on, task.due_at) == ("Offer for tomorrow 15:00", day, None)


def test_a_new_task_takes_all_that_was_filled_in(seller, colleague, sinar):
    first = actions.set_task(title="Measure", by=seller)
    rina = clients.add_contact(client=sinar, name="Rina", by=seller)
    filled = {
        "title": "Offer", "kind": "task", "due_at": f"{timezone.localtime(in_hours(9)):%Y-%m-%dT%H:%M}",
        "contact": rina.pk, "priority": "4", "items": "Count\n\nWrite", "reminders": ["5", "60"],
        "estimate_minutes": "90", "watchers": [colleague.pk], "first": first.pk, "person": seller.pk,
    }  # fmt: skip
    send(seller, "new_task", **filled)

    task = newest(seller)
    assert (task.client, task.contact, task.priority, task.estimate_minutes) == (sinar, rina, 4, 90)
    assert [item.text for item in TaskItem.objects.visible_to(seller).filter(task=task)] == ["Count", "Write"]
    assert {row.before for row in Reminder.objects.visible_to(seller).filter(task=task)} == {5, 60}
    colleague.refresh_from_db()
    assert sees(task, colleague) and task.waits_for.get().first_id == first.pk


def test_an_address_fills_the_form_in_as_far_as_the_person_sees(seller, stranger, sinar):
    query = f"?title=Offer&kind=meeting&client={sinar.pk}&start=2031-05-06T10:00&due=nonsense"
    told = page(seller, "new_task", query=query)
    assert "PT Sinar Abadi" in told and 'value="2031-05-06T10:00"' in told and 'value="Offer"' in told

    assert "PT Sinar Abadi" not in page(stranger, "new_task", query=query)


@pytest.mark.parametrize(
    ("query", "title", "text"),
    [
        (
            {"title": "Offer", "text": "by Friday", "link": "https://example.com/7"},
            "Offer",
            "by Friday\nhttps://example.com/7",
        ),
        ({"text": "Pumps for the hotel\nthree of them"}, "Pumps for the hotel", "three of them"),
        ({"text": "a" * 230}, "a" * 200, "a" * 30),
        ({"link": "https://example.com/7"}, None, "https://example.com/7"),
    ],
)
def test_what_a_phone_shares_stands_in_the_new_task(seller, query, title, text):
    form = at(seller).get(reverse("planner:new_task"), query).context["form"]

    assert (form.initial.get("title"), form.initial.get("text")) == (title, text)


def test_two_people_at_one_task_are_asked_about_the_same_field_only(seller, colleague, sinar):
    task = actions.set_task(title="Offer", client=sinar, by=seller)
    base = '{"title": "Offer", "text": "", "priority": 2, "kind": "task"}'
    actions.change_task(task=task, values={"title": "The offer"}, by=seller)

    sent = {"base": base, "title": "Their offer", "kind": "task", "priority": "2", "client": sinar.pk}
    answer = send(seller, "change_task", task.pk, **sent)
    assert answer.status_code == 409 and "The offer" in answer.content.decode()
    answer = send(seller, "change_task", task.pk, **{**sent, "title": "Offer", "priority": "3"})
    assert answer.status_code == 200
    assert (seen(task, seller).title, seen(task, seller).priority) == ("The offer", 3)


def test_who_does_not_see_the_client_changes_the_task_and_leaves_the_client(seller, stranger, sinar):
    task = actions.set_task(title="Invoice", client=sinar, person=stranger, by=seller)
    told = page(stranger, "task", task.pk)
    assert "PT Sinar Abadi" in told and f"/clients/{sinar.pk}/" not in told and "1120" not in told

    send(stranger, "change_task", task.pk, title="The invoice", kind="task", priority="2")
    assert (seen(task, stranger).title, seen(task, stranger).client_id) == ("The invoice", sinar.pk)


def test_the_page_has_what_is_needed_to_do_it(seller, colleague, sinar):
    clients.log_touch(client=sinar, kind="call", text="Wants a discount", by=seller)
    parent = actions.set_task(title="Move house", by=seller)
    task = actions.set_task(
        title="Offer", client=sinar, parent=parent, items=["Count"], due_at=in_hours(3), estimate_minutes=30,
        watchers=[colleague], by=seller,
    )  # fmt: skip
    actions.set_task(title="Another step", client=sinar, by=seller)
    first = actions.set_task(title="Measure the roof", by=seller)
    actions.put_after(task=task, first=first, by=seller)

    told = page(seller, "task", task.pk)
    for words in ("tel:+62813", "Wants a discount", "Another step", "Count", "Measure the roof", "Move house", "Kolya"):
        assert words in told, words
    assert "Offer" in page(seller, "task", parent.pk)


def test_the_page_names_the_people_at_the_client_with_the_number_to_press(seller, sinar):
    rina = clients.add_contact(client=sinar, name="Rina", by=seller)
    clients.add_contact(client=sinar, name="Budi", position="Store", phone="0813-5555-0101", by=seller)
    task = actions.set_task(title="Offer", client=sinar, contact=rina, by=seller)
    assert "Budi" in page(seller, "task", task.pk) and "tel:+6281355550101" in page(seller, "task", task.pk)

    seller.role.grants = {**seller.role.grants, "clients.phones": 0, "clients.reveal_phones": 0}
    seller.role.save()
    told = page(seller, "task", task.pk)
    assert "Budi" in told and "55550101" not in told and "0101" not in told.replace("-", "")


def test_an_empty_block_of_files_stays_small_beside_other_things(seller):
    task = actions.set_task(title="Offer", by=seller)
    url = reverse("records:files", args=["planner.task", task.pk])
    assert f'hx-get="{url}?small=1"' in page(seller, "task", task.pk)

    small = at(seller).get(f"{url}?small=1").content.decode()
    assert "data-drop=" in small and "No files yet" not in small and f'hx-get="{url}?small=1"' in small
    assert "No files yet" in at(seller).get(url).content.decode()


def files_of(task: Task) -> set[str]:
    rows = File.objects.as_system("a test").filter(about_type="planner.task", about_id=task.pk)
    return set(rows.values_list("name", flat=True))


def test_a_new_task_takes_files_along(seller):
    files = [SimpleUploadedFile("plan.txt", b"a plan"), SimpleUploadedFile("list.txt", b"a list")]
    send(seller, "new_task", title="Offer", kind="task", files=files)
    assert files_of(newest(seller)) == {"plan.txt", "list.txt"}

    answer = send(seller, "new_task", title="", kind="task", files=[SimpleUploadedFile("plan.txt", b"a plan")])
    assert answer.status_code == 422 and "Choose the files once more" in answer.content.decode()


def test_a_file_that_is_not_taken_loses_no_task(seller, monkeypatch):
    def refuse(**given: object) -> None:
        raise ValidationError("Too large")

    monkeypatch.setattr("kartu.clients.views.touches.attach_file", refuse)
    answer = send(seller, "new_task", title="Offer", kind="task", files=[SimpleUploadedFile("plan.txt", b"x")])

    assert newest(seller).title == "Offer" and "plan.txt: Too large" in answer.content.decode()


def test_who_may_not_attach_files_sets_tasks_without(seller):
    seller.role.grants = {**seller.role.grants, "files.attach": 0}
    seller.role.save()
    assert 'name="files"' not in page(seller, "new_task")

    send(seller, "new_task", title="Offer", kind="task", files=[SimpleUploadedFile("plan.txt", b"x")])
    assert files_of(newest(seller)) == set()


def test_the_page_says_through_whose_hands_it_went_and_who_moved_it_how_often(seller, colleague):
    task = actions.set_task(title="Offer", due_at=in_hours(3), by=seller)
    for hours in (5, 7):
        task = actions.change_task(task=task, values={"due_at": in_hours(hours)}, by=seller)
    actions.assign_task(task=task, to=colleague, by=seller)

    told = page(colleague, "task", task.pk)
    assert f"{seller.name} → Kolya" in told and f"{seller.name} 2×" in told and "moved 2 times" in told


def test_a_task_is_finished_with_what_comes_next_in_one_go_and_undone_as_one(seller, sinar):
    outcome = Outcome.objects.create(kind="call", name="No answer", next_kind="call", next_after=120)
    task = actions.set_task(title="Call Rina", kind="call", client=sinar, by=seller)
    offered = page(seller, "finish_task", task.pk, query=f"?outcome={outcome.pk}")
    assert f'value="{timezone.localtime(in_hours(2)):%d.%m.%Y}' in offered

    sent = {"outcome": outcome.pk, "touch_kind": "call", "next_when": "tomorrow 10:00", "next_kind": "letter"}
    send(seller, "finish_task", task.pk, **sent)
    following = newest(seller)
    assert seen(task, seller).state == "done"
    assert (following.title, following.kind, following.client_id) == ("Call Rina", "letter", sinar.pk)

    changes = ChangeSet.objects.order_by("-pk").first()
    at(seller).post(reverse("records:undo", args=[changes.pk]))
    assert seen(task, seller).state == "open" and not sees(following, seller)


def test_without_a_result_nothing_is_finished_and_a_next_step_needs_a_time(seller):
    task = actions.set_task(title="Count", by=seller)
    assert send(seller, "finish_task", task.pk).status_code == 422
    assert send(seller, "finish_task", task.pk, result="Counted", next_title="Again").status_code == 422
    assert send(seller, "finish_task", task.pk, result="Counted", next_when="some day").status_code == 422
    assert seen(task, seller).state == "open"


def test_a_task_is_moved_by_words_and_keeps_its_place_or_its_deadline(seller):
    due = actions.set_task(title="Count", due_at=in_hours(3), by=seller)
    meeting = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(3), due_at=in_hours(90), by=seller)
    for task in (due, meeting):
        send(seller, "move_task", task.pk, when="tomorrow 10:00")

    tomorrow = timezone.localdate() + timedelta(days=1)
    moved, met = seen(due, seller), seen(meeting, seller)
    assert timezone.localtime(moved.due_at).date() == tomorrow and moved.start_at is None
    assert met.end_at - met.start_at == timedelta(hours=1) and met.due_at == meeting.due_at
    assert send(seller, "move_task", due.pk, when="some day").status_code == 422


def test_a_meeting_keeps_its_hour_where_only_a_day_is_named(seller):
    meeting = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(3), by=seller)
    send(seller, "move_task", meeting.pk, when="in 3 days")

    met = seen(meeting, seller)
    in_3_days = timezone.localdate() + timedelta(days=3)
    assert (met.start_at.date(), met.start_at.time()) == (in_3_days, meeting.start_at.time())
    assert met.end_at - met.start_at == timedelta(hours=1)


@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_what_can_be_pressed_for_a_time_is_understood(language):
    with translation.override(language):
        times = [when_said(str(words), "task") for words in OFTEN]

    assert [(list(found), rest) for found, rest in times] == [(["due_at"], "")] * 3 + [(["due_on"], "")]


def test_reminders_are_the_persons_own(seller, colleague):
    task = actions.set_task(title="Count", due_at=in_hours(30), watchers=[colleague], by=seller)
    send(colleague, "reminders", task.pk, reminders=["15", "day"])

    rows = Reminder.objects.visible_to(colleague).filter(task=task)
    assert {(row.person_id, row.before) for row in rows} == {(seller.pk, 0), (colleague.pk, 15), (colleague.pk, None)}
    assert 'value="15" id="id_reminders_2" checked' in page(colleague, "reminders", task.pk)


def test_people_are_named_and_let_go(seller, colleague):
    task = actions.set_task(title="Count", by=seller)
    send(seller, "people", task.pk, watchers=[colleague.pk])
    colleague.refresh_from_db()
    assert sees(task, colleague)

    send(seller, "people", task.pk)
    assert not sees(task, colleague)
    assert not Participant.objects.visible_to(seller).filter(task=task).exists()


def test_a_task_given_back_is_open_with_the_reason(seller, colleague):
    task = actions.set_task(title="Count", person=colleague, needs_acceptance=True, by=seller)
    actions.finish_task(task=seen(task, colleague), result="Done", by=colleague)
    assert send(seller, "return_task", task.pk, why="").status_code == 422

    send(seller, "return_task", task.pk, why="The second shelf too")
    assert seen(task, seller).state == "open" and "The second shelf too" in page(colleague, "task", task.pk)


def test_the_line_of_a_checklist_of_another_task_is_no_address(seller):
    one, two = (actions.set_task(title=title, items=["Load"], by=seller) for title in ("One", "Two"))
    item = TaskItem.objects.visible_to(seller).get(task=two)
    assert send(seller, "tick_item", one.pk, item.pk).status_code == 404

    send(seller, "tick_item", two.pk, item.pk)
    assert TaskItem.objects.visible_to(seller).get(pk=item.pk).is_done


def test_pickers_tell_what_the_person_may_choose(seller, colleague, sinar):
    clients.add_contact(client=sinar, name="Rina Kusuma", position="Director", by=seller)
    task = actions.set_task(title="Measure the roof", by=seller)

    def picked(person, name, query):
        return [each["label"] for each in at(person).get(reverse(f"planner:{name}") + query).json()["items"]]

    assert picked(seller, "pick_contact", f"?client={sinar.pk}&q=rin") == ["Rina Kusuma"]
    assert picked(seller, "pick_contact", "") == ["Rina Kusuma"] and picked(colleague, "pick_contact", "") == []
    assert picked(seller, "pick_task", "?q=roof") == [task.title] and picked(colleague, "pick_task", "?q=roof") == []
    assert "Kolya" in picked(seller, "pick_person", "?q=kol")
    seller.role.grants = {"tasks.assign": 0}
    seller.role.save()
    assert picked(seller, "pick_person", "") == [seller.name]
