"""Filters, orders and pages of a list, on both databases and by both ways of fetching."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.clients.models import Client, Status, Tag
from kartu.clients.tests.lists.asked import SYSTEM, find, make, names, question
from kartu.core.text import sort_key
from kartu.firm.models import User
from kartu.records.lists import edges, finding, merged
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.hints import wants_hints
from kartu.records.lists.question import write_cursor
from kartu.security.audit import acting_as

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture(params=["as reckoned", "walking", "tried", "tried in vain", "sorting"])
def way(request, monkeypatch) -> str:
    """All ways to a page must give the same one, whichever the plan would choose."""
    if request.param != "as reckoned":
        monkeypatch.setattr(Finding, "gathered", lambda self, order: None)
    if request.param in ("walking", "tried", "tried in vain"):
        monkeypatch.setattr(Finding, "reading", lambda self, order: None)
    if request.param in ("tried", "tried in vain"):
        monkeypatch.setattr(finding, "PROBED", 3)
        monkeypatch.setattr(finding, "LEAST_PROBED", 1)
    if request.param == "tried in vain":
        monkeypatch.setattr(finding, "COUNTED_AFTER_ALL", 1)
        monkeypatch.setattr(finding, "SORTED", -9)
    if request.param == "sorting":
        monkeypatch.setattr(finding, "cost_of_walking", lambda *args: float("inf"))
    return request.param


@pytest.fixture
def statuses(firm) -> dict[str, Status]:
    return {name: Status.objects.create(name=name, position=at) for at, name in enumerate(["New", "Active", "Lost"])}


@pytest.fixture
def few(owner, seller, stranger, statuses) -> None:
    """Five clients that differ in everything."""
    vip = Tag.objects.create(name="VIP")
    make(
        seller,
        {"name": "PT Sinar Abadi", "city": "Bandung", "status": statuses["Active"], "last_touch_at": NOW - 5 * DAY,
         "phone": "+628131120", "tags": [vip]},
        {"name": "Café Édouard", "city": "jakarta", "last_touch_at": NOW - 100 * DAY, "birthday": date(1990, 5, 1)},
        {"name": "ООО «Ёлка»", "city": "Ёбург", "status": statuses["Lost"], "email": "info@yolka.ru"},
    )  # fmt: skip
    make(
        stranger,
        {"name": "Villa Tirta", "city": "", "status": statuses["New"], "kept_by": [owner]},
        {"name": "100%_sure", "city": "Bandung", "next_touch_at": NOW + 2 * DAY, "kind": "person"},
    )


FILTERS = {
    "f=city:any:bandung": {"PT Sinar Abadi", "100%_sure"},
    "f=city:any:BANDUNG,Jakarta": {"PT Sinar Abadi", "100%_sure", "Café Édouard"},
    "f=city:none:bandung": {"Café Édouard", "ООО «Ёлка»", "Villa Tirta"},
    "f=city:empty": {"Villa Tirta"},
    "f=city:filled": {"PT Sinar Abadi", "100%_sure", "Café Édouard", "ООО «Ёлка»"},
    "f=city:starts:ебу": {"ООО «Ёлка»"},
    "f=name:has:ЕЛКА": {"ООО «Ёлка»"},
    "f=name:has:cafe": {"Café Édouard"},
    "f=name:has:%2525_": {"100%_sure"},
    "f=name:starts:елк": set(),
    "f=name:starts:ооо": {"ООО «Ёлка»"},
    "f=name:is:villa tirta": {"Villa Tirta"},
    "f=status:empty": {"Café Édouard", "100%_sure"},
    "f=status:filled": {"PT Sinar Abadi", "ООО «Ёлка»", "Villa Tirta"},
    "f=phone:has:8131-120": {"PT Sinar Abadi"},
    "f=phone:starts:62": {"PT Sinar Abadi"},
    "f=phone:has:abc": set(),
    "f=email:has:YOLKA": {"ООО «Ёлка»"},
    "f=last_touch:older:90": {"Café Édouard"},
    "f=last_touch:last:7": {"PT Sinar Abadi"},
    "f=last_touch:empty|last_touch:older:90": {"Café Édouard", "ООО «Ёлка»", "Villa Tirta", "100%_sure"},
    "f=next_touch:next:3": {"100%_sure"},
    "f=birthday:is:1990-05-01": {"Café Édouard"},
    "f=birthday:before:1990-05-01": set(),
    "f=birthday:between:1991-01-01,1990-05-01": {"Café Édouard"},
    "f=kind:any:person": {"100%_sure"},
    "f=kind:none:person": {"PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»", "Villa Tirta"},
    "f=tags:filled": {"PT Sinar Abadi"},
    "f=tags:empty": {"Café Édouard", "ООО «Ёлка»", "Villa Tirta", "100%_sure"},
    "f=favourite:yes": {"Villa Tirta"},
    "f=favourite:no": {"PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»", "100%_sure"},
    "f=responsible:any:me": set(),
    "f=created:last:0": {"PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»", "Villa Tirta", "100%_sure"},
    "f=city:any:bandung&f=kind:any:person": {"100%_sure"},
    "f=city:any:bandung&f=status:filled&f=phone:filled": {"PT Sinar Abadi"},
    "q=tirta": {"Villa Tirta"},
}


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("sort", ["name", "-last_touch", "-status"])
def test_a_filter_finds_what_it_says(query, sort, few, owner, way):
    asked = find(f"{query}&s={sort}", owner)

    assert (set(names(f"{query}&s={sort}", owner)), asked.count) == (FILTERS[query], len(FILTERS[query]))


def test_a_person_finds_only_what_it_may_see(few, seller, way):
    assert set(names("", seller)) == {"PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»"}
    assert names("f=city:any:bandung", seller) == ["PT Sinar Abadi"]
    assert find("f=name:has:villa", seller).count == 0
    assert set(names("f=responsible:any:me", seller)) == set(names("", seller))


def test_typing_digits_finds_whose_number_has_them(sinar, volga, seller, owner):
    assert names("q=1120-7765", owner) == ["PT Sinar Abadi"]
    assert names("q=664-07", owner) == ["ООО «Волга Снаб»"]
    assert names("q=664-07", seller) == []


def test_the_trash_and_running_imports_are_not_found(few, owner):
    with acting_as(SYSTEM):
        client = Client.objects.as_system("a test").get(name="Villa Tirta")
        client.trashed_at = NOW
        client.save()

    assert "Villa Tirta" not in names("", owner)
    assert find("f=city:empty", owner).count == 0


ORDERS = {
    "name": ["100%_sure", "Café Édouard", "PT Sinar Abadi", "Villa Tirta", "ООО «Ёлка»"],
    "-name": ["ООО «Ёлка»", "Villa Tirta", "PT Sinar Abadi", "Café Édouard", "100%_sure"],
    "city": ["100%_sure", "PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»", "Villa Tirta"],
    "-city": ["ООО «Ёлка»", "Café Édouard", "PT Sinar Abadi", "100%_sure", "Villa Tirta"],
    "last_touch": ["Café Édouard", "PT Sinar Abadi", "ООО «Ёлка»", "Villa Tirta", "100%_sure"],
    "-last_touch": ["PT Sinar Abadi", "Café Édouard", "ООО «Ёлка»", "Villa Tirta", "100%_sure"],
    "status": ["Villa Tirta", "PT Sinar Abadi", "ООО «Ёлка»", "100%_sure", "Café Édouard"],
    "-status": ["ООО «Ёлка»", "PT Sinar Abadi", "Villa Tirta", "100%_sure", "Café Édouard"],
    "responsible": ["Café Édouard", "PT Sinar Abadi", "ООО «Ёлка»", "100%_sure", "Villa Tirta"],
    "kind": ["Café Édouard", "PT Sinar Abadi", "Villa Tirta", "ООО «Ёлка»", "100%_sure"],
}


@pytest.mark.parametrize("sort", ORDERS)
def test_a_sort_puts_empty_ones_last_both_ways(sort, few, owner, way):
    assert names(f"s={sort}", owner) == ORDERS[sort]
    assert names(f"s={sort}&f=name:filled", owner) == ORDERS[sort]


def test_counts_stop_at_ten_thousand(few, owner, monkeypatch):
    monkeypatch.setattr(finding, "CAP", 3)

    asked = find("f=city:filled", owner)

    assert (asked.count, asked.counts.everything, asked.is_capped) == (4, 4, True)
    assert len(asked.page().ids) == 4


# --- pages ---------------------------------------------------------------------------------------------------------


def walk(query: str, person: User, size: int, *, between=lambda: None) -> list[list[int]]:
    """The pages from the first to the last."""
    asked = question(query, person)
    pages = []
    while True:
        found = Finding(asked, Asking(person)).page(size)
        pages.append(found.ids)
        if not found.has_after:
            return pages
        between()
        asked = asked.at(found.last)


def walk_back(query: str, person: User, size: int) -> list[list[int]]:
    """From the last page to the first, in the order in which they are read."""
    asked = question(query, person)
    while (found := Finding(asked, Asking(person)).page(size)).has_after:
        asked = asked.at(found.last)
    pages = [found.ids]
    while found.has_before:
        found = Finding(asked.at(found.first, backwards=True), Asking(person)).page(size)
        pages.insert(0, found.ids)
    return pages


NAMES = st.sampled_from(["a", "B", "ё", "Je", "é", "Ж", "-", "ä", "z", "10", "9"])
CITIES = st.sampled_from(["", "", "Bandung", "bandung", "Ёбург", "Zürich"])
DATES = st.one_of(st.none(), st.integers(0, 3).map(lambda days: NOW - days * DAY))
ROWS = st.lists(
    st.fixed_dictionaries({"name": NAMES, "city": CITIES, "last_touch_at": DATES, "status": st.integers(0, 3)}),
    max_size=25,
)
PLAIN_SORTS = ["name", "-name", "city", "-city", "last_touch", "-last_touch", "status", "-status"]
SORTS = st.sampled_from([*ORDERS, "-responsible", "-kind", "created", "phone", "birthday"])
SLOW_IS_FINE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def fill(rows: list[dict], person: User, statuses: dict[str, Status]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clients_client")
    choices = [None, *statuses.values()]
    make(person, *({**row, "status": choices[row["status"]]} for row in rows))


def in_order(sort: str, statuses: dict[str, Status]) -> list[int]:
    """What the sort means, in plain Python."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    rows = list(Client.objects.as_system("a test").order_by("pk"))
    if key == "status":
        ranks = list(statuses.values())
        placed = [(ranks.index(row.status) if row.status_id else None, row) for row in rows]
        by_name = [(place, row) for place, row in sorted(placed, key=lambda each: (each[1].name_key, each[1].pk))]
        filled = sorted(
            (each for each in by_name if each[0] is not None), key=lambda each: -each[0] if down else each[0]
        )
        return [row.pk for _place, row in filled] + [row.pk for place, row in by_name if place is None]
    value = {
        "name": lambda row: (row.name_key,),
        "city": lambda row: (row.city_key, row.name_key) if row.city else None,
        "last_touch": lambda row: (row.last_touch_at,) if row.last_touch_at else None,
    }[key]
    filled = sorted((row for row in rows if value(row)), key=lambda row: (*value(row), row.pk), reverse=down)
    by_name = (lambda row: (row.name_key, row.pk)) if key == "city" else (lambda row: row.pk)
    empty = sorted((row for row in rows if not value(row)), key=by_name)
    return [row.pk for row in [*filled, *empty]]


