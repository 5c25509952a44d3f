"""Reminders to clients on the page of a task, in the settings, and for programs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Channel, Client, MessageHours, MessageTemplate
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.models import ClientReminder, ClientReminderDefault, Task
from kartu.security.models import AuditRow
from tests.api.calls import Calls

pytestmark = pytest.mark.django_db
EMAIL = "info@sinar.example"


@pytest.fixture
def sinar(seller) -> Client:
    return clients.add_client(name="PT Sinar", phone="0813-1120-7765", email=EMAIL, by=seller)


@pytest.fixture
def meeting(sinar, seller) -> Task:
    start = timezone.now() + timedelta(days=5)
    return actions.set_task(title="They owe us money", kind="meeting", client=sinar, start_at=start, by=seller)


def browser_of(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def channel(client: Client, kind: str = "email") -> Channel:
    return Channel.objects.as_system("a test").get(client=client, kind=kind)


def reminders() -> list[tuple[str, int]]:
    return list(ClientReminder.objects.as_system("a test").filter(trashed_at=None).values_list("way", "before"))


def page_of(task: Task, person: User) -> str:
    return browser_of(person).get(reverse("planner:task", args=[task.pk])).content.decode()


def test_a_reminder_is_set_with_its_words_before_the_eyes_and_taken_off(meeting, seller):
    browser, url = browser_of(seller), reverse("planner:new_client_reminder", args=[meeting.pk])
    text = browser.get(url).content.decode()
    assert "this is a reminder of our appointment" in text and "Hello PT Sinar" in text

    browser.post(url, {"channel": channel(meeting.client).pk, "before": "own", "amount": "3", "unit": "1440"})

    assert reminders() == [("email", 3 * 1440)]
    assert "3 days before" in page_of(meeting, seller)
    [row] = ClientReminder.objects.as_system("a test")
    browser.post(reverse("planner:remove_client_reminder", args=[meeting.pk, row.pk]))
    assert reminders() == []


def test_what_cannot_be_is_told_at_its_field_and_keeps_what_was_typed(meeting, seller):
    url = reverse("planner:new_client_reminder", args=[meeting.pk])
    sent = {"channel": channel(meeting.client).pk, "before": "own", "amount": "30", "unit": "1440"}

    answer = browser_of(seller).post(url, sent)

    assert answer.status_code == 422
    assert "That moment is over already" in answer.content.decode()
    assert 'value="30"' in answer.content.decode()
    assert reminders() == []


def test_an_address_that_opted_out_is_greyed_with_the_reason(meeting, seller):
    clients.opt_out(channel=channel(meeting.client), note="Rina, by phone", by=seller)

    text = browser_of(seller).get(reverse("planner:new_client_reminder", args=[meeting.pk])).content.decode()

    option = text[text.index(f'<option value="{channel(meeting.client).pk}"') :].partition("</option>")[0]
    assert "disabled" in option and "Rina, by phone" in option


def test_who_reads_no_addresses_is_offered_none_and_reads_masks(meeting, seller):
    actions.remind_client(task=meeting, channel=channel(meeting.client), before=1440, by=seller)
    seller.role.grants |= {"clients.emails": 0, "clients.phones": 0, "clients.reveal_emails": 40}
    seller.role.save()
    form = browser_of(seller).get(reverse("planner:new_client_reminder", args=[meeting.pk])).content.decode()

    assert EMAIL not in form and '<option value="' + str(channel(meeting.client).pk) not in form
    assert EMAIL not in page_of(meeting, seller)
    assert "i•••@•••.example" in page_of(meeting, seller)


def test_the_page_of_a_task_asks_as_much_for_three_reminders_as_for_one(meeting, seller):
    def asked() -> int:
        browser = browser_of(seller)
        browser.get(reverse("planner:task", args=[meeting.pk]))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("planner:task", args=[meeting.pk]))
        return len(queries)

    actions.remind_client(task=meeting, channel=channel(meeting.client), before=1440, by=seller)
    one = asked()
    actions.remind_client(task=meeting, channel=channel(meeting.client), before=120, by=seller)
    actions.remind_client(task=meeting, channel=channel(meeting.client, "phone"), before=120, by=seller)

    assert asked() == one


# --- settings


def test_the_owner_says_which_tasks_remind_by_themselves_and_when_it_is_night(owner):
    sent = {"opens": "09:00", "closes": "18:30", "sms_stop": "No more: 021-555"}
    sent |= {"way_meeting": "sms", "before_meeting": "120", "way_visit": "", "way_call": ""}

    browser_of(owner).post(reverse("planner:client_reminders"), sent)

    hours = MessageHours.current()
    assert (hours.opens, hours.closes, hours.sms_stop) == (540, 1110, "No more: 021-555")
    assert list(ClientReminderDefault.objects.values_list("kind", "way", "before")) == [("meeting", "sms", 120)]
    assert AuditRow.objects.filter(object_type="clients.messagehours").exists()
    browser_of(owner).post(reverse("planner:client_reminders"), sent | {"way_meeting": ""})
    assert not ClientReminderDefault.objects.exists()


def test_a_day_that_ends_before_it_begins_is_refused(owner):
    answer = browser_of(owner).post(reverse("planner:client_reminders"), {"opens": "18:00", "closes": "09:00"})

    assert answer.status_code == 422
    assert "The day must end after it begins" in answer.content.decode()
    assert not MessageHours.objects.exists()


def test_the_firm_says_it_in_its_own_words_and_goes_back_to_the_ready_ones(owner, meeting):
    url = reverse("planner:client_reminder_words", args=["email", "en"])
    browser = browser_of(owner)

    browser.post(url, {"subject": "{firm}", "text": "Dear {name}, come at {time}."})
    assert (
        "Dear PT Sinar, come at"
        in browser.get(reverse("planner:new_client_reminder", args=[meeting.pk])).content.decode()
    )

    browser.post(url, {"reset": "1"})
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [("Dear {nmae}", "There is no {nmae}"), ("Dear {name", "A brace stands alone"), ("{{7*7}}", "There is no {7*7}")],
)
def test_an_unknown_placeholder_is_refused_by_its_name_and_the_text_kept(owner, text, said):
    url = reverse("planner:client_reminder_words", args=["email", "en"])

    answer = browser_of(owner).post(url, {"subject": "A", "text": text})

    assert answer.status_code == 422
    assert said in answer.content.decode() and text in answer.content.decode()
    assert not MessageTemplate.objects.exists()


# --- programs


def test_a_program_sets_reads_and_takes_off_reminders(seller, sinar):
    calls = Calls(seller)
    start = (timezone.now() + timedelta(days=5)).isoformat()
    wanted = [{"channel_id": channel(sinar).pk, "before": 1440}]
    sent = {"title": "Meet", "client_id": sinar.pk, "start_at": start, "client_reminders": wanted}

    task = calls("POST", "tasks", sent).json()
    whole = calls("GET", f"tasks/{task['id']}").json()

    [told] = whole["client_reminders"]
    assert (told["way"], told["before"], told["told_at"]) == ("email", 1440, None)
    assert whole["client_messages"] == []
    assert calls("DELETE", f"tasks/{task['id']}/client-reminders/{told['id']}").status_code == 204
    assert reminders() == []
