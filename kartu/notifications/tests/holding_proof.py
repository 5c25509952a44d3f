"""Notices that are held back, let out by processes of their own that are killed."""

from datetime import timedelta

from django.utils import timezone

from kartu.core.testing.people import person
from kartu.notifications import holding
from kartu.notifications.actions import notify
from kartu.notifications.models import Held, MailSettings


def begin(people: int, notices: int) -> None:
    """So many people, each of whom so many letters wait for, which are due now."""
    MailSettings(host="127.0.0.1", port=9, security="none", from_address="crm@tirta.example").save()
    past = timezone.now() - timedelta(hours=1)
    for _person in range(people):
        somebody = person()
        for number in range(notices):
            notify(to=[somebody], kind="proof.news", title=f"News {number}", email=True, at=past)
    Held.objects.update(until=past)


def let_out() -> None:
    holding.let_out()
