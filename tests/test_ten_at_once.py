"""The same button pressed ten times at once: one effect, and everybody gets the same answer.

Forms come from the pages of a running program, with the key that stands in them; what is posted by a script, or by
another program, has its key in the header, as scripts and programs send it.
"""

import json
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from tests.kills import founding
from tests.kills.people import Answer, Browser
from tests.program import Program, wait_until
from tests.routes import ROUTES

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform == "win32", reason="needs signals"),
]

TIMES = 10
NOW = datetime.now(UTC)
NEXT_YEAR = f"{NOW + timedelta(days=365):%Y-%m-%dT%H:%M}"
SOON = {"from_at": f"{NOW:%Y-%m-%dT%H:%M}", "until_at": f"{NOW + timedelta(days=2):%Y-%m-%dT%H:%M}"}
FILE = ("ten.csv", b"Name,Phone\nPT Baru,0812 7777 001\n")


@dataclass(frozen=True)
class Button:
    """`route` and `path` are where it posts to, `table` holds one row more afterwards. `page`: where its form stands,
    if not at `path` itself. `is_secret`: the answer lets somebody in, and is shown once; the others hear that it is
    done. `by_script`: no form, the key is in the header."""

    route: str
    who: str
    path: str
    table: str
    data: dict = field(default_factory=dict)
    page: str = ""
    file: tuple[str, bytes] | None = None
    is_secret: bool = False
    by_script: bool = False