@SLOW_IS_FINE
@given(rows=ROWS, sort=st.sampled_from(PLAIN_SORTS), size=st.integers(1, 7))
def test_pages_one_after_the_other_are_the_sorted_list(rows, sort, size, owner, seller, statuses, way):
    fill(rows, seller, statuses)

    forwards = walk(f"s={sort}&f=name:filled", owner, size)

    assert [pk for page in forwards for pk in page] == in_order(sort, statuses)
    assert all(len(page) == size for page in forwards[:-1])


@SLOW_IS_FINE
@given(rows=ROWS, sort=SORTS, size=st.integers(1, 7))
def test_pages_backwards_are_the_same_pages_rows(rows, sort, size, owner, seller, statuses, way):
    fill(rows, seller, statuses)

    forwards = [pk for page in walk(f"s={sort}", owner, size) for pk in page]
    backwards = [pk for page in walk_back(f"s={sort}", owner, size) for pk in page]

    assert backwards == forwards
    assert sorted(forwards) == sorted(Client.objects.visible_to(owner).values_list("pk", flat=True))


@SLOW_IS_FINE
@given(rows=ROWS, added=ROWS, sort=SORTS, size=st.integers(1, 5))
def test_rows_added_while_paging_neither_hide_nor_double_others(rows, added, sort, size, owner, seller, statuses, way):
    fill(rows, seller, statuses)
    there = set(Client.objects.visible_to(owner).values_list("pk", flat=True))
    waiting = list(added)

    pages = walk(f"s={sort}", owner, size, between=lambda: waiting and make(seller, {**waiting.pop(), "status": None}))

    seen = [pk for page in pages for pk in page]
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_control_paging_by_the_value_alone_loses_namesakes(owner, seller, monkeypatch):
    """What the id in the cursor is for."""
    make(seller, *({"name": "Suharto"} for _ in range(7)))
    place = finding.Order.place
    monkeypatch.setattr(
        finding.Order,
        "place",
        lambda self, model, cursor: (lambda at: (at[0], [at[1][0], 2**60]))(place(self, model, cursor)),
    )

    assert sum(len(page) for page in walk("s=name", owner, 3)) < 7


