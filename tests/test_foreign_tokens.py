"""Nothing of what a person does not see reaches him by any door: a random word in every field of somebody else's client
is looked for in all that the program answers, writes into files and sends.

The crawl asks every address of the table of routes, every list by every filter and sort, follows what the pages link
to, searches, types into every picker, exports and prints. The control walks the same way as the one whose client it is.
"""

import html
import re
import secrets
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import islice

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone
from pypdf import PdfReader

from kartu.clients import actions
from kartu.clients.duplicates.search import search as search_duplicates
from kartu.clients.models import Client
from kartu.core.testing import run_jobs
from kartu.firm.models import Team, User
from kartu.firm.people_for_tests import make_person
from kartu.records.actions import rename_file
from kartu.records.lists.asking import Asking
from kartu.records.lists.spec import lists_for
from kartu.records.models import ExportFile
from tests.api.calls import Calls
from tests.api_routes import API
from tests.routes import ROUTES
from tests.test_routes import address
from tests.world import World

pytestmark = pytest.mark.django_db
LINKS = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')
FOLLOWED = 120
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


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path) -> World:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path
    return World(owner, head, seller, stranger)


@pytest.fixture
def tokens(world: World) -> Tokens:
    """The seller's client, with a token in everything that can be written on it."""
    word, by = Tokens(), world.seller
    assert world.changes  # writes another name, before ours
    client = actions.change_client(
        client=Client.objects.visible_to(by).get(pk=world.client.pk),
        values={"name": f"PT {word('name')}", "about": word("about"), "pinned": word("pinned")},
        by=by,
    )
    world.__dict__["client"] = client
    actions.change_contact(contact=world.contact, values={"name": word("contact"), "position": word("post")}, by=by)
    actions.add_channel(client=client, kind="email", value=f"{word('e-mail')}@example.com", by=by)
    actions.add_channel(client=client, kind="telegram", value=f"@{word('telegram')}", by=by)
    actions.add_address(client=client, city=word("city"), street=word("street"), by=by)
    actions.add_entity(client=client, name=word("legal person"), by=by)
    actions.log_touch(client=client, kind="note", text=word("note"), by=by)
    actions.set_call_back(client=client, due_at=timezone.now() + timedelta(hours=1), what=word("promise"), by=by)
    custom = {f"custom.{world.own_field.pk}": word("own field")}
    actions.set_custom(client=client, values=custom, by=by)
    field = world.table_field
    values = {f"custom.{field.pk}": word("own row")}
    actions.add_row(client=client, section_id=field.section_id, values=values, by=by)
    actions.add_segment(name=word("segment"), text="city is empty", by=by)
    actions.add_relation(client=client, other=world.other_client, kind="partner", note=word("relation"), by=by)
    rename_file(file=world.file, name=f"{word('file')}.txt", note="", by=by)
    actions.add_client(name=f"PT {word('twin')}", phone="0812 3456 789", by=by)
    gone = actions.add_client(name=f"PT {word('trash')}", by=by)
    world.__dict__["trashed_client"] = actions.trash_client(client=gone, by=world.head)
    run_jobs()
    search_duplicates()
    mail.outbox.clear()
    return word


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


def crawl(world: World, tokens: Tokens, person: User) -> dict[str, set[str]]:
    """Where which token was found: address -> what it had been written into."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(person)
    calls = Calls(person)
    found: dict[str, set[str]] = {}
    linked: dict[str, None] = {}

    def look(url: str, response: HttpResponse) -> None:
        assert response.status_code < 500, url
        text = text_of(response)
        if told := tokens.in_text(text):
            found[url] = told
        linked.update((html.unescape(link), None) for link in LINKS.findall(text))

    pages = [address(world, route) for route in ROUTES if route.get]
    for url in [*pages, *questions(person), *typed(tokens, person)]:
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


@pytest.fixture
def strange_head(db) -> User:
    """Of another team, with all that a head may: export, print, change many."""
    return make_person("Wati", "head", Team.objects.create(name="Surabaya"))


def test_nothing_of_somebody_elses_client_reaches_a_seller(world, tokens):
    assert crawl(world, tokens, world.stranger) == {}


def test_nothing_of_another_team_reaches_its_head(world, tokens, strange_head):
    assert crawl(world, tokens, strange_head) == {}


def test_control_the_one_whose_client_it_is_meets_all_of_it(world, tokens):
    """And his head what lies in the trash, which is hers to take out."""
    met = set().union(*crawl(world, tokens, world.seller).values(), *crawl(world, tokens, world.head).values())

    assert set(tokens.made) - met == set()
