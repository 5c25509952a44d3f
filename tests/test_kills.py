"""kill -9 of the web server and the worker while people work: nothing lost, nothing doubled, nothing half-written.

People fill in the pages' own forms over HTTP and remember what they were told; the processes die at random moments,
from a seed that is printed. More kills: KARTU_KILLS=50; the same moments again: KARTU_SEED=...
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from kartu.core.testing.processes import LEASE
from kartu.core.testing.smtp import FakeSmtp
from tests.kills import founding, judging
from tests.kills.people import ACKNOWLEDGED, Browser, History, Importer, Owner, Seller, Worker
from tests.program import ROOT, Program, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.xdist_group("kills"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs signals"),
]

KILLS = int(os.environ.get("KARTU_KILLS") or 10)
SEED = int(os.environ.get("KARTU_SEED") or time.time())
KINDS = {"client", "touch", "call_back", "cell", "file", "bulk", "import", "step"}
WHICH = {"web": "kartu.project.web", "worker": "kartu.project.work"}
BREAK = "from tests.kills import broken, jumping; {how}; from {module} import main; main()"


class Site:
    """The web server and the worker of `program`, each to be killed and started again by itself.

    `kartu up` starts them as well, but waits longer each time one of them falls; a test has not that patience.
    """

    def __init__(self, program: Program, mail: FakeSmtp) -> None:
        self.program, self.mail = program, mail
        self.running: dict[str, subprocess.Popen] = {}
        self.over = threading.Event()
        self.history = History()
        self.staff: list[Worker] = []

    def start(self, which: str, how: str = "") -> None:
        """`how`: a call in tests/kills/broken.py or jumping.py that comes first."""
        module = WHICH[which]
        words = ["-c", BREAK.format(how=how, module=module)] if how else ["-m", module]
        with open(self.program.log, "ab") as log:
            self.running[which] = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={**self.program.environment, **LEASE, "DJANGO_SETTINGS_MODULE": "kartu.project.settings"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def wait_until_up(self, which: str) -> None:
        pid = self.running[which].pid
        is_up = {
            "web": lambda: self.program.get("/health") == 200,
            "worker": lambda: self.rows(f"SELECT 1 FROM core_worker WHERE pid = {pid}"),
        }
        wait_until(is_up[which], 90)
        assert self.running[which].poll() is None, self.program.printed()[-4000:]

    def kill(self, which: str) -> None:
        process = self.running.pop(which)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()

    def end(self) -> None:
        self.over.set()
        for which in list(self.running):
            self.kill(which)

    def let_work(self, acts: int) -> None:
        """Until so many further acts have been acknowledged."""
        enough = len(self.acknowledged) + acts
        self.wait(lambda: len(self.acknowledged) >= enough)

    def wait(self, is_so: Callable[[], bool]) -> None:
        try:
            wait_until(lambda: self.look_after_people() or is_so(), 180)
        except AssertionError as vain:
            raise AssertionError(
                f"{self.history.told()} {Counter(self.acknowledged)} {self.history.failures}"
            ) from vain

    def look_after_people(self) -> None:
        for person in self.staff:
            if person.wrong:
                raise person.wrong

    @property
    def acknowledged(self) -> list[str]:
        return [act.kind for act in self.history.acts if act.state == ACKNOWLEDGED]

    def rows(self, query: str) -> list[tuple]:
        return self.program.rows(query)

    def run_clock(self) -> None:
        """The minute is over: what is due each minute is due now."""
        self.rows("UPDATE core_schedule SET next_at = '2026-01-01 00:00:00+00:00' WHERE name = 'planner.reminders'")

    def people(self, seed: int) -> list[Worker]:
        common = (self.history, seed, self.over)
        base = [pk for (pk,) in self.rows("SELECT id FROM clients_client WHERE name LIKE 'Base %'")]
        tags = {name: pk for name, pk in self.rows("SELECT name, id FROM clients_tag ORDER BY id")}
        return [
            *(Seller(self.program.url, name, *common) for name in founding.SELLERS),
            Owner(self.program.url, "Olga", *common, clients=base, tags=tags),
            Importer(self.program.url, "Hendra", *common),
        ]

    def drain(self, seconds: float) -> None:
        """Let everything come to its end; what waits for a moment need not wait for it."""
        ends = time.monotonic() + seconds
        while waiting := self.waiting():
            assert time.monotonic() < ends, f"still to be done after {seconds} s: {waiting}"
            self.rows("UPDATE core_job SET run_at = NULL WHERE state = 'ready' AND run_at IS NOT NULL")
            time.sleep(0.3)

    def waiting(self) -> list[tuple]:
        behind = """
            SELECT 'events', count(*) FROM core_subscription s JOIN core_event e
            ON (e.tx, e.id) > (s.tx, s.event_id) AND e.name = 'planner.reminder_due'
            WHERE s.handler = 'planner.tell_of_reminder' HAVING count(*) > 0
        """
        due = "SELECT 'reminder', id FROM planner_reminder WHERE told_at IS NULL"
        jobs = "SELECT name, state FROM core_job WHERE state IN ('ready', 'running')"
        self.run_clock()
        return [*self.rows(due), *self.rows(behind), *self.rows(jobs)]


@pytest.fixture
def site(new_kartu: Program) -> Iterator[Callable]:
    """`site()`: a founded firm, running; `site(["web"])`: with nobody at work in the background."""
    sites: list[Site] = []

    with FakeSmtp() as mail:

        def make(which: Iterable[str] = tuple(WHICH)) -> Site:
            new_kartu.run(f"from tests.kills.founding import main; main({mail.host!r}, {mail.port})")
            sites.append(Site(new_kartu, mail))
            for each in which:
                sites[-1].start(each)
            for each in which:
                sites[-1].wait_until_up(each)
            return sites[-1]

        yield make
        for one in sites:
            one.end()


@contextmanager
def at_work(site: Site, seed: int) -> Iterator[list[Worker]]:
    """Everybody at his desk; at the end they have gone home, and nothing went wrong with them."""
    people = site.people(seed)
    for person in people:
        person.browser.sign_in(founding.PASSWORD)
    for person in people:
        person.start()
    site.staff = people
    try:
        yield people
    finally:
        site.over.set()
        for person in people:
            person.join(100)
        site.look_after_people()


def kill_at_random(site: Site, times: int, chance: random.Random, which: tuple[str, ...] = tuple(WHICH)) -> None:
    for _kill in range(times):
        site.let_work(chance.randint(2, 12))
        time.sleep(chance.uniform(0, 0.4))
        victim = chance.choice(which)
        site.kill(victim)
        site.start(victim)
        site.run_clock()
        site.wait_until_up(victim)


def surprises(log: str) -> list[str]:
    """How errors ended, but for the one that a crowded machine makes: a writer who waited in vain for the others."""
    ends = re.findall(r"^[\w.]+(?:Error|Exception|Interrupted)\b.*$", log, re.MULTILINE)
    return [end for end in ends if "database is locked" not in end]


def test_nothing_is_lost_doubled_or_half_written_though_processes_are_killed(site):
    print("seed", SEED)
    firm = site()

    with at_work(firm, SEED):
        kill_at_random(firm, KILLS, random.Random(SEED))
        firm.wait(lambda: set(firm.acknowledged) == KINDS)
    firm.drain(120)

    history = firm.history
    print(history.told())
    assert "\n".join(history.failures) == ""
    assert surprises(firm.program.printed()) == []
    assert "\n".join(judging.judge(history, firm.rows, firm.program.folder / "data" / "files")) == ""
    arrived = [(str(letter["Message-ID"]), letter.get_body(("plain",)).get_content()) for letter in firm.mail.messages]
    assert "\n".join(judging.letters(firm.rows, arrived)) == ""
    checked = firm.program.kartu("check")
    assert checked.returncode == 0, checked.stdout
    assert sum(act.cuts for act in history.acts) > 0, "no kill has met a request: this proves nothing"


# The controls: with a protection taken out, the same work and the same kills are seen to go wrong.
CONTROLS = {
    "answers_first": (Seller.log_touch, r"lost: touch-"),
    "publishes_late": (Seller.log_touch, r"half: clients\.touch_logged of row \d+: 0 events, 1 rows"),
    "keeps_bytes_late": (Seller.attach, r"half: file \d+ has lost its bytes"),
    "adds_in_two_steps": (Seller.add_client, r"half: client \d+ has 0 phones"),
    "forgets_keys": (Seller.log_touch, r"doubled: touch-"),
}


def test_the_controls_without_a_protection_are_seen_to_go_wrong(site):
    firm = site(["web"])
    person = Seller(firm.program.url, "Sari", firm.history, SEED, firm.over)
    person.browser.sign_in(founding.PASSWORD)
    person.add_client()

    for broken, (act, told) in CONTROLS.items():
        firm.kill("web")
        firm.start("web", f"broken.{broken}()")
        firm.wait_until_up("web")
        act(person)
        if broken == "forgets_keys":
            again(person, firm.history)
        firm.kill("web")
        firm.start("web")

        found = judging.judge(firm.history, firm.rows, firm.program.folder / "data" / "files")
        assert re.search(told, "\n".join(found)), (broken, found)


def again(person: Seller, history: History) -> None:
    """The last touch once more, under its key: as after an answer that was cut off."""
    act = history.of("touch")[-1]
    path = f"/clients/{act.about['client']}/"
    token = person.browser.hidden(path)["csrfmiddlewaretoken"]
    person.send(act, f"{path}touches/", {"csrfmiddlewaretoken": token, "kind": "call", "text": act.token})


TEN_YEARS = 3652 * 86400


def test_the_clock_jumps_under_running_processes_and_all_goes_on(site):
    firm = site([])
    file = firm.program.folder / "clock"
    for which in WHICH:
        firm.start(which, f"from pathlib import Path; jumping.follow(Path({str(file)!r}))")
    for which in WHICH:
        firm.wait_until_up(which)
    person = Seller(firm.program.url, "Sari", firm.history, SEED, firm.over)

    for wrong_by in (0, 3600, -3600, TEN_YEARS, -TEN_YEARS, 0):
        file.write_text(str(wrong_by))
        person.browser = Browser(firm.program.url, person.browser.email)
        person.browser.sign_in(founding.PASSWORD)
        for act in (person.add_client, person.log_touch, person.change_cell, person.attach):
            act()
        if not wrong_by:
            person.promise()
            firm.drain(60)

    assert "\n".join(firm.history.failures) == ""
    assert surprises(firm.program.printed()) == []
    assert "\n".join(judging.judge(firm.history, firm.rows, firm.program.folder / "data" / "files")) == ""
    acts = firm.rows("SELECT id, at FROM security_auditrow WHERE verb = 'create' ORDER BY id")
    assert [at for _pk, at in acts] != sorted(at for _pk, at in acts), "the clock has not jumped: this proves nothing"
    checked = firm.program.kartu("check")
    assert checked.returncode == 0, checked.stdout
