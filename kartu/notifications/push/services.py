"""The browser makers that carry push messages. To no other address anything is sent: a browser says where it listens,
and whoever sits at one could say anything."""

from urllib.parse import urlsplit

from django.conf import settings

KNOWN = ("fcm.googleapis.com", "android.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com")
KNOWN_ENDINGS = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
LONGEST = 2000


def is_known(endpoint: str) -> bool:
    """Whether `endpoint` is an address at one of them, or at one that the settings of the program name."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or parts.username:
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.PUSH_SERVICES:
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and port in (None, 443) and (host in KNOWN or host.endswith(KNOWN_ENDINGS))


def service_of(endpoint: str) -> str:
    """Whoever carries it, by his host."""
    return (urlsplit(endpoint).hostname or "")[:100]


def is_ours(endpoint: str) -> bool:
    """A service in the firm's own network, which only the settings of the program can name."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}" in settings.PUSH_SERVICES
