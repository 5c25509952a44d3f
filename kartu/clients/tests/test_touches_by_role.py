"""A role that is kept from calls, meetings and notes meets none of them: neither on the card nor by any other door."""

import pytest
from django.test import Client as Browser

from kartu.clients import actions
from kartu.clients.card import client_for_card
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Touch
from kartu.clients.rights import SEE_TOUCHES
from kartu.clients.segments.fields import fields_for
from kartu.firm.models import Role, User
from kartu.records.custom.related import sources_for
from kartu.records.lists.asking import Asking
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.audit import acting_as
from tests.api.calls import Calls

pytestmark = pytest.mark.django_db
SAID = "zqwhispered"


@pytest.fixture
def touch(sinar, seller) -> Touch:
    return actions.log_touch(client=sinar, kind="call", text=SAID, result=f"{SAID} too", by=seller)


@pytest.fixture
def deaf(head) -> User:
    """The head of the seller's team, in a role like his own that is kept from touches."""
    head.role = Role.objects.create(code="deaf", name="Deaf", based_on="head", grants={SEE_TOUCHES: 0})
    head.save()
    return head


def met(person: User, client: int, touch: Touch) -> set[str]:
    """Where the words of the touch are told to `person`."""
    browser, calls = Browser(headers={"HX-Request": "true"}), Calls(person)
    browser.force_login(person)
    card = f"/clients/{client}/"
    pages = ["", "timeline/", "now/", "older/?before=", "preview/", "history/", "pieces/", f"touches/{touch.pk}/"]
    told = {page for page in pages if SAID in browser.get(card + page).content.decode()}
    paths = ["", "/touches", f"/touches/{touch.pk}", "/history"]
    told |= {f"api {path}" for path in paths if SAID in calls("GET", f"clients/{client}{path}").content.decode()}
    if any(group.found for group in find(SAID, by=person)):
        told.add("search")
    return told


def test_whoever_is_kept_from_touches_meets_none(deaf, seller, sinar, touch):
    everywhere = met(seller, sinar.pk, touch)
    assert everywhere >= {"", "timeline/", "now/", "preview/", f"touches/{touch.pk}/", "api /touches", "search"}

    assert met(deaf, sinar.pk, touch) == set()
    assert met(seller, sinar.pk, touch) == everywhere  # what one may see is kept for nobody else


def test_the_log_tells_them_that_a_touch_was_changed_and_not_to_what(deaf, owner, seller, sinar, touch):
    actions.change_touch(touch=touch, values={"text": f"{SAID} again"}, by=seller)

    def read_by(person: User) -> str:
        browser = Browser()
        browser.force_login(person)
        return browser.get(f"/log/lines/?on=clients.client-{sinar.pk}").content.decode()

    assert SAID in read_by(owner)
    assert "PT Sinar" in read_by(deaf)
    assert SAID not in read_by(deaf)


def test_their_numbers_are_no_names_of_conditions_and_no_lists_of_sections(deaf, seller, sinar):
    def known(person: User) -> tuple[set[str], set[str]]:
        asked = {key for key in fields_for(Asking(person)).columns if key.partition(".")[0] in ("touches", "calls")}
        return asked, {each.key for each in sources_for("clients.client", person)} & {"touches", "calls", "meetings"}

    assert all(known(seller))
    assert known(deaf) == (set(), set())
    assert "last_touch" in CLIENTS.columns_for(deaf)


def test_nobody_writes_what_he_does_not_read(deaf, sinar, touch):
    with pytest.raises(Refused):
        actions.log_touch(client=sinar, kind="note", text="A note", by=deaf)

    assert Touch.objects.as_system("a test").count() == 1
    assert client_for_card(sinar.pk, deaf).touches.count() == 0


def test_saving_a_client_keeps_the_text_that_is_not_read(deaf, sinar, touch):
    row = client_for_card(sinar.pk, deaf)
    assert row.last_touch_text == ""

    with acting_as(deaf):
        row.save()

    assert type(row).objects.as_system("a test").get(pk=row.pk).last_touch_text == SAID
