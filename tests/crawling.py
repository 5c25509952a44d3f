"""A walk to every address of the program as one person, looking for words that he must not meet.

It asks every address of the table of routes, every list by every filter and sort, follows what the pages link to,
searches, types into every box, exports and prints, and reads what was written into files and sent.
"""

import html
import re
import secrets
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from django.core import mail
from django.http import HttpResponse
from django.test import Client as Browser
from pypdf import PdfReader

from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.lists.asking import Asking
from kartu.records.lists.spec import lists_for
from kartu.records.models import ExportFile
from tests.api.calls import Calls
from tests.api_routes import API
from tests.routes import ROUTES
from tests.test_routes import address
from tests.world import World

LINKS = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')
FOLLOWED = 120
# Whoever has such an address has what it opens: a calendar program knows no other way. Only its owner is told it.
KEYS = {"planner:feed", "clients:stop_messages"}
# What the list is asked by, of each way to compare: a value that finds something where there is something.
VALUES = {"any": "1", "none": "1", "is": "1", "more": "0", "less": "99999", "older": "1", "last": "365", "next": "365"}


class Tokens:
    """Random words. A search is given the first half of one, so that the echo of a question is not taken for a find."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def __call__(self, what: str) -> str:
        return self.made.setdefault(what, "zq" + secrets.token_hex(7))

    def halves(self) -> list[str]:
        return [word[:8] for word in self.made.values()]

    def in_text(self, text: str) -> set[str]:
        low = text.lower()
        return {what for what, word in self.made.items() if word in low}


def text_of(response: HttpResponse) -> str:
    """All that an answer says: its lines of the head, its text, what stands in a PDF or a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{head}\n{readable(body)}"


def readable(body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages).replace("\n", "")
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as book:
            return "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return body.decode(errors="replace")


def questions(person: User) -> Iterator[str]:
    """Every list by every filter and sort that it shows to the person."""
    asking = Asking(person)
    for spec in lists_for(person):
        for column in spec.columns_for(person).values():
            if column.can_sort:
                yield f"{spec.url}?s={column.key}"
                yield f"{spec.url}?s=-{column.key}"
            options = [str(value) for value, _label in islice(column.kind.options(asking), 3)]
            for operation in column.kind.operations if column.can_filter else ():
                value = options[0] if options and operation in ("any", "none") else VALUES.get(operation, "z")
                yield f"{spec.url}?f={column.key}:{operation}:{value}"


def typed(tokens: Tokens, person: User) -> Iterator[str]:
    """Every box that something can be typed into, with half of each token."""
    fields = [each.key for spec in lists_for(person) for each in spec.columns_for(person).values() if each.can_filter]
    for half in tokens.halves():
        yield from (f"/search/?q={half}", f"/clients/?q={half}", f"/clients/pick/?q={half}")
        yield f"/clients/twins/?name={half}&phone={half}&email={half}@example.com"
        yield from (f"/clients/?f={key}:has:{half}" for key in fields if key in ("name", "city", "phone", "email"))


def crawl(world: World, tokens: Tokens, person: User, *, asks_lists: bool = True) -> dict[str, set[str]]:
    """Where which token was found: address -> what it had been written into. `asks_lists`: by every filter and sort."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(person)
    calls = Calls(person)
    found: dict[str, set[str]] = {}
    linked: dict[str, None] = {}

    def look(url: str, response: HttpResponse) -> None:
        assert response.status_code < 500 or url == "/healthz", url  # no worker runs beside the tests
        text = text_of(response)
        if told := tokens.in_text(text):
            found[url] = told
        linked.update((html.unescape(link), None) for link in LINKS.findall(text))

    pages = [address(world, route) for route in ROUTES if route.get and route.name not in KEYS]
    asked = questions(person) if asks_lists else ()
    for url in [*pages, *asked, *typed(tokens, person)]:
        look(url, browser.get(url))
        if url.startswith(("/clients/", "/search/")):
            look(url, browser.get(url, headers={"HX-Request": "true"}))
    for url in [link for link in linked if "sign-out" not in link][:FOLLOWED]:
        look(url, browser.get(url))
    for route in API:
        if "GET" in route.methods:
            url = address(world, route)
            look(url, calls.browser.get(url))
    for half in tokens.halves():
        for path in (f"search?q={half}", f"clients?q={half}", f"lists/clients/rows?q={half}"):
            look(path, calls("GET", path))
    found |= in_what_was_written(tokens, person)
    return found


def in_what_was_written(tokens: Tokens, person: User) -> dict[str, set[str]]:
    run_jobs()
    files = {
        f"file {kept.pk}": tokens.in_text(readable(kept.path.read_bytes()))
        for kept in ExportFile.objects.filter(person=person)
        if kept.path.exists()
    }
    mails = {
        f"mail {number}": tokens.in_text(f"{letter.subject} {letter.body} {letter.alternatives}")
        for number, letter in enumerate(mail.outbox)
        if person.email in letter.to
    }
    return {where: told for where, told in (files | mails).items() if told}
