"""With which browser, on what kind of computer or phone: what a request says of itself, in words that people know."""

from functools import lru_cache

from django.http import HttpRequest

# A browser names those that it is like, too: the first of these that is found is the one.
BROWSERS = (
    ("YaBrowser/", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(request: HttpRequest) -> tuple[str, str]:
    """("Chrome", "Windows"); "" for what is not known."""
    return read(request.META.get("HTTP_USER_AGENT", "")[:500])


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: the other end of the line, and never what a header says of it."""
    return request.META.get("REMOTE_ADDR", "")


@lru_cache(maxsize=500)
def read(agent: str) -> tuple[str, str]:
    return first(BROWSERS, agent), first(SYSTEMS, agent)


def first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