CLIENT = "/clients/{client}/"
SELLERS = [
    Button("clients:new", "Sari", "/clients/new/", "clients_client", {"name": "PT Sepuluh", "phone": "0813 7777 0001"}),
    Button(
        "clients:log_touch",
        "Sari",
        CLIENT + "touches/",
        "clients_touch",
        {"kind": "note", "text": "Hello"},
        page=CLIENT,
    ),
    Button(
        "planner:new_series",
        "Sari",
        "/series/new/",
        "planner_series",
        {"title": "Count", "kind": "task", "every": "day", "starts_on": f"{NOW + timedelta(days=1):%Y-%m-%d}"},
    ),
    Button("clients:new_contact", "Sari", CLIENT + "contacts/new/", "clients_contact", {"name": "Rina Kusuma"}),
    Button(
        "clients:new_channel",
        "Sari",
        CLIENT + "channels/new/",
        "clients_channel",
        {"kind": "email", "value": "ten@sepuluh.example"},
    ),
    Button("clients:new_address", "Sari", CLIENT + "addresses/new/", "clients_address", {"city": "Garut"}),
    Button(
        "clients:new_relation",
        "Sari",
        CLIENT + "relations/new/",
        "clients_clientrelation",
        {"kind": "partner", "other": "{other}"},
    ),
    Button(
        "clients:new_collaborator",
        "Sari",
        CLIENT + "collaborators/new/",
        "clients_collaborator",
        {"person": "{colleague}"},
    ),
    Button("clients:new_entity", "Sari", CLIENT + "entities/new/", "clients_cliententity", {"name": "PT Sepuluh"}),
    Button("clients:new_account", "Sari", CLIENT + "accounts/new/", "clients_bankaccount", {"account": "5410 123 457"}),
    Button(
        "clients:new_segment",
        "Sari",
        "/clients/segments/new/",
        "clients_segment",
        {"name": "Silent", "gr": "all", "kr_0": "last_touch", "or_0": "older", "vr_0": "90"},
    ),
    Button("records:list_views", "Sari", "/lists/clients/views/", "records_savedview", {"name": "Mine"}),
    Button(
        "records:files",
        "Sari",
        "/files/of/clients.client/{client}/",
        "records_file",
        page=CLIENT,
        file=FILE,
        by_script=True,
    ),
]
OWNERS = [
    Button(
        "records:new_section",
        "Olga",
        "/sections/new/?of=clients.client",
        "records_section",
        {"name": "Pets", "kind": "table"},
    ),
    Button("records:new_field", "Olga", "/sections/{table}/fields/new/text/", "records_field", {"name": "Pet"}),
    Button("clients:new_row", "Sari", CLIENT + "sections/{table}/new/", "clients_clientrow", {"f{field}": "Rex"}),
    Button(
        "records:section_files",
        "Sari",
        "/files/of/clients.client/{client}/in/{files}/",
        "records_file",
        page=CLIENT,
        file=FILE,
        by_script=True,
    ),
    Button("clients:new_item", "Olga", "/clients/directories/tags/new/", "clients_tag", {"name": "Ten at once"}),
    Button("firm:invite", "Olga", "/people/invite/", "firm_invitation", {"name": "Ayu"}, is_secret=True),
    Button("firm:new_team", "Olga", "/teams/new/", "firm_team", {"name": "Solo"}),
    Button(
        "planner:new_resource", "Olga", "/scheduler/resources/new/", "planner_resource", {"name": "Van", "kind": "car"}
    ),
    Button("planner:new_outcome", "Olga", "/tasks/outcomes/call/new/", "planner_outcome", {"name": "Engaged"}),
    Button(
        "planner:new_task",
        "Sari",
        "/tasks/new/",
        "planner_task",
        {
            "title": "Ten at once",
            "kind": "task",
            "client": "{client}",
            "due_at": f"{NOW + timedelta(days=9):%Y-%m-%dT%H:%M}",
        },
    ),
    Button(
        "planner:new_client_reminder",
        "Sari",
        "/tasks/{task}/client-reminders/new/",
        "planner_clientreminder",
        {"channel": "{channel}", "before": "120"},
    ),
    Button(
        "planner:new_item",
        "Sari",
        "/tasks/{task}/items/new/",
        "planner_taskitem",
        {"text": "Ask the price"},
        page="/tasks/{task}/",
    ),
    Button("planner:new_after", "Sari", "/tasks/{task}/after/new/", "planner_taskafter", {"first": "{first}"}),
    Button("firm:new_branch", "Olga", "/branches/new/", "firm_branch", {"name": "Solo"}),
    Button("firm:new_entity", "Olga", "/firm/entities/new/", "firm_legalentity", {"name": "PT Tirta", "country": "ID"}),
    Button(
        "firm:give_for_a_time",
        "Olga",
        "/people/{colleague}/for-a-time/",
        "firm_temporaryright",
        {**SOON, "role": "{head_role}"},
    ),
    Button(
        "firm:name_deputy", "Olga", "/people/{colleague}/deputy/", "firm_temporaryright", {**SOON, "deputy": "{seller}"}
    ),
    Button(
        "firm:new_absence",
        "Olga",
        "/absences/new/",
        "firm_absence",
        {"person": "{seller}", "kind": "leave", "from_day": "2031-03-03", "until_day": "2031-03-07"},
    ),
    Button(
        "firm:new_working_time",
        "Olga",
        "/working-time/new/",
        "firm_workingtime",
        {"whose": "firm", "from_day": "2031-03-03", "kind": "week", "starts_0": "09:00", "ends_0": "17:00"},
    ),
    Button(
        "firm:new_calendar_day",
        "Olga",
        "/production-calendar/new/",
        "firm_calendarday",
        {"day": "2031-03-03", "kind": "off"},
    ),
    Button("security:new_role", "Olga", "/rights/new/", "firm_role", {"name": "Trainee", "like": "{seller_role}"}),
    Button(
        "security:new_limit",
        "Olga",
        "/limits/new/",
        "firm_entrylimit",
        {"role": "{seller_role}", "days": ["0", "1", "2", "3", "4", "5", "6"]},
    ),
    Button(
        "security:new_token",
        "Olga",
        "/tokens/new/",
        "security_accesstoken",
        {"name": "till", "days": "30", "rights": ["clients.create", "clients.view"]},
        is_secret=True,
    ),
    Button(
        "security:backup_now",
        "Olga",
        "/settings/backups/now/",
        "core_job WHERE name LIKE '%backup%'",
        page="/settings/backups/",
        by_script=True,
    ),
    Button(
        "records:everything",
        "Olga",
        "/settings/everything/",
        "core_job WHERE name LIKE '%everything%'",
        {"purpose": "another program"},
    ),
    Button("records:import_new", "Hendra", "/imports/new/", "records_import", file=FILE),
]
IMPORT_STEPS = ("records:import_columns", "records:import_start")
# What begins with "new" and makes nothing.
MAKES_NOTHING = {"clients:new_shown", "firm:ask_new_passkey"}


