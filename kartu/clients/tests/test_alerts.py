"""The log is watched: who goes beyond a limit is told of, once; a busy month is not."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from conftest import drop_triggers
from kartu.clients.actions import add_client
from kartu.clients.probing import KNOWN_ELSEWHERE
from kartu.core.models.sequence import reader_sees_its_own_transaction
from kartu.core.outbox.delivery import deliver_all
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Hop, Notification
from kartu.security.alerts import reading, watching
from kartu.security.alerts.rules import GAP, alert_rules
from kartu.security.audit import digest
from kartu.security.models import Alert, AlertSettings, AuditPayload, AuditRow, LogPosition, Tally, ViewRow
from kartu.security.models.audit import Verb

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)  # nine in the morning in Jakarta
NEVER_IN_A_TEST = {"reveals", GAP}


@pytest.fixture(autouse=True)
def watched(db, firm) -> None:
    watching.look(MONDAY)


@pytest.fixture(autouse=True)
def in_jakarta(owner, head, seller, stranger) -> None:
    for person in (owner, head, seller, stranger):
        person.time_zone = "Asia/Jakarta"
        person.save()


def looked(by: User, at: datetime, kind: str = "card", pk: int | None = None, **detail: Any) -> ViewRow:
    fields = {"session": f"s{by.pk}", "address": "10.0.0.7", "detail": detail}
    return ViewRow(at=at, actor_id=by.pk, kind=kind, object_type="clients.client", object_id=pk, **fields)


def acted(by: User | None, at: datetime, verb: str, pk: int | None = None, **values: Any) -> AuditRow:
    kind = "firm.user" if verb in (Verb.SIGN_IN, Verb.SIGN_IN_FAILED) else "clients.client"
    fields = {"object_type": kind, "object_id": pk, "session": "s", "address": "10.0.0.7", "digest": digest(values)}
    row = AuditRow.objects.create(at=at, actor_id=by and by.pk, verb=verb, **fields)
    AuditPayload.objects.create(row=row, values=values)
    return row


def cards(by: User, start: datetime, count: int, minutes: float, first: int = 1) -> list[ViewRow]:
    step = timedelta(minutes=minutes) / max(count, 1)
    return [looked(by, start + step * number, pk=first + number) for number in range(count)]


def raised() -> set[tuple[str, int]]:
    return set(Alert.objects.values_list("rule", "subject"))


def test_a_leaver_is_told_of_at_the_next_look_with_what_he_opened_and_from_where(seller):
    rows = cards(seller, MONDAY, 120, minutes=40)
    waiting, now = list(rows), MONDAY
    while waiting:  # as the clock goes
        now += timedelta(seconds=20)
        ViewRow.objects.bulk_create(row for row in waiting if row.at <= now)
        waiting = [row for row in waiting if row.at > now]
        watching.look(now)

    [alert] = Alert.objects.all()
    assert (alert.rule, alert.person, alert.limit) == ("cards_burst", seller, 80)
    assert timedelta() <= alert.raised_at - rows[80].at <= timedelta(seconds=60)
    assert alert.count == 120
    assert alert.evidence["addresses"] == ["10.0.0.7"]
    assert set(alert.evidence["things"]) == {f"clients.client {number}" for number in range(1, 121)}


def test_control_one_card_less_than_the_limit_and_one_more(seller):
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 200, minutes=600))
    watching.look(MONDAY)
    assert raised() == set()

    ViewRow.objects.bulk_create(cards(seller, MONDAY, 200, minutes=600))  # the same ones again count once
    watching.look(MONDAY)
    assert raised() == set()

    ViewRow.objects.bulk_create([looked(seller, MONDAY + timedelta(hours=9), pk=201)])
    watching.look(MONDAY)
    assert raised() == {("cards_day", seller.pk)}


def test_three_hundred_cards_in_a_day_are_one_alert_that_goes_on_counting(seller):
    for start in range(0, 300, 50):
        at = MONDAY + timedelta(hours=start / 30)
        ViewRow.objects.bulk_create(cards(seller, at, 50, minutes=90, first=start))
        watching.look(at)

    assert [(alert.rule, alert.count) for alert in Alert.objects.all()] == [("cards_day", 300)]


def test_the_next_day_begins_at_nothing_but_a_window_goes_over_midnight(seller):
    midnight = MONDAY + timedelta(hours=15)
    AlertSettings.objects.create(pk=1, policies={"off_hours": "off"})
    ViewRow.objects.bulk_create(cards(seller, midnight - timedelta(minutes=10), 60, minutes=10))
    ViewRow.objects.bulk_create(cards(seller, midnight, 60, minutes=10, first=500))

    watching.look(midnight)

    assert raised() == {("cards_burst", seller.pk)}
    assert Tally.objects.filter(person_id=seller.pk).count() == 2


def leaves(by: User, day: datetime, chance: random.Random) -> None:
    """One who takes along what he can: every limit is crossed, at night."""
    night = day + timedelta(hours=15)
    ViewRow.objects.bulk_create(cards(by, day, 120, minutes=40))
    ViewRow.objects.bulk_create(cards(by, day + timedelta(hours=2), 120, minutes=100, first=500))
    ViewRow.objects.bulk_create(looked(by, day, "list", shown=50, found=9000) for _page in range(130))
    ViewRow.objects.bulk_create(looked(by, day, "search", text=f"08{chance.randrange(10**6)}") for _n in range(260))
    tried = ({KNOWN_ELSEWHERE: {"phone": f"+62{number}"}} for number in range(21))
    ViewRow.objects.bulk_create(looked(by, day, "search", **each) for each in tried)
    ViewRow.objects.bulk_create(cards(by, night, 31, minutes=20))
    for _number in range(11):
        acted(by, day, Verb.EXPORT, rows=200, said="all")
    for number in range(61):
        acted(by, day, Verb.PRINT, number)
    for number in range(101):
        acted(by, day, Verb.DOWNLOAD, number)
    for number in range(501):
        acted(by, day, Verb.CHANGE, number, after={"responsible_id": 3} if number < 60 else {"name": "x"})
    for number in range(51):
        acted(by, day, Verb.TRASH, number)
    for _number in range(31):
        acted(by, day, Verb.DENIED)
    for _number in range(6):
        acted(None, day, Verb.SIGN_IN_FAILED, by.pk)
    acted(by, day, Verb.SIGN_IN, by.pk, is_new=True, matters=True)


def test_whoever_takes_all_along_is_flagged_on_each_limit(seller):
    leaves(seller, MONDAY, random.Random(7))

    watching.look(MONDAY)

    expected = {rule.key for rule in alert_rules} - NEVER_IN_A_TEST
    assert raised() == {(key, seller.pk) for key in expected}


def working_days(month: datetime, days: int) -> Iterator[datetime]:
    for number in range(days):
        day = month + timedelta(days=number)
        if day.isoweekday() <= 6:
            yield day


def works(by: User, day: datetime, chance: random.Random, busy: float = 1.0) -> None:
    """A day of a seller: some 25 cards, half of them twice, between nine and six."""
    moment = lambda: day + timedelta(minutes=chance.uniform(0, 540))  # noqa: E731
    opened = [chance.randrange(1, 900) for _n in range(int(chance.gauss(25, 6) * busy))]
    rows = [looked(by, moment(), pk=pk) for pk in opened + opened[::2]]
    rows += [looked(by, moment(), "list", shown=50, found=900) for _n in range(int(chance.gauss(20, 5) * busy))]
    rows += [looked(by, moment(), "search", text="sinar") for _n in range(int(chance.gauss(30, 8) * busy))]
    ViewRow.objects.bulk_create(sorted(rows, key=lambda row: row.at))
    for _n in range(int(chance.gauss(20, 5) * busy)):
        acted(by, moment(), Verb.CHANGE, chance.choice(opened or [1]), after={"name": "x"})
    for _n in range(chance.randrange(3)):
        acted(by, moment(), Verb.PRINT, 5)
    if chance.random() < 0.2:
        acted(None, moment(), Verb.SIGN_IN_FAILED, by.pk)


def test_a_busy_month_raises_fewer_than_two_alarms(head, seller, stranger):
    chance = random.Random(2026)
    for number, day in enumerate(working_days(MONDAY, 28)):
        is_campaign, is_month_end, is_cover = number == 8, number >= 22, 12 <= number < 18
        works(seller, day, chance, busy=5 if is_campaign else 2 if is_cover else 1)
        works(head, day, chance, busy=2 if is_month_end else 1)
        if not is_cover:
            works(stranger, day, chance)
        if is_month_end:
            for _n in range(3):
                acted(head, day + timedelta(hours=5), Verb.EXPORT, rows=250)
        watching.look(day + timedelta(hours=10))

    assert Alert.objects.count() < 2, list(Alert.objects.values())


def test_limits_and_silence_are_the_owners(seller):
    AlertSettings.objects.create(pk=1, limits={"cards_day": 10}, policies={"cards_burst": "off"})
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 100, minutes=30))

    watching.look(MONDAY)

    assert [(alert.rule, alert.limit) for alert in Alert.objects.all()] == [("cards_day", 10)]


def test_night_is_by_the_clock_of_the_person(seller, stranger):
    stranger.time_zone = "America/New_York"  # it is nine in the evening there
    stranger.save()
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 31, minutes=60) + cards(stranger, MONDAY, 31, minutes=60))

    watching.look(MONDAY)

    assert raised() == {("off_hours", stranger.pk)}


def test_a_number_that_commits_late_is_counted_once(seller):
    """On PostgreSQL a lower number may come after a higher one."""
    AlertSettings.objects.create(pk=1, limits={"searches": 2})
    first, second = (looked(seller, MONDAY, "search", text="a") for _n in range(2))
    last = ViewRow.objects.count() and ViewRow.objects.latest("pk").pk
    last = max(last, LogPosition.objects.get(source="views").last_id)
    second.pk, first.pk = last + 2, last + 1
    second.save(force_insert=True)
    watching.look(MONDAY)
    first.save(force_insert=True)

    watching.look(MONDAY)
    watching.look(MONDAY)

    counts = Tally.objects.get(person_id=seller.pk).counts
    assert counts["searches"]["n"] == (2 if connection.vendor == "postgresql" else 1)


def test_a_number_missing_in_the_log_is_told(seller):
    if connection.vendor == "postgresql":
        return  # a change given up leaves a gap there, too
    position = LogPosition.objects.get(source="views")
    row = looked(seller, MONDAY, pk=1)
    row.pk = position.last_id + 5
    row.save(force_insert=True)

    watching.look(MONDAY)

    [alert] = Alert.objects.all()
    assert (alert.rule, alert.person, alert.count) == (GAP, None, 4)


def test_rows_that_were_there_at_the_last_look_and_are_gone_are_told_once(seller):
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 10, minutes=40))
    watching.look(MONDAY)
    drop_triggers("views" if "views" in settings.DATABASES else "default")
    gone = ViewRow.objects.filter(object_id__in=[4, 5])
    gone._raw_delete(gone.db)

    watching.look(MONDAY)
    watching.look(MONDAY)

    [alert] = Alert.objects.all()
    assert (alert.rule, alert.count) == (GAP, 2)
    assert alert.evidence["log"]["views"]["missing"] == 2


def test_a_log_that_cannot_be_read_is_told(monkeypatch):
    def broken(*_arguments: object, **_named: object) -> None:
        raise DatabaseError("disk I/O error")

    monkeypatch.setattr(reading.Source, "count", broken)

    watching.look(MONDAY)

    assert raised() == {(GAP, 0)}


def test_a_quiet_look_writes_nothing_and_asks_little(seller, django_assert_max_num_queries):
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 10, minutes=40))
    watching.look(MONDAY)

    with django_assert_max_num_queries(6, using="default") as asked:
        assert watching.look(MONDAY) == 0
    assert not [query for query in asked if not query["sql"].startswith("SELECT")]


def test_the_owners_are_told_at_once_by_bell_and_letter_and_the_person_is_not(owner, seller):
    second = make_person("Omar", "owner")
    User.objects.filter(pk=second.pk).update(time_zone="Asia/Jakarta")
    ViewRow.objects.bulk_create(cards(second, MONDAY, 81, minutes=30))

    watching.look(MONDAY)
    with reader_sees_its_own_transaction():
        deliver_all()

    told = Notification.objects.as_system("a test").get()
    assert (told.person, told.title) == (owner, "Omar: Different cards opened within 40 minutes")
    assert told.text == "81, the limit is 80"
    assert Hop.objects.filter(notification=told, channel="email").exists()


def test_each_step_on_an_alert_stands_in_the_log(client, owner, seller):
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 81, minutes=30))
    watching.look(MONDAY)
    alert = Alert.objects.get()
    client.force_login(owner)

    client.post(f"/alerts/{alert.pk}/look-into/")
    assert client.post(f"/alerts/{alert.pk}/explain/", {"note": " "}).status_code == 422
    client.post(f"/alerts/{alert.pk}/explain/", {"note": "The autumn campaign"})

    alert.refresh_from_db()
    assert (alert.state, alert.note, alert.looked_by) == ("explained", "The autumn campaign", owner)
    rows = AuditRow.objects.filter(object_type="security.alert").order_by("pk")
    assert [(row.verb, row.actor_id) for row in rows] == [
        ("create", None), ("change", owner.pk), ("change", owner.pk)
    ]  # fmt: skip


def test_nobody_clears_himself_while_somebody_else_could(client, owner):
    make_person("Omar", "owner")
    ViewRow.objects.bulk_create(cards(owner, MONDAY, 81, minutes=30))
    watching.look(MONDAY)
    alert = Alert.objects.get()
    client.force_login(owner)

    assert client.post(f"/alerts/{alert.pk}/explain/", {"note": "Nothing"}).status_code == 422

    alert.refresh_from_db()
    assert alert.state == "open"


def test_the_page_of_an_alert_names_the_clients_and_shows_what_was_done(client, owner, seller):
    card = add_client(name="PT Sinar", by=seller)
    ViewRow.objects.bulk_create(cards(seller, MONDAY, 81, minutes=30, first=card.pk))
    acted(seller, MONDAY, Verb.EXPORT, rows=400, said="City is Bandung")
    watching.look(MONDAY)
    client.force_login(owner)

    page = client.get(f"/alerts/{Alert.objects.get(rule='cards_burst').pk}/").content.decode()

    assert page.count("PT Sinar") == 2  # among the things counted, and where it was opened
    assert "City is Bandung · rows: 400" in page
    assert ViewRow.objects.filter(actor_id=owner.pk, object_type="security.alert").count() == 1


def test_the_list_of_alerts_costs_the_same_for_one_and_for_many(client, owner, seller, django_assert_num_queries):
    client.force_login(owner)
    at = {"since": MONDAY, "last_at": MONDAY, "count": 81, "limit": 80, "person": seller, "subject": seller.pk}
    Alert.objects.create(rule="cards_day", day=MONDAY.date(), looked_by=owner, **at)
    client.get("/alerts/")
    with CaptureQueriesContext(connection) as few:
        client.get("/alerts/")
    for number in range(1, 9):
        Alert.objects.create(rule="cards_day", day=MONDAY.date() - timedelta(days=number), looked_by=owner, **at)

    with django_assert_num_queries(len(few)):
        assert client.get("/alerts/").content.decode().count("Sari") == 9


def test_the_owner_sets_limits_on_a_page_and_the_log_keeps_it(client, owner):
    client.force_login(owner)
    policies = {f"policy_{rule.key}": "tell" for rule in alert_rules}
    data = {"work_from": "08:00", "work_until": "19:00", "work_days": ["1", "2"], "approve_above": "500", **policies}

    client.post("/alerts/limits/", {**data, "limit_cards_day": "150", "policy_searches": "off"})

    kept = AlertSettings.current()
    assert (kept.limits, kept.policies) == ({"cards_day": 150}, {"searches": "off"})
    assert (kept.work_days, kept.approve_above) == ([1, 2], 500)
    assert AuditRow.objects.get(object_type="security.alertsettings").verb == "setting"
