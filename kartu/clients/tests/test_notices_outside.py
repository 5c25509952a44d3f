"""A notice about a client that goes out of the house says no more than its person sees when it goes."""

import pytest
from django.db import connection

from kartu.clients import actions
from kartu.core.testing import run_jobs
from kartu.core.testing.push import FakePush
from kartu.notifications.actions import notify
from kartu.notifications.push import devices

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings, seller):
    with FakePush() as service:
        settings.PUSH_SERVICES = [service.url]
        devices.switch_on(**service.browser("phone").subscription, device=None, by=seller)
        yield service


@pytest.fixture
def client(seller):
    client = actions.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)
    run_jobs()
    return client


def shown(service):
    run_jobs()
    note = service.pushed[-1].note
    return note["title"], note["text"], note["url"]


def test_a_client_is_named_to_whoever_sees_it(service, client, seller):
    notify(to=[seller], kind="test", title="Call PT Sinar", url="/clients/", about=client, email=True)

    assert shown(service) == ("Call PT Sinar", "", "/clients/")


def test_one_that_was_taken_away_meanwhile_is_not_named(service, client, seller, stranger):
    notify(to=[seller], kind="test", title="Call PT Sinar", text="0812", url="/clients/", about=client, email=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_client SET responsible_id = %s WHERE id = %s", [stranger.pk, client.pk])

    assert shown(service) == ("News for you", "", "/notifications/")