def test_the_folded_key_decides_not_the_database(owner, seller, way):
    make(seller, *({"name": name} for name in ["b", "A", "ё", "е", "Ж", "«a»", "Éa", "éb", "10", "9"]))

    assert names("s=name", owner) == sorted(names("s=name", owner), key=lambda name: sort_key(name))


@pytest.mark.parametrize(("prefix", "tries"), [("A", 0), ("Z", 1)])
def test_a_walk_that_meets_nothing_for_long_is_thought_over(prefix, tries, owner, monkeypatch):
    make(owner, *({"name": f"M {number:02}", "city": "Jakarta"} for number in range(40)))
    make(owner, *({"name": f"{prefix} {number:02}", "city": "Bandung"} for number in range(60)))
    monkeypatch.setattr(Finding, "reading", lambda self, order: None)
    monkeypatch.setattr(finding, "PROBED", 2)
    monkeypatch.setattr(finding, "LEAST_PROBED", 1)
    monkeypatch.setattr(edges, "_kept", {})
    readings = []
    thought_over = Finding.reading_after_all
    monkeypatch.setattr(
        Finding, "reading_after_all", lambda self, order: readings.append(thought_over(self, order)) or readings[-1]
    )

    found = names("f=city:starts:band&f=created:last:30&s=name", owner)

    assert found == [f"{prefix} {number:02}" for number in range(50)]
    assert len(readings) == (tries if wants_hints() else 0)


