"""Every page for everybody: axe-core finds nothing, nothing scrolls sideways, and no page mixes its language.

The firm's data are Russian through and through, so that every Latin word on a Russian page is one of ours.
"""

import re
from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page

from kartu.clients import actions
from kartu.clients.models import Category, Client, Source, Status, Tag
from kartu.core.rights import rights
from kartu.core.testing.browser import DESKTOP, PHONE, SMALLEST
from kartu.core.tests.test_accessibility import complaints
from kartu.firm.models import Firm, LegalEntity, User
from kartu.notifications.actions import notify
from kartu.planner import actions as planner
from kartu.records.changes import change_set
from kartu.records.imports import acts as imports
from kartu.records.imports.importers import importers
from kartu.records.models import ChangeSet

LONG = "ООО «Северо-Западная торгово-промышленная компания „Волга Снаб Комплект“»"


@pytest.fixture
def busy(owner: User, seller: User, head: User) -> dict[str, int]:
    """A firm with something on every page. Gives the ids that the addresses need."""
    Firm.objects.update(name="Тирта", country="RU", currency="RUB")
    for person, name in ((owner, "Ольга"), (seller, "Сария"), (head, "Хендра")):
        person.name = name
        person.save()
    seller.team.name = "Бандунг"
    seller.team.save()
    entity = LegalEntity.objects.create(name="ООО «Тирта»", country="RU", is_main=True)
    items = [
        model.objects.create(name=name) for model, name in ((Status, "Новый"), (Category, "Опт"), (Source, "Сайт"))
    ]
    columns = {f"{item._meta.model_name}_id": item.pk for item in items}
    client = actions.add_client(name=LONG, country="RU", phone="8 912 664-07-18", by=owner, **columns)
    trashed = fill_card(client, owner, seller)
    notify(to=[owner], kind="test", title="Перезвонить Марии", url="/clients/", about=client, by=seller)
    file = ContentFile("Имя\tТелефон\nООО Новая\t8 912 664-07-20\n".encode())
    read = imports.drop_file(importer=importers["clients"], file=file, name="база.tsv", by=owner, inline=True)
    with change_set(ChangeSet.Kind.EDIT, "Другое имя", by=owner) as changes:
        actions.change_client(client=trashed, values={"about": "насосы"}, by=owner)
    actions.trash_client(client=trashed, by=owner)
    return {
        "client": client.pk, "import": read.pk, "changes": changes.pk, "person": seller.pk, "team": seller.team_id,
        "entity": entity.pk, "role": seller.role_id,
    }  # fmt: skip


def fill_card(client: Client, owner: User, seller: User) -> Client:
    """Every section of the card; gives a second client, related to it."""
    maria = actions.add_contact(client=client, name="Мария Соколова", phone="8 912 664-07-19", by=owner)
    actions.add_address(client=client, city="Самара", street="Садовая, 5", by=owner)
    actions.add_entity(client=client, name=LONG, country="RU", registry_ids={"inn": "7707083893"}, by=owner)
    actions.set_tags(client=client, tags=[Tag.objects.create(name="сервис")], by=owner)
    actions.log_touch(client=client, kind="call", text="Просит скидку, 8 912 664-07-18", contact=maria, by=owner)
    actions.log_touch(client=client, kind="note", text=f"@{seller.name}, посмотри", by=owner)
    later = timezone.now() + timezone.timedelta(hours=3)
    planner.set_task(title="Договор", client=client, due_at=later, by=owner)
    other = actions.add_client(name="Вятка", by=owner)
    actions.add_relation(client=client, other=other, kind="part_of", by=owner)
    return other


