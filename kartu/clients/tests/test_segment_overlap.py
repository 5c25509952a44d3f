"""Segments over each other: the numbers are those of the list, for whoever looks, and nothing hidden is told."""

from itertools import combinations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kartu.clients import actions
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Segment
from kartu.clients.segments.meaning import usable
from kartu.clients.segments.overlap import overlap
from kartu.clients.tests.lists.asked import make
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.kinds import Text
from kartu.records.lists.question import Question
from kartu.records.lists.spec import Column

COMPARE = "/clients/segments/compare/"
CITIES = ("Bandung", "Jakarta", "Garut", "")


@pytest.fixture
def firm(seller, stranger) -> None:
    for person in (seller, stranger):
        make(
            person, *({"name": f"{name}{city}"} | ({"city": city} if city else {}) for name in "ABC" for city in CITIES)
        )
    first = make(seller, {"name": "A with a call", "city": "Bandung"})[0]
    actions.log_touch(client=first, kind="call", text="hello", by=seller)


@pytest.fixture
def four(owner, firm) -> list[Segment]:
    texts = ['city in ("Bandung", "Garut")', 'name starts "A" or city is empty', "calls.count = 0", 'city != "Garut"']
    made = [
        actions.add_segment(name=f"Segment {number}", text=text, is_shared=True, by=owner)
        for number, text in enumerate(texts)
    ]
    frozen = actions.freeze_segment(segment=made[3], by=owner)
    actions.change_segment(segment=frozen, name="Frozen", text="", is_shared=True, by=owner)
    return [*made[:3], frozen]


def listed(url: str, person) -> int:
    asking = Asking(person)
    return Finding(Question.of(CLIENTS, QueryDict(url.partition("?")[2]), asking), asking).count


def over(segments: list[Segment], person):
    asking = Asking(person)
    return overlap([usable(asking)[each.pk] for each in segments], asking)


@pytest.mark.parametrize("who", ["owner", "seller", "stranger"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_every_number_is_that_of_the_list_it_opens(count, who, four, request):
    person = request.getfixturevalue(who)

    for chosen in combinations(four, count):
        found = over(list(chosen), person)
        assert len(found.parts) == 2**count - 1
        for each in (*found.wholes, *found.parts, found):
            assert each.count == listed(each.url, person), (each, chosen)
        assert sum(part.count for part in found.parts) == found.count > 0


def test_each_counts_only_what_he_sees(four, owner, seller, stranger):
    counts = {person.name: over(four[:2], person).count for person in (owner, seller, stranger)}

    assert counts[owner.name] == counts[seller.name] + counts[stranger.name]
    assert min(counts.values()) > 0


def test_a_segment_that_is_not_his_is_compared_with_nothing(client, four, owner, seller, stranger, monkeypatch):
    column = Column("secret", "Secret", Text(shown="about"), field="about", right="clients.access_log")
    monkeypatch.setitem(CLIENTS.by_key, "secret", column)
    telling = actions.add_segment(name="Telling", text="secret is empty", is_shared=True, by=owner)
    private = actions.add_segment(name="Private one", text="city is empty", by=stranger)
    client.force_login(seller)

    answers = [client.get(f"{COMPARE}?s={four[0].pk}&s={pk}") for pk in (telling.pk, private.pk, 999999)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    page = client.get(f"{COMPARE}?s={four[0].pk}").content.decode()
    assert "Telling" not in page and "Private one" not in page and "Segment 1" in page
    client.force_login(owner)
    assert client.get(f"{COMPARE}?s={four[0].pk}&s={telling.pk}").status_code == 200


def test_the_page_shows_them_and_leads_to_the_lists(client, four, seller):
    client.force_login(seller)
    pages = [client.get("/clients/segments/"), client.get(f"/clients/segments/{four[0].pk}/")]
    assert [f'href="{COMPARE}' in page.content.decode() for page in pages] == [True, True]

    page = client.get(f"{COMPARE}?s={four[0].pk}&s={four[1].pk}").content.decode()

    for part in over(four[:2], seller).parts:
        assert f'<a href="{part.url.replace("&", "&amp;")}">{part.count}</a>' in page
    assert "In both" in page and "Only in “Segment 0”" in page


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [("", 200, ""), ("s={a}", 200, "at least two"), ("s={a}&s={a}", 200, "at least two"), ("s=x&s={a}", 400, ""),
     ("s={a}&s={b}&s={c}&s={d}&s=999999", 400, ""), ("s=&s={a}&s=&s={b}", 200, "In both")],
)  # fmt: skip
def test_what_was_chosen_wrongly_is_said(query, status, said, client, four, owner):
    client.force_login(owner)

    answer = client.get(f"{COMPARE}?{query.format(**dict(zip('abcd', (each.pk for each in four), strict=True)))}")

    assert answer.status_code == status
    assert said in answer.content.decode()


def test_the_page_asks_as_much_for_many_clients_and_segments_as_for_few(client, four, owner, seller):
    client.force_login(owner)
    url = f"{COMPARE}?s={four[0].pk}&s={four[1].pk}"

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = queries()
    for number in range(9):
        actions.add_segment(name=f"More {number}", text="city is empty", by=owner)
    make(seller, *({"name": f"Z{number}", "city": "Garut"} for number in range(9)))

    assert queries() == few <= 12
