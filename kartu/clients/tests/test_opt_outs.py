"""Who wants no reminders: noted by address, whichever card it is on, seen beside it, taken back by the last word."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.card import client_for_card
from kartu.clients.models import Channel, OptOut
from kartu.clients.opting import refusal
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
EMAIL = "info@sinar.example"


def email_of(client, person) -> Channel:
    return Channel.objects.visible_to(person).get(client=client, kind="email")


def test_a_word_counts_for_the_address_on_every_card(sinar, owner, seller):
    other = actions.add_client(name="Toko Sinar", email="INFO@sinar.example", by=owner)

    actions.opt_out(channel=email_of(sinar, seller), note="Rina, by phone", by=seller)

    assert refusal(EMAIL).by == seller
    assert [each.is_opted_out for each in client_for_card(other.pk, owner).channels.all()] == [True]


def test_the_last_word_counts(sinar, seller):
    actions.opt_out(channel=email_of(sinar, seller), note="Rina, by phone", by=seller)
    actions.opt_in(channel=email_of(sinar, seller), note="Rina again", by=seller)

    assert refusal(EMAIL) is None
    assert list(OptOut.objects.order_by("pk").values_list("is_out", flat=True)) == [True, False]


def test_the_same_word_twice_is_one(sinar, seller):
    for _time in range(2):
        actions.opt_out(channel=email_of(sinar, seller), note="Rina, by phone", by=seller)

    assert OptOut.objects.count() == 1


def test_who_said_so_must_be_written_down(sinar, seller):
    with pytest.raises(ValidationError) as refused:
        actions.opt_out(channel=email_of(sinar, seller), note="  ", by=seller)

    assert "note" in refused.value.message_dict
    assert not OptOut.objects.exists()


def test_a_stranger_says_nothing_for_the_client(sinar, seller, stranger):
    with pytest.raises(Refused):
        actions.opt_out(channel=email_of(sinar, seller), note="I say so", by=stranger)

    assert refusal(EMAIL) is None


def test_the_log_of_the_client_tells_it_without_the_address(sinar, seller):
    actions.opt_out(channel=email_of(sinar, seller), note="Rina, by phone", by=seller)

    row = AuditRow.objects.get(object_type="clients.optout")
    assert (row.root_type, row.root_id, row.actor_id) == ("clients.client", sinar.pk, seller.pk)
    assert row.payload.values["after"] == {
        "topic": "reminders", "is_out": True, "how": "staff", "text": "Rina, by phone",
    }  # fmt: skip


def test_it_is_written_down_and_seen_on_the_card(sinar, seller):
    browser = Browser()
    browser.force_login(seller)
    channel = email_of(sinar, seller)
    url = reverse("clients:channel_word", args=[sinar.pk, channel.pk])
    contacts = reverse("clients:contacts", args=[sinar.pk])
    assert "no reminders" not in browser.get(contacts, headers={"HX-Request": "true"}).content.decode()

    browser.post(url, {"note": "Rina, by phone"})

    assert "no reminders" in browser.get(contacts, headers={"HX-Request": "true"}).content.decode()
    assert "Rina, by phone" in browser.get(url).content.decode()
    browser.post(url, {"note": "Rina again"})
    assert "no reminders" not in browser.get(contacts, headers={"HX-Request": "true"}).content.decode()


def test_the_right_side_of_the_card_marks_it_beside_the_number_and_the_address(sinar, seller):
    rina = actions.add_contact(client=sinar, name="Rina", phone="0812-0000-0001", by=seller)
    browser = Browser()
    browser.force_login(seller)

    def rail() -> str:
        return browser.get(reverse("clients:card", args=[sinar.pk])).content.decode().partition('id="card-rail"')[2]

    assert "no reminders" not in rail()
    actions.opt_out(channel=email_of(sinar, seller), note="Rina, by phone", by=seller)
    phone = Channel.objects.visible_to(seller).get(contact=rina)
    actions.opt_out(channel=phone, note="Rina, by phone", by=seller)

    marked = [before.rpartition("<a ")[2] for before in rail().split('title="no reminders"')[:-1]]
    assert ["+62" in each or "0812" in each for each in marked] == [True, False]
    assert EMAIL in marked[1]


def test_what_was_typed_is_not_lost_where_it_is_refused(sinar, seller):
    browser = Browser()
    browser.force_login(seller)
    site = actions.add_channel(client=sinar, kind="site", value="sinar.example", by=seller)[0]

    answer = browser.post(reverse("clients:channel_word", args=[sinar.pk, site.pk]), {"note": "Rina, by phone"})

    assert answer.status_code == 422
    assert "Rina, by phone" in answer.content.decode()