PAGES = [
    "/clients/", "/clients/?q=щщщ", "/clients/{client}/?of=s%3Dname", "/imports/", "/imports/{import}/",
    "/imports/new/", "/imports/new/?what=tasks", "/me/second/", "/me/second/app/", "/me/passkeys/",
    "/people/", "/people/{person}/", "/teams/", "/branches/", "/firm/", "/firm/entities/", "/me/", "/notifications/",
    "/trash/", "/changes/", "/changes/{changes}/", "/clients/directories/", "/clients/card/",
    "/search/?q=вол",
    "/log/lines/", "/log/people/{person}/",
    "/day/", "/day/team/", "/me/devices/", "/people/{person}/devices/", "/me/notices/", "/offline/",
    "/rights/", "/rights/{role}/", "/rights/as/{person}/", "/rights/as/{person}/clients/", "/jobs/", "/settings/mail/",
    "/settings/sms/", "/settings/telegram/", "/me/telegram/",
    "/working-time/", "/production-calendar/", "/absences/", "/settings/told/", "/settings/told/ladders/",
    "/tasks/?s=title", "/tasks/outcomes/", "/tasks/client-reminders/", "/series/?s=title", "/scheduler/?view=team",
    "/scheduler/week/",
    "/scheduler/month/", "/scheduler/agenda/", "/series/routine/", "/series/routine/times/", "/series/run/",
    "/production-calendar/file/",
]  # fmt: skip
PIECES = [
    "/clients/new/", "/clients/{client}/edit/", "/clients/{client}/tags/", "/clients/{client}/hand-over/",
    "/clients/{client}/trash/", "/clients/{client}/contacts/new/", "/clients/{client}/channels/new/",
    "/clients/{client}/addresses/new/", "/clients/{client}/relations/new/", "/clients/{client}/entities/new/",
    "/clients/{client}/accounts/new/", "/tasks/new/?kind=call&client={client}", "/people/invite/",
    "/people/{person}/place/", "/rights/new/",
    "/people/{person}/look/", "/teams/{team}/", "/branches/new/", "/firm/entities/{entity}/",
    "/working-time/new/", "/production-calendar/new/", "/series/new/",
    "/used-in/firm.user/{person}/", "/used-in/clients.client/{client}/", "/clients/{client}/preview/",
    "/lists/clients/columns/", "/lists/clients/filter/?s=name",
    "/lists/clients/acts/clients.task/?ids={client}",
    "/lists/clients/acts/clients.task/?ids={client}&preview=1&title=Позвонить: [клиент]&kind=call&people={person}",
]  # fmt: skip
SECTIONS = ["contacts", "requisites", "addresses", "relations", "history", "access-log", "timeline"]


def addresses(places: list[str], busy: dict[str, int]) -> list[str]:
    return [place.format(**busy) for place in places]


def be(person: User, **settings: str) -> None:
    User.objects.filter(pk=person.pk).update(**settings)


