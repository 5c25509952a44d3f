import pytest
from django.urls import reverse

from kartu.core.testing.smtp import FakeSmtp
from kartu.notifications.models import MailSettings
from kartu.security.models import AuditPayload

pytestmark = pytest.mark.django_db

GOOD = {
    "host": "smtp.tirta.example", "port": "587", "security": "starttls", "user": "kartu", "password": "open sesame",
    "from_address": "crm@tirta.example", "from_name": "Tirta",
}  # fmt: skip


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return reverse("notifications:mail")


def test_the_owner_sets_the_mail_server_up(client, page):
    answer = client.post(page, GOOD)

    assert answer.status_code == 302
    mail = MailSettings.current()
    assert (mail.host, mail.password) == ("smtp.tirta.example", "open sesame")
    payload = AuditPayload.objects.last().values
    assert payload["after"]["host"] == "smtp.tirta.example"
    assert "open sesame" not in str(payload)


def test_a_seller_may_not(client, seller):
    client.force_login(seller)

    assert client.get(reverse("notifications:mail")).status_code == 403
    assert client.post(reverse("notifications:mail"), GOOD).status_code == 403
    assert MailSettings.current() is None


@pytest.mark.parametrize("wrong", [{"port": "22"}, {"port": "6379"}, {"host": "http://x/"}, {"from_address": "nobody"}])
def test_odd_values_are_refused(client, page, wrong):
    answer = client.post(page, GOOD | wrong)

    assert answer.status_code == 422
    assert list(wrong)[0] in answer.context["form"].errors
    assert MailSettings.current() is None


def test_an_empty_password_keeps_the_one_before(client, page):
    client.post(page, GOOD)

    client.post(page, GOOD | {"password": "", "from_name": "Kartu"})

    assert (MailSettings.current().from_name, MailSettings.current().password) == ("Kartu", "open sesame")


def test_the_old_password_is_not_sent_to_another_server(client, page):
    client.post(page, GOOD)

    answer = client.post(page, GOOD | {"password": "", "host": "smtp.evil.example"})

    assert answer.status_code == 422
    assert MailSettings.current().host == "smtp.tirta.example"


def test_the_page_never_shows_the_password(client, page):
    client.post(page, GOOD)

    assert "open sesame" not in client.get(page).content.decode()


@pytest.mark.parametrize(("mood", "said"), [
    ("kind", "Look into that mailbox"),
    ("locked", "does not accept the user name and password"),
    ("busy", "421 Too many letters today"),
])  # fmt: skip
def test_a_test_letter_says_what_the_server_said(client, page, settings, mood, said):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with FakeSmtp(mood) as server:
        client.post(page, GOOD | {"host": server.host, "port": str(server.port), "security": "none"})

        answer = client.post(reverse("notifications:mail_test"))

        assert said in answer.content.decode()
        assert len(server.received) == (1 if mood == "kind" else 0)
