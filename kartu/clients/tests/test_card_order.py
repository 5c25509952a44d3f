"""The sections and facts of the card in the order of a role."""

import pytest

from kartu.clients import actions
from kartu.clients.models import CardOrder
from kartu.firm.models import Role
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

KNOWN = ["timeline", "contacts", "requisites", "addresses", "relations", "files", "history", "access"]


def tabs(client, person, card) -> tuple[list[str], list[str]]:
    """(keys of the sections in the row, keys of those under More)."""
    client.force_login(person)
    shown = client.get(f"/clients/{card.pk}/").context["tabs"]
    return [tab["key"] for tab in shown if not tab["is_put_away"]], [tab["key"] for tab in shown if tab["is_put_away"]]


def arrange(client, owner, part: str, *keys: str, role: Role | None = None):
    client.force_login(owner)
    query = f"?role={role.pk}" if role else ""
    return client.post(f"/clients/card/{part}/{query}", {"columns": ",".join(keys)})


@pytest.fixture
def rina(sinar, seller):
    return actions.add_contact(client=sinar, name="Rina Kusuma", by=seller)


def test_the_order_of_everybody_is_seen_by_everybody(client, owner, seller, sinar, rina):
    arrange(client, owner, "tabs", "contacts", "timeline")

    assert tabs(client, seller, sinar)[0] == ["contacts", "timeline"]
    assert tabs(client, owner, sinar)[0] == ["contacts", "timeline"]


def test_the_order_of_a_role_goes_before_that_of_everybody(client, owner, seller, sinar, rina):
    arrange(client, owner, "tabs", "contacts", "timeline", "history")
    arrange(client, owner, "tabs", "timeline", "contacts", role=seller.role)

    assert tabs(client, seller, sinar)[0] == ["timeline", "contacts"]
    assert tabs(client, owner, sinar)[0][0] == "contacts"


def test_what_is_hidden_waits_under_more_and_can_be_opened(client, owner, seller, sinar, rina):
    arrange(client, owner, "tabs", "timeline")

    assert "contacts" in tabs(client, seller, sinar)[1]
    assert client.get(f"/clients/{sinar.pk}/?tab=contacts").context["tab"] == "contacts"


def test_a_section_that_came_later_keeps_its_place(client, owner, seller, sinar, rina):
    CardOrder.objects.create(part="tabs", shown=["access", "history", "timeline"], hidden=["files"])

    assert tabs(client, owner, sinar)[0] == ["access", "history", "timeline", "contacts"]


def test_an_order_shows_nobody_what_he_may_not_see(client, owner, seller, sinar, rina):
    before = set(sum(tabs(client, seller, sinar), []))
    arrange(client, owner, "tabs", "access", "history", "timeline")

    assert set(sum(tabs(client, seller, sinar), [])) == before
    assert "access" not in before


def test_facts_are_put_in_order_too(client, owner, seller, sinar):
    arrange(client, owner, "facts", "added", "next_touch")
    client.force_login(seller)

    labels = [str(fact.label) for fact in client.get(f"/clients/{sinar.pk}/").context["facts"]]

    assert labels == ["Added", "Next touch"]


def test_reset_brings_back_what_was_there_at_first(client, owner, seller, sinar, rina):
    first = tabs(client, seller, sinar)
    arrange(client, owner, "tabs", "contacts", role=seller.role)

    client.post(f"/clients/card/tabs/first/?role={seller.role.pk}")

    assert tabs(client, seller, sinar) == first
    assert not CardOrder.objects.exists()


def test_only_who_may_change_the_firm_arranges_and_the_log_tells_of_it(client, owner, seller, head):
    with pytest.raises(Refused):
        actions.arrange_card(part="tabs", role=None, shown=["contacts"], known=KNOWN, by=head)
    assert not CardOrder.objects.exists()

    arrange(client, owner, "tabs", "contacts", "nonsense")

    assert CardOrder.objects.get().shown == ["contacts"]
    assert AuditRow.objects.get(object_type="clients.cardorder").verb == "setting"


def test_a_card_without_any_section_is_refused(client, owner):
    assert arrange(client, owner, "tabs", "").status_code == 422
    assert arrange(client, owner, "rail", "timeline").status_code == 404
