import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.notifications.actions import notify, unseen_count
from kartu.notifications.channels import standing
from kartu.notifications.models import Hop

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(seller):
    return notify(to=[seller], kind="test", title="Call Rina back", url="/clients/7/")[0]


def test_the_bell_lists_my_notices(client, seller, notice):
    client.force_login(seller)

    page = client.get(reverse("notifications:bell"))

    assert "Call Rina back" in page.content.decode()


def test_the_bell_of_another_is_empty(client, stranger, notice):
    client.force_login(stranger)

    for name in ("notifications:bell", "notifications:all"):
        page = client.get(reverse(name)).content.decode()
        assert "Call Rina back" not in page
        assert "No news" in page


def test_looking_at_the_bell_changes_nothing(client, seller, notice):
    client.force_login(seller)

    client.get(reverse("notifications:bell"))
    client.get(reverse("notifications:all"))

    assert unseen_count(seller) == 1


def test_the_bell_reports_what_was_seen(client, seller, notice):
    client.force_login(seller)

    answer = client.post(reverse("notifications:seen"), {"up_to": notice.pk})

    assert answer.status_code == 204
    assert unseen_count(seller) == 0


def test_following_a_notice_leads_there(client, seller, notice):
    client.force_login(seller)

    answer = client.post(reverse("notifications:open", args=[notice.pk]))

    assert answer["HX-Redirect"] == "/clients/7/"
    assert standing(notice)["bell"].what == Hop.What.CLICKED


@pytest.mark.parametrize("name", ["notifications:open", "notifications:follow", "notifications:shown"])
def test_anothers_notice_is_not_there(client, stranger, notice, name):
    client.force_login(stranger)
    before = Hop.objects.count()

    answer = client.post(reverse(name, args=[notice.pk]))

    assert answer.status_code == 404
    assert Hop.objects.count() == before


def test_the_note_on_the_screen_is_noted_as_shown(client, seller, notice):
    client.force_login(seller)

    client.post(reverse("notifications:shown", args=[notice.pk]))
    client.post(reverse("notifications:shown", args=[notice.pk]))

    assert standing(notice)["popup"].what == Hop.What.SHOWN


def test_older_notices_come_page_by_page(client, seller):
    for number in range(60):
        notify(to=[seller], kind="test", title=f"News {number:02}")
    client.force_login(seller)

    first = client.get(reverse("notifications:all"))
    older = client.get(
        reverse("notifications:all"), {"before": first.context["notices"][-1].pk}, headers={"HX-Request": "true"}
    )

    assert [notice.title for notice in first.context["notices"]] == [f"News {number:02}" for number in range(59, 9, -1)]
    assert [notice.title for notice in older.context["notices"]] == [f"News {number:02}" for number in range(9, -1, -1)]
    assert first.context["has_more"] and not older.context["has_more"]


def test_the_bell_asks_the_same_number_of_questions_for_one_and_for_twenty(client, seller, notice):
    client.force_login(seller)
    client.get(reverse("notifications:bell"))

    def questions():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notifications:bell"))
        return len(asked)

    with_one = questions()
    for number in range(19):
        notify(to=[seller], kind="test", title=f"News {number}")
    assert questions() == with_one
