"""Clients to be reminded, and the minute at which they are, from processes of their own that may be killed."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Channel, MessageHours
from kartu.core.actors import System
from kartu.firm.models import Firm
from kartu.notifications.models import MailSettings
from kartu.notifications.tests.proof import person
from kartu.planner import actions
from kartu.planner.models import ClientReminder
from kartu.planner.reminding_clients import remind_clients
from kartu.security import audit

AGO = timedelta(minutes=30)


def begin(host: str, count: int) -> None:
    """`count` meetings in an hour, each with a client who should have been reminded half an hour ago."""
    MailSettings(host=host, port=settings.MAIL_PORTS[-1], security="none", from_address="crm@tirta.example").save()
    MessageHours.objects.create(opens=0, closes=1440)
    sari = person()
    Firm.objects.update(language="en")
    start = timezone.now() + timedelta(hours=1)
    for number in range(count):
        client = clients.add_client(name=f"Client {number}", email=f"c{number}@example.com", by=sari)
        task = actions.set_task(title="Meet", kind="meeting", client=client, start_at=start, by=sari)
        channel = Channel.objects.visible_to(sari).get(client=client)
        with transaction.atomic(), audit.acting_as(System("a test")):
            ClientReminder(task=task, way="email", channel=channel, before=90).save()
    ClientReminder.objects.as_system("a test").update(set_at=timezone.now() - 2 * AGO)


def minute() -> None:
    """One turn of the clock."""
    remind_clients(timezone.now())
