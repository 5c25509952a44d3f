"""Who reads phones and e-mails behind masks meets them whole nowhere: no page, list, search, file, letter or answer to
a program tells him a number that he has not asked for, one by one and written down."""

import re
import secrets

import pytest
from django.core import mail
from django.test import Client as Browser

from kartu.clients import actions, quality
from kartu.clients.duplicates.search import search as search_duplicates
from kartu.core.testing import run_jobs
from kartu.firm.models import Role, User
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.models import ChangeSet
from kartu.search.find import find
from tests.crawling import Tokens, crawl
from tests.world import World

pytestmark = pytest.mark.django_db


class Numbers(Tokens):
    """Random numbers, and addresses of random letters. A number is found however it is written: "0812-3456-789"."""

    def phone(self, what: str) -> str:
        return self.made.setdefault(what, f"+62812{secrets.randbelow(10**8):08d}")

    def halves(self) -> list[str]:
        """Of one of each: every one goes through all boxes that there are."""
        return [f"0{self.made['main'][3:10]}", self.made["mail"][:8]]

    def in_text(self, text: str) -> set[str]:
        return super().in_text(text) | {
            what for what, number in self.made.items() if number.startswith("+") and spelled(number).search(text)
        }


def spelled(number: str) -> re.Pattern:
    """The number from behind its country's code on, whatever stands between its digits."""
    return re.compile(r"[^\w•]{0,3}".join(number[3:]))


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path) -> World:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path
    return World(owner, head, seller, stranger)


@pytest.fixture
def numbers(world: World) -> Numbers:
    """The seller's client with numbers wherever there is a place for one: there now, before, in the trash, twice."""
    told, by = Numbers(), world.seller
    client = world.client
    first = client.channels.get()
    values = {"value": told.phone("main"), "extension": ""}
    with change_set(ChangeSet.Kind.EDIT, "A number", by=by) as changes:
        actions.change_channel(channel=first, values=values, by=by)
    actions.change_channel(channel=first, values={"value": told.phone("newer")}, by=by)
    undo_changes(changes=changes, by=by)  # meets what was changed since
    add = actions.add_channel
    add(client=client, kind="email", value=f"{told('mail')}@{told('host')}.com", is_main=True, by=by)
    add(client=client, kind="whatsapp", value=told.phone("whatsapp"), by=by)
    add(client=client, kind="telegram", value=f"@{told('telegram')}", by=by)
    add(client=client, contact=world.contact, kind="phone", value=told.phone("contact"), by=by)
    add(client=client, contact=world.contact, kind="email", value=f"{told('contact mail')}@example.com", by=by)
    browser = Browser()
    browser.force_login(by)
    for name in ("removed", "first"):
        row = add(client=client, kind="phone", value=told.phone(name), by=by)[0]
        noun = {"removed": "remove", "first": "main"}[name]
        assert browser.post(f"/clients/{client.pk}/channels/{row.pk}/{noun}/").status_code == 302
    doubtful = add(client=client, kind="phone", value=f"+62899{secrets.randbelow(10**9):09d}1", by=by)[0]
    told.made["doubtful"] = doubtful.value
    actions.add_client(name="PT Sinar", phone=told.phone("newer"), by=by)
    gone = actions.add_client(name="PT Gone", phone="0812 0000 1111", by=by)
    world.__dict__["trashed_client"] = actions.trash_client(client=gone, by=world.head)
    list(find(told.made["main"], by=by))
    run_jobs()
    search_duplicates()
    quality.search()
    mail.outbox.clear()
    return told


def masked(person: User, **grants: int) -> User:
    """`person` in a role like his own that reads phones and e-mails behind masks."""
    kept = {"clients.phones": 0, "clients.emails": 0, "clients.reveal_phones": 40, "clients.reveal_emails": 40} | grants
    role = Role.objects.create(code=f"masked-{person.pk}", name="Masked", based_on=person.role.code, grants=kept)
    person.role = role
    person.save()
    return person


def test_whoever_reads_behind_masks_meets_no_number(world, numbers):
    """With all that a head may: the history, the duplicates, exports, prints, imports, changes, the trash. The control
    walks the same way before."""
    met = set().union(*crawl(world, numbers, world.head, asks_lists=False).values())
    assert set(numbers.made) - met == set()

    mail.outbox.clear()
    assert crawl(world, numbers, masked(world.head)) == {}