@pytest.mark.browser
@pytest.mark.looks
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
def test_axe_finds_nothing_on_any_page(page: Page, sign_in, owner, busy, theme, size):
    be(owner, theme=theme, language="ru")
    sign_in(owner)
    page.set_viewport_size(size)
    found = {}

    for address in addresses(PAGES, busy):
        answer = page.goto(address)
        assert answer.status == 200, address
        found[address] = complaints(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.browser
@pytest.mark.looks
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_over_a_page(page: Page, sign_in, owner, busy, theme):
    be(owner, theme=theme)
    sign_in(owner)
    page.goto(f"/clients/{busy['client']}/")
    page.get_by_role("link", name="Edit all").first.click()
    page.locator(".drawer form").wait_for()
    assert complaints(page) == []

    page.keyboard.press("Escape")
    page.locator(".drawer").wait_for(state="detached")
    page.keyboard.press("Control+k")
    page.keyboard.type("вол")
    page.locator("dialog .o").first.wait_for()
    assert complaints(page) == []

    page.keyboard.press("Escape")
    page.locator(".second-line a[data-preview], .hero a[data-preview]").first.hover()
    page.locator(".look-k").wait_for()
    assert complaints(page) == []


@pytest.mark.browser
@pytest.mark.looks
@pytest.mark.parametrize("language", ["en", "id", "ru"])
@pytest.mark.parametrize("size", [SMALLEST, PHONE], ids=["360", "390"])
def test_no_page_scrolls_sideways_on_a_phone(page: Page, sign_in, owner, busy, size, language):
    be(owner, language=language)
    sign_in(owner)
    page.set_viewport_size(size)
    wide = {}

    for address in addresses(PAGES, busy):
        page.goto(address)
        wide[address] = page.evaluate("document.documentElement.scrollWidth") - size["width"]

    assert {address: more for address, more in wide.items() if more} == {}


class Words(HTMLParser):
    """What a person reads, or hears, of a page."""

    HEARD = ("aria-label", "title", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.skips = 0
        self.is_zone = False
        # What is said to be in another language: the tag that says so, and how often it stands open.
        self.foreign, self.depth = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skips += tag in ("script", "kbd", "code", "svg")
        if not self.foreign and dict(attrs).get("lang", "ru") != "ru":
            self.foreign, self.skips = tag, self.skips + 1
        self.depth += tag == self.foreign
        # The name of a time zone is its name; no language is asked for it.
        self.is_zone = tag == "option" and "/" in (dict(attrs).get("value") or "")
        if not self.skips:
            self.texts += [value for name, value in attrs if name in self.HEARD and value]

    def handle_endtag(self, tag: str) -> None:
        self.skips -= tag in ("script", "kbd", "code", "svg")
        self.depth -= tag == self.foreign
        if self.foreign and not self.depth:
            self.foreign, self.skips = "", self.skips - 1

    def handle_data(self, data: str) -> None:
        if not self.skips and not self.is_zone:
            self.texts.append(data)


NOT_OURS = re.compile(r"\S+@\S+|https?://\S+|\S*\.(?:tsv|xlsx|csv|ics|vcf|txt|com)\b|[+&]?#?\d\w*|\{[a-z]+\}")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names of things that are called so in every language.
NAMES = {
    "Kartu", "Excel", "LibreOffice", "WhatsApp", "Telegram", "English", "Bahasa", "Indonesia", "vCard", "Tab", "Alt",
    "Ctrl", "https", "Esc", "Google", "Outlook", "STARTTLS", "SQLite", "Windows", "Unicode", "Shift", "SWIFT",
    "WebP", "utf", "Authenticator", "Aegis", "FAS", "Chrome", "Edge", "Firefox", "Safari", "HTTPS", "iPad", "iPhone",
    "Android", "Gateway", "Basic", "Twilio", "Zenziva", "ru", "BotFather", "newbot",
}  # fmt: skip


def latin_words(html: str) -> set[str]:
    words = Words()
    words.feed(html)
    text = NOT_OURS.sub(" ", "\n".join(words.texts))
    # Currencies, countries and standards are called by capitals; no word of ours is.
    return {word for word in LATIN.findall(text) if word not in NAMES and not (word.isupper() and len(word) < 5)}


@pytest.fixture
def rights_of_the_program(monkeypatch):
    """Without those that other tests declare, in words of their own."""
    of_tests = [right.code for right in rights if ".tests." in rights.added_by(right.code)]
    for code in of_tests:
        monkeypatch.delitem(rights._items, code)


def test_no_english_word_is_left_on_a_russian_page(client, owner, busy, rights_of_the_program):
    be(owner, language="ru", time_zone="Europe/Samara")
    client.force_login(owner)
    sections = [f"/clients/{busy['client']}/{name}/" for name in SECTIONS]
    found = {}

    for address in addresses([*PAGES, *PIECES], busy) + sections:
        answer = client.get(address, headers={"HX-Request": "true"} if address in sections else {})
        assert answer.status_code == 200, address
        found[address] = sorted(latin_words(answer.content.decode()))

    assert {address: words for address, words in found.items() if words} == {}


def test_the_watch_over_words_sees_what_it_should():
    html = '<p title="Save it">Kartu ждёт olga@example.com <kbd>Ctrl K</kbd> Done</p><script>var word</script>'
    html += '<span lang="en">Hello <span>you</span></span> <span lang="ru">bye</span>'

    assert latin_words(html) == {"Save", "it", "Done", "bye"}
