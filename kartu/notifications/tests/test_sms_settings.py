import pytest
from django.urls import reverse

from kartu.core.testing.http import FakeHttp
from kartu.notifications.models import Carrier, SmsGateway
from kartu.notifications.sms.acts import preset, presets
from kartu.notifications.sms.forms import SmsGatewayForm
from kartu.security.models import AuditPayload

pytestmark = pytest.mark.django_db

GOOD = {
    "url": "https://sms.example/send?to={phone}&msg={text}&key={secret}", "method": "GET", "body_type": "form",
    "secret": "open sesame", "taken_if": "OK", "most_segments": "2", "day_limit": "50",
}  # fmt: skip


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return reverse("notifications:sms")


def test_the_owner_sets_the_gateway_up(client, page):
    Carrier.objects.create(key="sms", last_error="down")

    answer = client.post(page, GOOD)

    assert answer.status_code == 302
    gateway = SmsGateway.current()
    assert (gateway.url, gateway.secret, gateway.day_limit) == (GOOD["url"], "open sesame", 50)
    assert not Carrier.objects.exists()
    assert "open sesame" not in f"{AuditPayload.objects.last().values} {SmsGateway.objects.values().get()}"
    assert "open sesame" not in client.get(page).content.decode()


def test_a_seller_may_not(client, seller):
    client.force_login(seller)

    assert client.post(reverse("notifications:sms"), GOOD).status_code == 403
    assert SmsGateway.current() is None


@pytest.mark.parametrize("wrong", [
    {"url": "ftp://x/{phone}{text}"}, {"url": "https://x.example/"}, {"url": "https://{phone}/{text}"},
    {"url": "http://10.0.0.5/{phone}/{text}/{secret}"}, {"headers": "nonsense"}, {"method": "DELETE"},
])  # fmt: skip
def test_odd_values_are_refused(client, page, wrong):
    answer = client.post(page, GOOD | wrong)

    assert answer.status_code == 422
    assert list(wrong)[0] in answer.context["form"].errors
    assert SmsGateway.current() is None


def test_the_old_secret_is_not_sent_to_another_server(client, page):
    client.post(page, GOOD)

    answer = client.post(page, GOOD | {"secret": "", "url": "https://evil.example/{phone}/{text}/{secret}"})

    assert answer.status_code == 422
    assert "evil" not in SmsGateway.current().url


@pytest.mark.parametrize("key", presets())
def test_what_is_known_of_a_gateway_makes_a_good_form(client, page, key):
    form = SmsGatewayForm({**GOOD, "secret": "s", "user": "u", **preset(key)})

    assert form.is_valid(), form.errors
    assert preset(key)["url"] in client.get(f"{page}?like={key}").content.decode().replace("&amp;", "&")


@pytest.mark.parametrize(("mood", "said"), [("kind", "The gateway took it"), (403, "answered: 403")])
def test_a_test_sms_says_what_the_gateway_said(client, page, owner, mood, said):
    type(owner).objects.filter(pk=owner.pk).update(phone="+62 812 3456 7890")
    with FakeHttp(mood) as server:
        client.post(page, GOOD | {"url": f"{server.url}/?{{phone}}{{text}}", "taken_if": "", "secret": ""})

        answer = client.post(reverse("notifications:sms_test"))

        assert said in answer.content.decode()
        assert len(server.asked) == 1


def test_a_test_sms_needs_a_number(client, page):
    client.post(page, GOOD)

    assert "No mobile number" in client.post(reverse("notifications:sms_test")).content.decode()
