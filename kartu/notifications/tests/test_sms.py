import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.core.testing.http import FakeHttp
from kartu.notifications.actions import notify
from kartu.notifications.channels import standing
from kartu.notifications.health import sms_now
from kartu.notifications.invariants import notices_are_in_the_ledger
from kartu.notifications.models import Carrier, Notification, SmsGateway, SmsMessage
from kartu.notifications.sms.gateway import Sms, request_of
from kartu.notifications.sms.texts import segments, shortened
from kartu.security.models import Restoration

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with FakeHttp() as server:
        yield server


@pytest.fixture
def gateway(server, firm):
    url = f"{server.url}/send?to={{phone}}&msg={{text}}&id={{id}}&key={{secret}}"
    gateway = SmsGateway(url=url, taken_if="taken")
    gateway.set_secret("open sesame")
    gateway.save()
    return gateway


@pytest.fixture
def seller(seller):
    seller.phone = "0812 3456 7890"
    seller.save()
    return seller


def tell(person, title="Call Rina", text="At 10:07"):
    [notice] = notify(to=[person], kind="test", title=title, text=text, only=["sms"], urgent=True)
    return notice


def try_now():
    Carrier.objects.update(paused_until=None)
    Job.objects.waiting().update(run_at=None)
    return run_jobs()


def hops(notice):
    return [(hop.what, hop.attempt) for hop in notice.hops.filter(channel="sms").order_by("id")]


def asked(server):
    return [{key: value[0] for key, value in parse_qs(urlsplit(one.path).query).items()} for one in server.asked]


def test_a_notice_goes_out_as_an_sms(gateway, server, seller):
    notice = tell(seller)

    run_jobs()

    [sms] = asked(server)
    assert sms == {
        "to": "+6281234567890",
        "msg": "CV Tirta Makmur: Call Rina. At 10:07",
        "id": SmsMessage.objects.get().key,
        "key": "open sesame",
    }
    assert hops(notice) == [("planned", 0), ("sent", 1)]
    assert standing(notice)["sms"].carrier_id == sms["id"]


def test_nobody_gets_an_sms_who_has_not_asked_for_it(gateway, server, seller):
    notify(to=[seller], kind="test", title="News", email=True)

    run_jobs()

    assert server.asked == []


@pytest.mark.parametrize("phone", ["", "nonsense", "021 555 1234"])
def test_without_a_mobile_number_the_ledger_says_so(gateway, server, seller, phone):
    type(seller).objects.filter(pk=seller.pk).update(phone=phone)
    seller.phone = phone
    notice = tell(seller)

    run_jobs()

    assert standing(notice)["sms"].reason == "No mobile number stands in the profile"
    assert server.asked == []


def test_without_a_gateway_the_ledger_says_so(seller, firm):
    assert standing(tell(seller))["sms"].reason == "No SMS gateway is set up"


def test_the_file_of_the_settings_stands_for_a_gateway(seller, firm, settings, tmp_path):
    settings.SMS_FILE = str(tmp_path / "sms.txt")
    notice = tell(seller)

    run_jobs()

    line = json.loads((tmp_path / "sms.txt").read_text())
    assert (line["phone"], line["text"]) == ("+6281234567890", "CV Tirta Makmur: Call Rina. At 10:07")
    assert hops(notice) == [("planned", 0), ("sent", 1)]


@pytest.mark.parametrize("mood", [401, 429, 500, 503, "cut"])
def test_a_gateway_that_cannot_now_is_asked_again_under_the_same_id(gateway, server, seller, mood):
    server.mood = mood
    notice = tell(seller)
    run_jobs()
    assert hops(notice) == [("planned", 0), ("delayed", 1)]

    server.mood = "kind"
    try_now()

    assert hops(notice) == [("planned", 0), ("delayed", 1), ("sent", 2)]
    assert len({sms["id"] for sms in asked(server)}) == 1
    assert SmsMessage.objects.get().segments == 1, "counted once, however often it was tried"


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_gateway_that_says_nothing_keeps_nobody_longer_than_the_deadline(gateway, server, seller, mood, monkeypatch):
    monkeypatch.setattr("kartu.notifications.sms.gateway.DEADLINE", 1)
    server.mood = mood
    notice = tell(seller)

    run_jobs()

    assert standing(notice)["sms"].reason == "The server of this way does not answer"


def test_a_gateway_that_fails_is_left_in_peace(gateway, server, seller):
    server.mood = 503
    for number in range(5):
        tell(seller, f"News {number}")

    run_jobs()

    assert len(server.asked) == 1
    assert Job.objects.waiting().count() == 5
    assert sms_now().tone == "warn"
    Carrier.objects.update(failing_since=timezone.now() - timedelta(minutes=16))
    assert sms_now().tone == "bad"


@pytest.mark.parametrize("mood", [400, 422])
def test_an_sms_refused_for_good_is_shown_at_once(gateway, server, seller, mood):
    server.mood = mood
    notice = tell(seller)

    run_jobs()

    assert hops(notice) == [("planned", 0), ("failed", 1)]
    assert str(mood) in standing(notice)["sms"].reason
    assert not Job.objects.open().exists()


