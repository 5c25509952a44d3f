"""A condition over clients finds on the database what it says in Python, of columns and related totals alike."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.clients.models import Category, Client, Contact, Status, Tag, Touch
from kartu.clients.segments.fields import asked_by, fields_for
from kartu.clients.segments.meaning import understood
from kartu.clients.tests.lists.asked import SYSTEM, make
from kartu.core.expressions import as_condition, evaluate
from kartu.records.conditions.texts import spelt
from kartu.records.conditions.tree import sentence, tree_of
from kartu.records.lists.asking import Asking
from kartu.security.audit import acting_as, create_many

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
DAYS = (None, 30, 90)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def firm(owner, seller) -> dict:
    """A handful of clients, and of each the plain dictionary that the Python back end takes."""
    with acting_as(SYSTEM):
        tag, rare = (Tag.objects.create(name=name) for name in ("VIP", "Редкий"))
        status, category = Status.objects.create(name="Regular"), Category.objects.create(name="A")
    rows = [
        {"name": "PT Sinar", "city": "Bandung", "phone": "+6281311207765", "tags": [tag], "status": status},
        {"name": "ООО «Ёлка»", "city": "Орёл", "email": "a@b.example", "last_touch_at": ago(100), "tags": [tag, rare]},
        {"name": "café Mawar", "city": "", "last_touch_at": ago(90), "next_touch_at": ago(-3), "category": category},
        {"name": "Budi", "kind": "person", "birthday": date(1990, 12, 1), "last_touch_at": ago(5), "kept_by": [owner]},
        {"name": "No one", "last_touch_at": ago(91)},
    ]
    clients = [*make(seller, *rows[:4]), *make(None, rows[4])]
    touches = [
        *(Touch(client=clients[0], kind="call", at=ago(days), minutes=days) for days in (1, 30, 31, 200)),
        Touch(client=clients[1], kind="call", at=ago(90)),
        Touch(client=clients[1], kind="meeting", at=ago(10)),
        Touch(client=clients[2], kind="note", at=ago(3)),
        Touch(client=clients[3], kind="message", at=ago(400)),
        Touch(client=clients[3], kind="call", at=ago(2), trashed_at=NOW),
    ]
    with acting_as(SYSTEM):
        create_many(touches)
        create_many([Contact(client=clients[0], name=name) for name in ("Rina", "Dewi")])
    fresh = {client.pk: client for client in Client.objects.visible_to(owner)}
    kept = {client.pk: row.get("kept_by") is not None for client, row in zip(clients, rows, strict=True)}
    tags = {client.pk: {each.pk for each in row.get("tags", ())} for client, row in zip(clients, rows, strict=True)}
    return {pk: values_of(client, touches, tags[pk], kept[pk]) for pk, client in fresh.items()}


def values_of(client: Client, touches: list[Touch], tags: set[int], is_kept: bool) -> dict:
    mine = [touch for touch in touches if touch.client_id == client.pk and not touch.trashed_at]
    day = timezone.localtime(NOW).date()

    def of(*kinds: str) -> dict:
        chosen = [touch for touch in mine if touch.kind in kinds]

        def within(days: int | None) -> list[Touch]:
            away = [(touch, (day - touch.at.astimezone(ZONE).date()).days) for touch in chosen]
            return [touch for touch, gone in away if days is None or 0 <= gone <= days]

        return {
            "count": {days: len(within(days)) for days in DAYS},
            "minutes": {days: sum(touch.minutes or 0 for touch in within(days)) for days in DAYS},
            "last": max((touch.at for touch in chosen), default=None),
        }

    return {
        "name": client.name, "city": client.city, "phone": client.phone, "email": client.email, "kind": client.kind,
        "status": client.status_id, "category": client.category_id, "source": client.source_id, "team": client.team_id,
        "responsible": client.responsible_id, "created_by": client.created_by_id, "birthday": client.birthday,
        "last_touch": client.last_touch_at, "next_touch": client.next_touch_at, "created": client.created_at,
        "favourite": is_kept, "tags": tags,
        "calls": of("call"), "meetings": of("meeting"), "notes": of("note"),
        "touches": of("call", "meeting", "message"),
    }  # fmt: skip


ZONE = timezone.get_default_timezone()
TEXTS = [
    'name contains "sinar"',
    'name = "PT SINAR"',
    'name starts with "оо"',
    'name contains "елка"',
    'name contains "CAFÉ"',
    'city = "bandung"',
    'city in ("Орел", "Jakarta")',
    "city is empty",
    'city != "bandung"',
    'phone contains "1120"',
    'phone starts with "62"',
    'email = "A@B.example"',
    "email is empty",
    'kind = "person"',
    'status = "regular"',
    "status != #1",
    "status is empty",
    'category in ("A")',
    "responsible = me",
    "responsible is empty",
    "not responsible = #2",
    'tags = "vip"',
    'tags in ("VIP", "Редкий")',
    'tags != "редкий"',
    "tags is empty",
    "favourite",
    "birthday in next 7 days",
    "birthday < 1990-12-02",
    "birthday >= 1990-12-01",
    "month(birthday) = 12",
    "last_touch older than 90 days",
    "last_touch in last 90 days",
    "last_touch is empty",
    "last_touch <= today - 91 days",
    "next_touch in next 3 days",
    "days_since(last_touch) > 90",
    "days_since(last_touch) < 10",
    "created in last 1 days",
    "last_touch < next_touch",
    "name > city",
    "calls.count = 0",
    "calls.count > 1",
    "calls.count(30) >= 2",
    "calls.count(30) < 2",
    "calls.count(90) = 1",
    "calls.count <= 3.5",
    "calls.count in (0, 4)",
    "calls.count >= 1",
    "calls.count != 4",
    "calls.minutes(90) > 40",
    "calls.minutes < 1",
    "calls.count * 2 > touches.count + 1",
    "calls.last older than 30 days",
    "calls.last is empty",
    "calls.last = today - 1 days",
    "calls.last in last 1 days",
    "calls.last >= today - 90 days",
    "touches.count(90) > 0",
    "meetings.last > calls.last",
    "notes.count = 1",
    "days_since(touches.last) > 300",
    "first(meetings.last, calls.last) in last 10 days",
    "if(tags is empty, calls.count, 9) > 3",
]


@pytest.fixture
def asking(owner) -> Asking:
    return Asking(owner, now=NOW)


def found(text: str, asking: Asking, firm: dict) -> tuple[set, set, set]:
    condition = understood(text, asking)
    asked = asked_by(asking)
    rows = Client.objects.visible_to(asking.person)
    by_sql = set(rows.filter(as_condition(condition, asked)).values_list("pk", flat=True))
    turned = set(rows.filter(as_condition(condition, asked, turned=True)).values_list("pk", flat=True))
    return by_sql, turned, {pk for pk, values in firm.items() if evaluate(condition, values, asked)}


@pytest.mark.parametrize("text", TEXTS)
def test_it_finds_what_it_says(text, firm, asking):
    by_sql, turned, by_python = found(text, asking, firm)

    assert by_sql == by_python
    assert turned == firm.keys() - by_sql


def test_the_texts_are_a_measure_at_all(firm, asking):
    sizes = [len(found(text, asking, firm)[0]) for text in TEXTS]

    assert sum(0 < size < len(firm) for size in sizes) > len(TEXTS) * 0.7


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_do_groups_of_them(firm, asking, data):
    conditions = st.recursive(
        st.sampled_from(TEXTS),
        lambda parts: (
            parts.map(lambda part: f"not ({part})")
            | st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(lambda three: f"({' '.join(three)})")
        ),
        max_leaves=4,
    )
    text = data.draw(conditions)

    by_sql, turned, by_python = found(text, asking, firm)

    assert by_sql == by_python
    assert turned == firm.keys() - by_sql


@pytest.mark.parametrize("text", TEXTS)
def test_the_builder_gives_back_what_it_was_given(text, firm, asking):
    condition = understood(text, asking)
    fields = fields_for(asking)

    again = tree_of(condition.node, fields).node(fields)

    asked = asked_by(asking)
    rows = Client.objects.visible_to(asking.person)
    kept = understood(spelt(condition), asking)
    assert spelt(kept) == spelt(condition)
    assert again is not None
    as_built = understood(spelt(type(condition)(again, condition.schema)), asking)
    assert set(rows.filter(as_condition(as_built, asked))) == set(rows.filter(as_condition(condition, asked)))
    assert sentence(condition.node, asking, fields)
