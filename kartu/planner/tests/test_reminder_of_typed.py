"""A reminder to the client that is switched on in the form of a new task."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kartu.clients import actions as clients
from kartu.clients.models import Channel, Client
from kartu.planner.models import ClientReminder, ClientReminderDefault, Task

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def sinar(seller) -> Client:
    return clients.add_client(name="PT Sinar", phone="0813-1120-7765", email="info@sinar.example", by=seller)


def channel(client: Client, kind: str = "email") -> Channel:
    return Channel.objects.as_system("a test").get(client=client, kind=kind)


def in_days(days: float) -> str:
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def browser_of(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def asked(person, **typed: object) -> str:
    """What of a reminder is asked while that is typed."""
    answer = browser_of(person).post(reverse("planner:reminder_of_typed"), {"kind": "meeting", **typed})
    assert answer.status_code == 200
    return answer.content.decode().strip()


def send(by, **typed: object):
    return browser_of(by).post(reverse("planner:new_task"), {"title": "Meet", "kind": "meeting", **typed})


def reminders() -> list[tuple[str, int]]:
    return list(ClientReminder.objects.as_system("a test").filter(trashed_at=None).values_list("way", "before"))


def test_it_is_asked_only_where_there_is_a_client_and_an_exact_time(seller, stranger, sinar):
    whole = {"client": sinar.pk, "start_at": in_days(5)}
    text = asked(seller, **whole)
    assert "info@sinar.example" in text and 'name="before"' in text and "errorlist" not in text

    assert asked(seller, start_at=in_days(5)) == ""
    assert asked(seller, client=sinar.pk) == ""
    assert asked(seller, client=sinar.pk, due_on="2031-01-05") == ""
    assert asked(seller, **whole, is_private="on") == ""
    assert asked(stranger, **whole) == ""
    assert "info@sinar.example" in asked(seller, client=sinar.pk, title="call them tomorrow 15:00")


def test_the_page_asks_at_once_where_its_address_names_both(seller, sinar):
    url = reverse("planner:new_task") + f"?client={sinar.pk}&start={in_days(3)}"
    assert "info@sinar.example" in browser_of(seller).get(url).content.decode()


def test_an_address_that_opted_out_is_greyed_with_the_reason(seller, sinar):
    clients.opt_out(channel=channel(sinar), note="Rina, by phone", by=seller)

    text = asked(seller, client=sinar.pk, start_at=in_days(5))

    option = text[text.index(f'<option value="{channel(sinar).pk}"') :].partition("</option>")[0]
    assert "disabled" in option and "Rina, by phone" in option


def test_what_is_chosen_takes_the_place_of_what_is_usual(seller, sinar):
    ClientReminderDefault.objects.create(kind="meeting", way="email", before=DAY)
    filled = {"client": sinar.pk, "start_at": in_days(5)}
    assert "as is usual: 1 day before" in asked(seller, **filled)

    send(seller, **filled, channel=channel(sinar, "phone").pk, before="own", amount="3", unit="60")
    assert reminders() == [("sms", 180)]

    send(seller, **filled, channel="", before=str(DAY))
    assert reminders() == [("email", DAY), ("sms", 180)]


def test_what_cannot_be_is_told_at_its_field_and_no_task_is_set(seller, sinar):
    filled = {"client": sinar.pk, "channel": channel(sinar).pk}
    late = send(seller, **filled, start_at=in_days(0.1), before=str(DAY))
    without = send(seller, **filled, due_on="2031-01-05", before=str(DAY))
    silent = send(seller, **filled, start_at=in_days(5), before="own")

    assert (late.status_code, without.status_code, silent.status_code) == (422, 422, 422)
    assert "That moment is over already" in late.content.decode()
    assert "The task has no exact time" in without.content.decode()
    assert "How long before?" in silent.content.decode()
    assert not Task.objects.as_system("a test").exists() and reminders() == []


def test_a_colleague_s_task_may_remind_the_client_too(seller, head, sinar):
    send(head, client=sinar.pk, person=seller.pk, start_at=in_days(5), channel=channel(sinar).pk, before="120")

    assert reminders() == [("email", 120)]


@pytest.mark.browser
def test_the_fields_come_when_the_client_and_the_time_are_there(page, sign_in, seller, sinar):
    sign_in(seller)
    page.goto(f"/tasks/new/?client={sinar.pk}")
    expect(page.get_by_label("Remind the client")).to_have_count(0)

    page.get_by_label("What is to be done").fill("visit them")
    page.get_by_label("Begins").fill(in_days(5))
    page.get_by_label("Remind the client").select_option(label="info@sinar.example · e-mail")
    page.get_by_label("How long before").first.select_option("2 hours before")
    page.get_by_label("What is to be done").fill("visit the office")
    page.get_by_label("Ends").click()  # the fields are asked about once more: what was chosen stays
    expect(page.get_by_label("Remind the client")).to_have_value(str(channel(sinar).pk))
    page.get_by_role("button", name="Set the task").click()

    expect(page.locator("#k-toasts")).to_contain_text("Task set")
    assert reminders() == [("email", 120)]
