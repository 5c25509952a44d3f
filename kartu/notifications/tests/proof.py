"""Letters written from a process of their own, for tests that kill the worker."""

from django.conf import settings
from django.db import transaction

from kartu.notifications.letters import write
from kartu.notifications.models import MailSettings


def main(host: str, count: int) -> None:
    """Set the mail server up at `host` and write `count` letters."""
    port = settings.MAIL_PORTS[-1]
    MailSettings(host=host, port=port, security="none", from_address="crm@tirta.example").save()
    for number in range(count):
        with transaction.atomic():
            write(address=f"rina{number}@example.com", subject=f"Letter {number}", text="Hello")
