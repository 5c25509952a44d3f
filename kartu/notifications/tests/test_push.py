import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone

from kartu.core.models import Job
from kartu.core.outward import NotAllowed, ask
from kartu.core.testing import run_jobs
from kartu.core.testing.push import FakePush, signed_by
from kartu.firm.actions import people
from kartu.notifications.actions import notify
from kartu.notifications.channels import standing
from kartu.notifications.health import pushes_now
from kartu.notifications.invariants import notices_are_in_the_ledger
from kartu.notifications.models import Carrier, Notification, PushKeys, PushMessage, PushSubscription
from kartu.notifications.push import crypt, devices, services
from kartu.security.invariants import verify
from kartu.security.models import Restoration

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings):
    with FakePush() as service:
        settings.PUSH_SERVICES = [service.url]
        yield service


@pytest.fixture
def phone(service, seller):
    return switch_on(service, seller, "phone")


def switch_on(service, person, name):
    return devices.switch_on(**service.browser(name).subscription, device=None, by=person)


def hops(notice, channel="push"):
    return [(hop.what, hop.attempt) for hop in notice.hops.filter(channel=channel).order_by("id")]


def tell(person, title="Call Rina", **words):
    [notice] = notify(to=[person], kind="test", title=title, text="At 10:07", url="/clients/7/", email=True, **words)
    return notice


def try_now():
    Carrier.objects.update(paused_until=None)
    Job.objects.waiting().update(run_at=None)
    return run_jobs()


def test_the_health_page_tells_what_waits_for_browsers_and_what_hinders_it(service, phone, seller):
    assert (pushes_now().value, pushes_now().tone) == ("none waits", "ok")
    service.mood = 500
    tell(seller)
    run_jobs()

    assert "1 message waits; none has gone out since" in pushes_now().value
    assert pushes_now().tone == "warn"