def test_a_good_answer_without_the_word_means_that_it_was_not_taken(gateway, server, seller):
    SmsGateway.objects.update(taken_if="OK")
    notice = tell(seller)

    run_jobs()

    assert standing(notice)["sms"].reason == "127.0.0.1 answered: 200 taken"


def test_the_keeper_hears_that_the_gateway_is_down(gateway, server, seller, owner):
    server.mood = 503
    tell(seller)
    run_jobs()
    Carrier.objects.update(failing_since=timezone.now() - timedelta(minutes=6))

    try_now()
    try_now()

    told = Notification.objects.visible_to(owner).filter(kind="notifications.channel_fails")
    assert [notice.title for notice in told] == ["Messages do not go out: SMS"]


def test_the_limit_of_the_day_guards_the_money_and_the_keeper_is_told(gateway, server, seller, owner):
    SmsGateway.objects.update(day_limit=3)
    notices = [tell(seller, f"News {number}") for number in range(5)]

    run_jobs()

    assert len(server.asked) == 3
    assert [standing(notice)["sms"].what for notice in notices] == ["sent"] * 3 + ["failed"] * 2
    assert standing(notices[4])["sms"].reason == "The limit of SMS a day is reached"
    told = Notification.objects.visible_to(owner).filter(kind="notifications.channel_fails")
    assert [notice.title for notice in told] == ["No more SMS today: the limit is reached"]


def test_long_ones_count_for_as_many_as_they_take(gateway, server, seller):
    SmsGateway.objects.update(day_limit=3)
    tell(seller, "Перезвонить", "а" * 100)
    tell(seller, "Перезвонить", "б" * 100)

    run_jobs()

    assert len(server.asked) == 1
    assert SmsMessage.objects.exclude(counted_on=None).get().segments == 2


def test_after_a_restoration_sms_wait_for_the_owner(gateway, server, seller):
    Restoration.objects.create(file="a.kartu", made_at=timezone.now())
    tell(seller)

    run_jobs()

    assert server.asked == []
    assert list(notices_are_in_the_ledger()) == []


def test_nothing_goes_to_somebody_who_is_gone(gateway, server, seller):
    notice = tell(seller)
    type(seller).objects.filter(pk=seller.pk).update(is_active=False)

    run_jobs()

    assert server.asked == []
    assert standing(notice)["sms"].reason == "This person works here no more"


def test_after_two_days_the_ledger_says_that_it_never_went_out(gateway, server, seller):
    server.mood = 503
    notice = tell(seller)
    run_jobs()
    with connection.cursor() as cursor:
        long_ago = timezone.now() - timedelta(days=2, hours=1)
        cursor.execute("UPDATE notifications_notification SET created_at = %s WHERE id = %s", [long_ago, notice.pk])

    try_now()

    assert standing(notice)["sms"].reason.startswith("Not sent within two days")


def test_a_secret_sealed_under_another_key_is_asked_for_again(gateway, server, seller, settings):
    settings.SECRET_KEY = "another installation"
    notice = tell(seller)

    run_jobs()

    assert "cannot be read any more" in standing(notice)["sms"].reason
    assert server.asked == []


@pytest.mark.parametrize(("text", "count"), [
    ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("ж" * 70, 1), ("ж" * 71, 2), ("ж" * 134, 2), ("ж" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2), ("", 1),
])  # fmt: skip
def test_parts_are_counted_as_operators_do(text, count):
    assert segments(text) == count


@pytest.mark.parametrize("text", ["word " * 200, "слово " * 200, "😀" * 200, "a" * 500 + "ж" * 500])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_long_text_is_cut_to_its_parts_and_no_shorter_than_needed(text, most):
    cut = shortened(text, most)

    assert segments(cut) == most
    assert segments(cut + "xxxxxx") > most


def test_what_is_put_in_stays_where_it_was_put():
    gateway = SmsGateway(
        url="https://x.example/?u={user}",
        method="POST",
        headers="X-Key: {secret}",
        body='{"to": "{digits}", "text": "{text}", "a": {"b": "{nobody}"}}',
        body_type="json",
        user="a&b",
        signs_in=True,
    )
    gateway.set_secret("s")

    request = request_of(gateway, Sms("+62812", '"}, {secret} \n& ж', "k"))

    assert json.loads(request.body) == {"to": "62812", "text": '"}, {secret} \n& ж', "a": {"b": "{nobody}"}}
    assert request.url == "https://x.example/?u=a%26b"
    assert request.headers == {
        "X-Key": "s", "Authorization": "Basic YSZiOnM=", "Content-Type": "application/json",
    }  # fmt: skip


def test_a_form_is_spelled_as_a_form():
    gateway = SmsGateway(url="https://x.example/", method="POST", body="to={phone}&text={text}")

    request = request_of(gateway, Sms("+62812", "a&b=c ж", "k"))

    assert parse_qs(request.body.decode()) == {"to": ["+62812"], "text": ["a&b=c ж"]}
