"""The one search over clients, their people and what was noted: quick however much is found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.clients import actions


def asked(client, text: str) -> tuple[str, int]:
    """What the palette answers, and by how many queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/search/", {"q": text}, headers={"HX-Request": "true"}).content.decode()
    return answer, len(queries)


@pytest.fixture
def many(seller) -> None:
    for number in range(6):
        card = actions.add_client(name=f"Sinar {number}", by=seller)
        person = actions.add_contact(client=card, name=f"Sinarwati {number}", by=seller)
        actions.add_channel(client=card, contact=person, kind="phone", value=f"0813112077{number}0", by=seller)
        actions.log_touch(client=card, kind="call", text=f"sinar {number}", by=seller)


def test_many_hits_take_no_more_queries_than_one_of_each_kind(client, seller, many):
    client.force_login(seller)

    answer, queries = asked(client, "sinar")

    assert answer.count("</mark>wati") >= 2
    assert queries <= 12


def test_a_person_is_shown_with_the_client_and_the_main_number(client, seller, many):
    client.force_login(seller)

    answer, _queries = asked(client, "sinarwati 3")

    assert "Sinar <mark>3</mark>" in answer
    assert "813-1120-7730" in answer


def test_what_was_shown_to_one_is_not_shown_to_another(client, seller, stranger, many):
    client.force_login(seller)
    assert "</mark>wati" in asked(client, "sinar")[0]

    client.force_login(stranger)

    assert "</mark>wati" not in asked(client, "sinar")[0]
