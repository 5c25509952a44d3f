"""The log to be read: its pages are whole, quick, filtered, and show nobody what is not for him."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.core.actors import System
from kartu.security import audit, origin, views_log
from kartu.security.logbook import pages
from kartu.security.logbook.asked import Asked, Reach
from kartu.security.logbook.pages import Cursor, Reading
from kartu.security.models import AuditPayload, AuditRow, ViewRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db
VERBS = (Verb.CHANGE, Verb.EXPORT, Verb.SIGN_IN)
KINDS = (ViewRow.CARD, ViewRow.LIST)


@pytest.fixture
def log():
    """200 lines of two people and the program over four days, in both tables, their moments not in the order of the
    numbers to the second."""
    chance, begun = random.Random(7), timezone.now() - timedelta(days=4)
    for at in range(200):
        moment = begun + timedelta(minutes=at * 25, seconds=chance.randrange(-3, 3))
        person, address = chance.choice((1, 2, None)), chance.choice(("10.0.0.1", "10.0.0.2"))
        if chance.random() < 0.6:
            card = {"root_type": "clients.client", "root_id": chance.randrange(3), "object_type": "clients.contact"}
            what = card if chance.random() < 0.7 else {"object_type": "security.alert"}
            what |= {"object_id": chance.randrange(3)}
            row = AuditRow(at=moment, actor_id=person, verb=chance.choice(VERBS), address=address, digest="", **what)
            row.save(force_insert=True)
            AuditPayload(row=row, values={}).save(force_insert=True)
        else:
            what = {"object_type": "clients.client", "object_id": chance.randrange(3)}
            row = ViewRow(at=moment, actor_id=person or 1, kind=chance.choice(KINDS), address=address, **what)
            row.save(force_insert=True)


def plainly(asked: Asked) -> set[tuple[str, int]]:
    """What `asked` must find, said as simply as can be."""
    acts = [("acts", row) for row in AuditRow.objects.all()]
    looks = [("looks", row) for row in ViewRow.objects.all()]
    found = set()
    for key, row in acts + looks:
        kinds = asked.verbs if key == "acts" else asked.looks
        kind = row.verb if key == "acts" else row.kind
        root = (getattr(row, "root_type", ""), getattr(row, "root_id", None))
        record = root if root[0] else (row.object_type, row.object_id)
        if (
            (asked.person is None or (row.actor_id or 0) == asked.person)
            and (asked.reach.people is None or row.actor_id in asked.reach.people)
            and (kinds is None or kind in kinds)
            and (asked.record is None or record == asked.record)
            and (not asked.address or row.address == asked.address)
            and (asked.begin is None or row.at >= asked.begin)
            and (asked.end is None or row.at < asked.end)
        ):
            found.add((key, row.pk))
    return found


def walked(asked: Asked, most: int) -> list:
    """All pages, one after the other."""
    rows, cursor = [], Cursor()
    for _page in range(500):
        found = Reading(asked).page(cursor, most)
        rows += found.rows
        if found.next is None:
            return rows
        assert found.next != cursor
        cursor = found.next
    raise AssertionError("no end")


QUESTIONS = [
    {},
    {"person": 1},
    {"person": 0},
    {"kind": "looks"},
    {"kind": "out"},
    {"kind": Verb.CHANGE.value},
    {"kind": ViewRow.CARD},
    {"record": ("clients.client", 1)},
    {"record": ("security.alert", 1)},
    {"address": "10.0.0.2"},
    {"person": 2, "kind": "out", "address": "10.0.0.1"},
    {"record": ("clients.client", 2), "person": 1},
    {"kind": ViewRow.LIST, "person": 1},
    {"days": 1},
    {"days": 1, "person": 1, "kind": "looks"},
    {"reach": {1}},
    {"reach": {1, 2}, "kind": "out"},
    {"reach": {1}, "person": 2},
]


@pytest.mark.parametrize("looked_through", [3, 20_000])
def test_pages_have_every_line_that_fits_once_and_by_time(log, monkeypatch, looked_through):
    monkeypatch.setattr(pages, "LOOKED_THROUGH", looked_through)
    yesterday = timezone.localdate() - timedelta(days=1)

    for told in QUESTIONS:
        question = dict(told)
        reach = Reach(frozenset(question.pop("reach")) if "reach" in question else None)
        if question.pop("days", 0):
            question |= {"since": yesterday - timedelta(days=1), "until": yesterday}
        asked = Asked(reach, **question)

        rows = walked(asked, 11)

        found = [("acts" if isinstance(row, AuditRow) else "looks", row.pk) for row in rows]
        assert len(found) == len(set(found)), told
        assert set(found) == plainly(asked), told
        assert all(after.at <= before.at + timedelta(seconds=6) for before, after in pairwise(rows)), told
        assert (told == {"reach": {1}, "person": 2}) == (not rows)


def shown(client, query: str = "") -> str:
    answer = client.get(f"/log/lines/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def sinar(seller):
    with origin.coming_from(origin.Origin(address="10.9.8.7")):
        card = actions.add_client(name="PT Sinar", by=seller)
        actions.change_client(client=card, values={"about": "pumps"}, by=seller)
        views_log.saw("card", by=seller, row=card)
        views_log.saw(
            "list", by=seller, object_type="clients.client", detail={"f": [], "q": "sin", "s": "name", "shown": 3}
        )
        views_log.saw("search", by=seller, detail={"text": "sinar", "count": 1})
    return card


def test_a_line_says_who_did_what_to_which_record_and_leads_there(client, owner, sinar):
    client.force_login(owner)

    page = shown(client)

    assert f'href="/clients/{sinar.pk}/">PT Sinar</a>' in page
    assert "10.9.8.7" in page
    assert "Sari" in page
    assert "pumps" in page  # the new value
    assert "/clients/?q=sin&amp;s=name" in page  # the same list again
    assert "/search/?q=sinar" in page


def test_one_question_is_not_answered_with_what_another_has_found(client, owner, seller, stranger, sinar):
    other = actions.add_client(name="PT Other", by=stranger)
    client.force_login(owner)

    for card, name, not_this in ((sinar, "PT Sinar", "PT Other"), (other, "PT Other", "PT Sinar")) * 2:
        page = shown(client, f"on=clients.client-{card.pk}")
        assert f">{name}</a>" in page
        assert not_this not in page
    for person, name, not_this in ((seller, "PT Sinar", "PT Other"), (stranger, "PT Other", "PT Sinar")) * 2:
        page = shown(client, f"person={person.pk}")
        assert f">{name}</a>" in page
        assert not_this not in page
    assert "PT " not in shown(client, f"on=person-{seller.pk}")


def test_a_head_reads_of_his_people_and_never_of_clients_he_does_not_see(client, head, stranger, seller, sinar):
    theirs = actions.add_client(name="Hidden One", by=stranger)
    views_log.saw("card", by=seller, row=theirs)
    client.force_login(head)

    page = shown(client)

    assert "PT Sinar" in page
    assert "Viktor" not in page
    assert "Hidden One" not in page
    assert f"client № {theirs.pk}" in page
    assert client.get(f"/log/lines/?person={stranger.pk}").status_code == 422
    assert "Hidden One" not in shown(client, f"on=clients.client-{theirs.pk}")


def test_who_reads_the_log_stands_in_it_once_a_page(client, owner, sinar):
    client.force_login(owner)
    before = ViewRow.objects.count()

    shown(client, "kind=card")
    page = shown(client, "kind=page")

    assert ViewRow.objects.count() == before + 2
    assert ViewRow.objects.filter(object_type="security.auditrow", detail__kind="card").count() == 1
    assert "the log" in page


def test_the_page_asks_the_database_as_often_for_a_few_lines_as_for_many(client, owner, seller, sinar):
    client.force_login(owner)
    shown(client)

    def asked_for(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(client, query)
        return len(queries)

    few = asked_for("")
    for number in range(30):
        actions.change_client(client=sinar, values={"about": f"pumps {number}"}, by=seller)
        views_log.saw("card", by=seller, row=sinar)
    assert asked_for("") == few + 2  # now it has to count
    assert asked_for(f"on=clients.client-{sinar.pk}") <= few + 3
    assert few <= 13


def test_lines_that_nobody_has_filled_in_are_shown_as_they_are(client, owner):
    """Old lines, lines of the program, lines about kinds of records that are gone."""
    audit.record(Verb.SETTING, by=System("a test"), values={"after": 5})
    AuditRow.objects.create(at=timezone.now(), verb="gone", object_type="old.thing", object_id=5, digest="")
    ViewRow.objects.create(at=timezone.now(), actor_id=99, kind="odd", object_type="x", detail=[1])
    client.force_login(owner)

    page = shown(client)

    assert "Kartu</span>" in page
    assert "№ 5" in page


@pytest.mark.parametrize("query", ["since=2026-13-01", "person=zz", "on=nonsense", "kind=zz", "since=0001-01-01",
                                   "since=2026-02-02&until=2026-01-01"])  # fmt: skip
def test_a_question_that_makes_no_sense_is_answered_with_the_form(client, owner, query):
    client.force_login(owner)

    assert client.get(f"/log/lines/?{query}").status_code == 422