def test_a_message_is_sealed_as_the_standard_shows():
    """The example of RFC 8291, section 5 and appendix A."""
    own = crypt.key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    body = crypt.encrypted(
        b"When I grow up, I want to be a watermelon",
        p256dh=crypt.read("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        auth=crypt.read("BTBZMqHH6r4Tts7J_aSIgg"),
        own=own,
        salt=crypt.read("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert crypt.spelled(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_signature_is_right_and_another_audience_is_refused():
    private = crypt.new_private_key()
    header = crypt.signed(
        private, audience="https://a.example", subject="mailto:crm@tirta.example", until=2_000_000_000
    )

    assert signed_by(header, "https://a.example") == "mailto:crm@tirta.example"
    assert signed_by(header, "https://b.example") is None


def test_a_notice_is_shown_by_each_browser_of_the_person(service, seller, stranger):
    switch_on(service, seller, "phone")
    switch_on(service, seller, "desk")
    switch_on(service, stranger, "spy")

    notice = tell(seller)
    run_jobs()

    assert sorted(pushed.browser for pushed in service.pushed) == ["desk", "phone"]
    note = service.pushed[0].note
    assert (note["title"], note["text"], note["url"]) == ("Call Rina", "At 10:07", "/clients/7/")
    assert note["tag"] == service.pushed[0].topic
    assert hops(notice) == [("planned", 0), ("sent", 1)]
    assert standing(notice)["push"].carrier_id in {pushed.topic for pushed in service.pushed}


def test_nobody_is_bothered_who_has_switched_nothing_on(service, seller):
    notice = tell(seller)
    run_jobs()

    assert hops(notice) == []


def test_a_notice_of_an_undone_change_is_never_shown(service, phone, seller):
    class Undone(Exception): ...

    with pytest.raises(Undone), transaction.atomic():
        tell(seller)
        raise Undone

    run_jobs()
    assert service.pushed == []


def test_a_browser_that_is_gone_is_forgotten(service, phone, seller):
    service.gone.add("phone")
    notice = tell(seller)

    run_jobs()

    assert not PushSubscription.objects.exists()
    assert hops(notice) == [("planned", 0), ("failed", 1)]
    assert standing(notice)["push"].reason == "The browser has switched notices off"
    assert not Job.objects.open().exists()


@pytest.mark.parametrize("mood", [429, 500, 503, "cut"])
def test_a_service_that_cannot_now_is_asked_again_under_the_same_key(service, phone, seller, mood):
    service.mood = mood
    notice = tell(seller)
    run_jobs()
    assert hops(notice) == [("planned", 0), ("delayed", 1)]

    service.mood = "kind"
    try_now()

    assert hops(notice) == [("planned", 0), ("delayed", 1), ("sent", 2)]
    assert len({pushed.topic for pushed in service.pushed}) == 1
    assert Carrier.objects.get().failing_since is None


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_service_that_says_nothing_keeps_nobody_longer_than_the_deadline(service, phone, seller, mood, monkeypatch):
    monkeypatch.setattr("kartu.notifications.push.sending.DEADLINE", 1)
    service.mood = mood
    notice = tell(seller)

    run_jobs()

    assert standing(notice)["push"].reason == "The server of this way does not answer"


def test_a_service_that_asks_to_wait_is_left_in_peace_that_long(service, phone, seller):
    service.mood, service.more_headers = 429, {"Retry-After": "120"}
    tell(seller)
    tell(seller, "Another", urgent=True)

    run_jobs()

    assert len(service.asked) == 1
    assert timedelta(seconds=110) < Carrier.objects.get().pause <= timedelta(seconds=120)


def test_a_message_refused_for_good_is_shown_at_once(service, phone, seller):
    service.mood = 400
    notice = tell(seller)

    run_jobs()

    assert hops(notice) == [("planned", 0), ("failed", 1)]
    assert "400" in standing(notice)["push"].reason
    assert not Job.objects.open().exists()


def test_one_browser_that_waits_keeps_no_other_waiting_and_none_is_told_twice(service, phone, seller, settings):
    with FakePush(500) as other:
        settings.PUSH_SERVICES = [service.url, other.url.replace("127.0.0.1", "localhost")]
        listener = other.browser("desk").subscription
        listener["endpoint"] = listener["endpoint"].replace("127.0.0.1", "localhost")
        devices.switch_on(**listener, device=None, by=seller)
        notice = tell(seller)
        run_jobs()
        assert hops(notice) == [("planned", 0), ("sent", 1)]

        try_now()

        assert len(service.pushed) == 1
        assert Job.objects.open().count() == 1


def test_the_keeper_of_the_computer_hears_that_nothing_goes_out(service, phone, seller, owner):
    service.mood = 503
    tell(seller)
    run_jobs()
    Carrier.objects.update(failing_since=timezone.now() - timedelta(minutes=6))

    try_now()
    try_now()

    told = Notification.objects.visible_to(owner).filter(kind="notifications.channel_fails")
    assert [notice.title for notice in told] == ["Messages do not go out: a note of the browser or phone"]


def test_after_two_days_the_ledger_says_that_it_never_went_out(service, phone, seller):
    service.mood = 503
    notice = tell(seller)
    run_jobs()
    PushMessage.objects.update(created_at=timezone.now() - timedelta(days=2, hours=1))

    try_now()

    assert standing(notice)["push"].reason.startswith("Not sent within two days")


def test_after_a_restoration_notices_wait_for_the_owner(service, phone, seller):
    Restoration.objects.create(file="a.kartu", made_at=timezone.now())
    notice = tell(seller)

    run_jobs()

    assert (service.asked, hops(notice)) == ([], [("planned", 0)])
    assert list(notices_are_in_the_ledger()) == []


def test_a_lost_job_is_found(service, phone, seller):
    notice = tell(seller)
    Job.objects.all().delete()

    assert list(notices_are_in_the_ledger()) == [f"notice {notice.pk} was planned for push, and nothing came of it"]


def test_a_long_text_is_shortened_to_what_fits(service, phone, seller):
    notify(to=[seller], kind="test", title="Ж" * 200, text="Ж" * 1000, email=True, urgent=True)
    notify(to=[seller], kind="test", title="日" * 200, text="日" * 1000, email=True, urgent=True)

    run_jobs()

    assert [pushed.note["text"][-1] for pushed in service.pushed] == ["Ж", "…"]


def test_keys_are_sealed_in_the_database(phone, service):
    PushKeys.current()
    stored = f"{PushSubscription.objects.values().get()} {PushKeys.objects.values().get()}"

    secrets = service.browsers["phone"].subscription
    assert [word for word in (*secrets.values(), PushKeys.current().private) if word in stored] == []


@pytest.mark.parametrize("endpoint", [
    "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8080/x", "https://evil.example/x", "https://localhost/x",
    "https://fcm.googleapis.com.evil.example/x", "https://u:p@fcm.googleapis.com/x", "https://10.0.0.1/x",
    "https://evilnotify.windows.com/x", "ftp://x", "", "https://[::1/x", "https://fcm.googleapis.com/\n",
])  # fmt: skip
def test_nothing_is_sent_to_a_place_that_is_no_browser_maker(endpoint, service, seller):
    assert not services.is_known(endpoint)
    with pytest.raises(devices.NotPossible):
        devices.switch_on(**service.browser("x").subscription | {"endpoint": endpoint}, device=None, by=seller)


@pytest.mark.parametrize("endpoint", [
    "https://fcm.googleapis.com/fcm/send/x", "https://updates.push.services.mozilla.com/wpush/v2/x",
    "https://web.push.apple.com/x", "https://wns2-sg2p.notify.windows.com/w/?token=x",
])  # fmt: skip
def test_the_makers_of_browsers_are_known(endpoint):
    assert services.is_known(endpoint)


@pytest.mark.parametrize("wrong", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "?"}, {"p256dh": ""}])
def test_keys_that_no_browser_gives_are_refused(service, seller, wrong):
    with pytest.raises(devices.NotPossible):
        devices.switch_on(**service.browser("x").subscription | wrong, device=None, by=seller)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "https://169.254.169.254/", "file:///x"]
)
def test_outside_is_outside(url):
    with pytest.raises(NotAllowed):
        ask("GET", url)


