"""Notices that nobody answers, for the minute job in processes of their own that are killed."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from kartu.core.testing.people import person
from kartu.notifications import minute
from kartu.notifications.actions import notify
from kartu.notifications.models import MailSettings, Notification


def begin(people: int) -> None:
    """For each person one that was put off until now, one that must be acknowledged and is an hour old; for all of them
    one owner."""
    MailSettings(host="127.0.0.1", port=9, security="none", from_address="crm@tirta.example").save()
    person("owner")
    rows = Notification.objects.as_system("a proof with real processes")
    past = timezone.now() - timedelta(minutes=65)
    for _person in range(people):
        [put_off] = notify(to=[somebody := person()], kind="proof.later", title="Later")
        [due] = notify(to=[somebody], kind="proof.due", title="Due", needs_ack=True)
        rows.filter(pk=put_off.pk).update(state="snoozed", snoozed_until=past)
        # `created_at` is no column that is worked out: only a proof may move it.
        QuerySet.update(rows.filter(pk=due.pk), created_at=past)


def run() -> None:
    minute.run()
