"""What a person did on a day, as a story."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.security import views_log
from kartu.security.logbook import day as day_module
from kartu.security.models import Alert, ViewRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(seller):
    """Three cards looked at one after the other, one twice; a search; a list; a change."""
    cards = [actions.add_client(name=name, by=seller) for name in ("PT Satu", "PT Dua", "PT Tiga")]
    for card in [*cards, cards[0]]:
        views_log.saw("card", by=seller, row=card)
    views_log.saw("search", by=seller, detail={"text": "sinar", "count": 1})
    asked = {"list": "clients", "f": [], "q": "", "s": "name", "shown": 3}
    views_log.saw("list", by=seller, object_type="clients.client", detail=asked)
    actions.change_client(client=cards[1], values={"about": "pumps"}, by=seller)
    return cards


def told(client, person, query: str = "") -> str:
    answer = client.get(f"/log/people/{person.pk}/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_day_is_told_from_morning_to_evening_and_leads_to_the_records(client, owner, seller, day):
    client.force_login(owner)

    page = told(client, seller)

    assert page.count("</span>, <a") == 0
    opened = page[page.index("opened</span>") :]
    assert opened.index("PT Satu") < opened.index("PT Dua") < opened.index("PT Tiga") < opened.index("sinar")
    assert page.count(">opened</span>") == 1  # three cards in one breath, the fourth look at one of them
    assert f'href="/clients/{day[2].pk}/">PT Tiga</a>' in page
    assert "pumps" in page
    assert 'opened: <b class="b6 tn">4</b>' in page


def test_another_day_is_empty_and_a_long_one_goes_on(client, owner, seller, day, monkeypatch):
    client.force_login(owner)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "Nothing was done on this day" in told(client, seller, f"day={yesterday}")
    monkeypatch.setattr(day_module, "MOST", 4)

    page = told(client, seller)

    assert "pumps" in page
    assert "PT Tiga</a>" not in page
    earlier = page.split("before=")[1].split('"')[0]
    assert "PT Tiga</a>" in told(client, seller, f"before={earlier}")


def test_a_long_day_asks_the_database_as_often_as_a_short_one(client, owner, seller, day):
    client.force_login(owner)
    told(client, seller)

    def asked_for() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(client, seller)
        return len(queries)

    few = asked_for()
    for number in range(30):
        actions.change_client(client=day[0], values={"about": f"pumps {number}"}, by=seller)
        views_log.saw("card", by=seller, row=day[1])

    assert asked_for() == few
    assert few <= 16


def test_who_reads_a_story_stands_in_the_log_and_only_those_within_reach_are_told_of(
    client, head, seller, stranger, day
):
    client.force_login(head)

    told(client, seller)

    assert ViewRow.objects.get(object_type="security.auditrow").detail["person"] == str(seller.pk)
    assert client.get(f"/log/people/{stranger.pk}/").status_code == 404
    assert f'"/log/people/{seller.pk}/"' in client.get(f"/people/{seller.pk}/").content.decode()
    assert "/log/people/" not in client.get(f"/people/{stranger.pk}/").content.decode()


def test_an_alert_leads_to_the_day(client, owner, seller, day):
    now = timezone.now()
    alert = Alert.objects.create(
        rule="cards",
        subject=seller.pk,
        person=seller,
        day=timezone.localdate(),
        count=3,
        limit=2,
        since=now,
        last_at=now,
    )
    client.force_login(owner)

    page = client.get(f"/alerts/{alert.pk}/").content.decode()

    assert f'href="/log/people/{seller.pk}/?day={timezone.localdate()}"' in page
    assert "PT Tiga" in page