class Office:
    """The running firm: who sits where, and the numbers of what the buttons are about."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.browsers: dict[str, Browser] = {}
        self.answers: dict[str, list[Answer]] = {}
        people = dict(program.rows("SELECT name, id FROM firm_user"))
        roles = dict(program.rows("SELECT code, id FROM firm_role"))
        self.ids = {
            "seller": people["Sari"],
            "colleague": people["Dewi"],
            "seller_role": roles["seller"],
            "head_role": roles["head"],
        }

    def browser(self, name: str) -> Browser:
        if name not in self.browsers:
            browser = self.browsers[name] = Browser(self.program.url, f"{name.lower()}@example.com")
            browser.sign_in(founding.PASSWORD)
        return self.browsers[name]

    def filled(self, value: object) -> object:
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return value.format(**self.ids) if isinstance(value, str) else value

    def count(self, table: str) -> int:
        return self.program.rows(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - the test's own words

    def note(self, name: str, query: str) -> None:
        self.ids[name] = self.program.rows(query)[0][0]

    def form_for(self, button: Button) -> tuple[dict, dict[str, str]]:
        """What the page sends, filled in, and the headers."""
        browser, path = self.browser(button.who), self.filled(button.path)
        text = browser.page(self.filled(button.page) or path).text
        data = {self.filled(name): self.filled(value) for name, value in button.data.items()}
        if button.by_script:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', text)[1]
            return data | {"csrfmiddlewaretoken": token}, {"Idempotency_Key": str(uuid.uuid4())}
        form = form_to(path, text)
        sent: dict[str, object] = {}
        for name, value in form.form_values():
            sent[name] = [*sent[name], value] if name in sent else [value]
        assert sent["idempotency_key"], f"the form of {button.route} carries no key"
        return {name: value[0] if len(value) == 1 else value for name, value in sent.items()} | data, {}

    def press(self, button: Button, times: int = TIMES, *, keyless: bool = False) -> list[Answer]:
        data, headers = self.form_for(button)
        if keyless:
            del data["idempotency_key"]
        browser, path = self.browser(button.who), self.filled(button.path)
        return at_once(lambda: browser.post(path, data, file=button.file, **headers), times)


def form_to(path: str, text: str) -> html.FormElement:
    """The form that posts to `path`."""
    forms = [form for form in html.fromstring(text).forms if form.method == "POST"]
    here = [form for form in forms if (form.action or path).partition("?")[0] == path.partition("?")[0]]
    assert here, f"no form on the page posts to {path}"
    return here[0]


def at_once(send: Callable[[], Answer], times: int = TIMES) -> list[Answer]:
    """Everybody waits for the others, then all send."""
    barrier = threading.Barrier(times)

    def go(_number: int) -> Answer:
        barrier.wait(30)
        return send()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


def told(answer: Answer) -> tuple:
    return answer.status, answer.headers.get("Location"), answer.headers.get("HX-Trigger"), answer.text


def surprise(button: Button, made: int, answers: list[Answer]) -> str:
    """What is wrong with the answers to one button, "" where nothing is."""
    kinds = {told(answer) for answer in answers}
    if not all(answer.is_done for answer in answers):
        return f"{button.route}: answered {sorted({answer.status for answer in answers})}: {min(kinds)[3][-600:]}"
    if made != 1:
        return f"{button.route}: {made} rows instead of one"
    if len(kinds) > 1 + button.is_secret:
        return f"{button.route}: {len(kinds)} answers: {[each[:3] for each in kinds]}"
    return ""


@pytest.fixture
def office(new_kartu: Program) -> Iterator[Office]:
    new_kartu.run("from tests.kills.founding import main; main('127.0.0.1', 2525)")
    new_kartu.start()
    yield Office(new_kartu)
    new_kartu.stop()


def press_all(office: Office, buttons: list[Button]) -> Iterator[str]:
    for button in buttons:
        before = office.count(button.table)
        answers = office.answers[button.route] = office.press(button)
        yield surprise(button, office.count(button.table) - before, answers)
        if button.route in NOTED:
            name, query = NOTED[button.route]
            office.note(name, query)


# What later buttons are about.
NOTED = {
    "clients:new_channel": ("channel", "SELECT max(id) FROM clients_channel"),
    "clients:new": ("client", "SELECT max(id) FROM clients_client"),
    "planner:new_series": ("first", "SELECT min(id) FROM planner_task"),
    "planner:new_task": ("task", "SELECT max(id) FROM planner_task"),
    "records:new_section": ("table", "SELECT max(id) FROM records_section"),
    "records:new_field": ("field", "SELECT max(id) FROM records_field"),
    "records:import_new": ("import", "SELECT max(id) FROM records_import"),
}


def steps_of_the_import(office: Office) -> Iterator[str]:
    """Each step of an import queues its work once."""
    browser, page = office.browser("Hendra"), office.filled("/imports/{import}/")
    for route in IMPORT_STEPS:
        path = f"{page}{route.rpartition('_')[2]}/"
        wait_until(lambda path=path: f'action="{path}"' in browser.page(page).text, 60)
        button = Button(route, "Hendra", path, "core_job WHERE name LIKE '%import%'", page=page)
        before = office.count(button.table)
        answers = office.press(button)
        yield surprise(button, office.count(button.table) - before, answers)


def by_program(office: Office) -> Iterator[str]:
    """What another program sends, under a key of its own."""
    shown = [re.search(r"kartu_[\w-]{20,}", answer.text) for answer in office.answers["security:new_token"]]
    [token] = {found[0] for found in shown if found}
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json", "Idempotency_Key": "ten-1"}
    browser = Browser(office.program.url, "nobody@example.com")
    body = json.dumps({"name": "PT Program"}).encode()
    before = office.count("clients_client")
    answers = at_once(lambda: browser.send("/api/v1/clients", body, **headers))
    button = Button("api: add client", "", "/api/v1/clients", "clients_client")
    yield surprise(button, office.count("clients_client") - before, answers)


def test_whatever_is_pressed_ten_times_at_once_is_done_once_and_all_are_told_the_same(office):
    assert office.press(SELLERS[0], 1)[0].is_done
    office.note("other", "SELECT max(id) FROM clients_client")
    wrong = list(press_all(office, SELLERS))
    files = Button("", "Olga", "/sections/new/?of=clients.client", "", {"name": "Papers", "kind": "files"})
    assert office.press(files, 1)[0].is_done
    office.note("files", "SELECT max(id) FROM records_section")
    wrong += press_all(office, OWNERS)
    wrong += by_program(office)
    wrong += steps_of_the_import(office)

    assert "\n".join(filter(None, wrong)) == ""
    # The control: without the key in its form, or under ten keys, the same button does it ten times.
    before = office.count("clients_client")
    office.press(SELLERS[0], keyless=True)
    assert office.count("clients_client") - before > 1


def test_every_page_that_makes_something_is_pressed_ten_times():
    made = {route.name for route in ROUTES if route.post and re.search(r":(\w+_)?new(_|$)", route.name)}
    pressed = {button.route for button in [*SELLERS, *OWNERS]}

    assert made - pressed - MAKES_NOTHING == set()
