"""The link by which whoever reads a message says that there are to be no more: it opens without signing in, and tells
nothing of the client."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kartu.clients.models import ClientMessage
from kartu.core.hosts import is_near, is_number
from kartu.notifications.models import MailSettings

SIGNER = signing.Signer(salt="kartu.clients.stop_messages")
WHY = "whoever has the link in a message says what may be written to his address"


def key_of(message: ClientMessage) -> str:
    return SIGNER.sign(str(message.pk))


def message_of(key: str) -> ClientMessage | None:
    """The message by whose link somebody came; None where nobody has signed it, or it is no more."""
    try:
        pk = int(SIGNER.unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    rows = ClientMessage.objects.as_system(WHY).select_related("letter", "sms")
    message = rows.filter(pk=pk).first()
    return message if message and message.address else None


def link_of(message: ClientMessage) -> str:
    """The whole address; "" where Kartu is not to be reached from outside."""
    if not is_reachable(settings.ADDRESS):
        return ""
    return settings.ADDRESS + reverse("clients:stop_messages", args=[key_of(message)])


def is_reachable(address: str) -> bool:
    """Whether somebody outside may get to `address`, as far as it tells."""
    host = urlsplit(address).hostname or ""
    if is_number(host):
        return not is_near(host)
    return "." in host and not host.endswith((".local", ".localhost", ".lan", ".internal", ".test"))


def headers_of(link: str) -> dict[str, str]:
    """By which a mail program offers its own button (RFC 2369, RFC 8058): one click, and only by HTTPS. Where there is
    no link a letter to the sender does."""
    mail = MailSettings.current()
    ways = [f"<{link}>"] if link else []
    if mail:
        ways.append(f"<mailto:{mail.from_address}?subject=unsubscribe>")
    headers = {"List-Unsubscribe": ", ".join(ways)} if ways else {}
    if link.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