def test_even_where_the_own_network_is_allowed_the_clouds_own_addresses_are_not():
    with pytest.raises(NotAllowed):
        ask("GET", "http://169.254.169.254/latest/", allows_near=True)


def test_somebody_else_at_the_same_browser_ends_the_notices_of_the_one_before(service, phone, seller, stranger):
    endpoint = service.browsers["phone"].subscription["endpoint"]
    assert devices.still_mine(endpoint=endpoint, device=None, by=seller)

    assert not devices.still_mine(endpoint=endpoint, device=None, by=stranger)

    assert not PushSubscription.objects.exists()


def test_it_ends_with_the_access_of_the_person(service, phone, seller, owner):
    notice = tell(seller)
    people.close_access(person=seller, by=owner)

    run_jobs()

    assert service.pushed == []
    assert hops(notice) == [("planned", 0), ("failed", 1)]
    assert not PushSubscription.objects.exists()
    assert [found for found in verify() if "push" in str(found)] == []


def test_a_moved_browser_proves_itself_by_its_old_secret(service, phone):
    old, new = service.browsers["phone"].subscription, service.browser("phone2").subscription
    moved = {"endpoint": new["endpoint"], "p256dh": new["p256dh"], "new_auth": new["auth"], "old": old["endpoint"]}

    assert not devices.move(auth=new["auth"], **moved)
    assert devices.move(auth=old["auth"], **moved)

    assert PushSubscription.objects.get().opened["endpoint"] == new["endpoint"]


def test_without_its_key_file_a_moved_firm_begins_anew(service, phone, settings):
    before = PushKeys.current().public
    settings.SECRET_KEY = "another installation"

    assert devices.keys_for_browsers() not in ("", before)
    assert not PushSubscription.objects.exists()


def test_the_key_for_browsers_is_a_point():
    point = base64.urlsafe_b64decode(PushKeys.current().public + "=")

    assert ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