@pytest.mark.parametrize("query", ["city:starts:b", "city:any:bali,bandung,batam", "city:starts:b&f=city:starts:ba"])
@pytest.mark.parametrize("sort", ["name", "-name"])
@pytest.mark.parametrize("person", ["owner", "seller"])
def test_walks_within_few_values_are_merged(query, sort, person, owner, seller, stranger, monkeypatch, request):
    cities = ["Bali", "Bandung", "Batam", "Bogor", "", "Jakarta"]
    make(seller, *({"name": f"M {at % 7}", "city": cities[at % 6]} for at in range(60)))
    make(stranger, *({"name": f"M {at % 5}", "city": cities[at % 6]} for at in range(30)))
    make(seller, *({"name": f"{'Z' if sort[0] == '-' else 'A'} {at:02}"} for at in range(20)))
    monkeypatch.setattr(Finding, "reading", lambda self, order: None)
    monkeypatch.setattr(finding, "PROBED", 50)
    monkeypatch.setattr(finding, "LEAST_PROBED", 1)
    monkeypatch.setattr(edges, "_kept", {})
    made = []
    few_values = merged.few_values
    monkeypatch.setattr(merged, "few_values", lambda *args: made.append(few_values(*args)) or made[-1], raising=True)
    person = request.getfixturevalue(person)
    rows = list(Client.objects.visible_to(person).filter(city_key__startswith="b"))
    wanted = sorted(rows, key=lambda row: (row.name_key, row.pk), reverse=sort == "-name")
    if query != "city:starts:b":
        wanted = [row for row in wanted if row.city != "Bogor"]

    pages = walk(f"f={query}&s={sort}", person, 7)

    assert [pk for page in pages for pk in page] == [row.pk for row in wanted]
    assert walk_back(f"f={query}&s={sort}", person, 7)[0] == pages[0]
    if wants_hints() and person == owner and query == "city:starts:b":
        assert {"bali", "bandung", "batam", "bogor"} in map(set, made)


def test_of_many_values_no_walks_are_merged(owner, monkeypatch):
    make(owner, *({"name": "M", "city": f"B{at}"} for at in range(merged.MOST + 1)))
    asked = find("f=city:starts:b", owner)

    assert merged.few_values(asked, "city_key") is None
    assert merged.few_values(find("f=city:starts:b1", owner), "city_key") == ["b1"]


@pytest.mark.parametrize("query", ["name:has:%20", "name:starts:%20", "name:is:%20", "city:any:%20", "city:none:%20"])
@pytest.mark.parametrize("sort", ["name", "-city", "status"])
def test_signs_that_do_not_count_find_as_many_as_they_show(query, sort, owner):
    make(owner, {"name": "Sinar", "city": "Bandung"}, {"name": "Tirta"})

    found = find(f"f={query}&s={sort}", owner)

    assert found.count == len(found.page().ids)


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_a_page_far_down_is_found_as_quickly_as_the_first(sort, owner):
    if connection.vendor != "sqlite":
        return  # its steps cannot be counted, and it needs no hints
    make(owner, *({"name": f"Client {number:03}"} for number in range(500)))
    pages = [find(f"s={sort}", owner).page(20)]
    for _page in range(20):
        cursor = write_cursor(pages[-1].last)
        pages.append(find(f"s={sort}&after={cursor}", owner).page(20))

    assert pages[-1].ids
    assert steps(find(f"s={sort}&after={cursor}", owner)) < steps(find(f"s={sort}", owner)) * 4


def steps(finding: Finding) -> int:
    """How many steps of its machine SQLite takes for the page, counts apart."""
    assert finding.counts
    taken = []
    connection.connection.set_progress_handler(lambda: taken.append(1) or 0, 1)
    try:
        finding.page(20)
    finally:
        connection.connection.set_progress_handler(None, 1)
    return len(taken)
