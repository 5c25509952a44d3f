"""The log of ten million lines: reading it, and what writing it costs.

At 10,000,000 lines (7 acts to 3 looks) "who touched X", a person's day and the first page of the log take, p95, at most
three times the empty page in the same rounds; and card, list and search with their lines of the log take, p95, at most
5 % more than without. Times are the processor's: the database is in the process, what else the machine does stays out.
"""

import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled, signed_in

LINES = 10_000_000
CLIENTS = 20_000
ROUNDS = 60
# The rounds of what writing costs, and after how many of them the writer comes: in its second a page is asked so often.
BLOCKS, BLOCK, AT_ONCE = 10, 60, 10
DAYS = 400


def run() -> Iterator[Figure]:
    lines = scaled(LINES)
    found = in_firm(log_of(lines), "bench.log", as_web=True)
    yield Figure("log.lines", lines, "lines")
    empty = found["reading"].pop("empty")
    yield Figure("log.empty_page", percentile(empty, 0.5), "ms")
    for name, times in found["reading"].items():
        yield Figure(f"log.{name}.p50", percentile(times, 0.5), "ms")
        limit = 3 if name in LIMITED else None
        yield Figure(f"log.{name}.p95_to_empty_page", percentile(times) / percentile(empty), "ratio", limit=limit)
    for name in PAGES:
        yield from figures_of_cost(name, *(found["writing"][name + how] for how in ("", SILENT, ADDED)))


def figures_of_cost(name: str, *times: list[list[float]]) -> Iterator[Figure]:
    """`times` of a page with the log, without it, and of the log alone, by blocks.

    The middle of the blocks decides; how far they lie apart says how much that is worth. What the log took by itself
    needs no comparison, and so is not blurred by what else the machine does.
    """
    logged, silent, added = ([each for block in blocks for each in block] for blocks in times)
    yield Figure(
        f"log.{name}.p95_of_the_log_itself_to_p95_without", percentile(added) / percentile(silent), "ratio", 0.05
    )
    told = f"log.{name}.{{}}_with_the_log_to_without"
    ratios = sorted(percentile(one) / percentile(other) for one, other in zip(*times[:2], strict=True))
    yield Figure(
        told.format("p95_of_the_middle_block"), (ratios[BLOCKS // 2 - 1] + ratios[BLOCKS // 2]) / 2, "ratio", 1.05
    )
    yield Figure(told.format("p95_of_the_lowest_block"), ratios[0], "ratio")
    yield Figure(told.format("p95_of_the_highest_block"), ratios[-1], "ratio")
    yield Figure(told.format("p95_of_all"), percentile(logged) / percentile(silent), "ratio")
    yield Figure(told.format("p50_of_all"), percentile(logged, 0.5) / percentile(silent, 0.5), "ratio")


def log_of(lines: int) -> Path:
    """The data folder of a made-up firm with so many lines in its log; made once."""
    firm = firm_of(scaled(CLIENTS))
    folder = firm.with_name(f"log-{lines}-{firm.name}")
    if not (folder / "filled").exists():
        remark(f"Writing {lines} lines of a log")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(firm, folder)
        began = time.perf_counter()
        fill(folder, lines)
        remark(f"... in {time.perf_counter() - began:.0f} s")
        (folder / "filled").touch()
    return folder


def fill(folder: Path, lines: int) -> None:
    acts = lines * 7 // 10
    with made(folder / "kartu.sqlite3") as firm:
        people = [pk for (pk,) in firm.execute("SELECT id FROM firm_user ORDER BY id")]
        cards = [pk for (pk,) in firm.execute("SELECT id FROM clients_client ORDER BY id")]
        with without_indexes(firm, "security_auditrow"):
            write(firm, ACTS, acts, people, cards)
        firm.execute(PAYLOADS, [json.dumps({"before": {"about": "pumps"}, "after": {"about": "pumps and hoses"}})])
    with made(folder / "views.sqlite3") as views, without_indexes(views, "security_viewrow"):
        write(views, LOOKS, lines - acts, people, cards)


# The numbers from 1 to ?1, each with a moment between ?2 and now, a person and a card.
NUMBERED = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1),
line AS (
  SELECT n, strftime('%Y-%m-%d %H:%M:%f', ?2 + ?3 * n) AS at,
    (SELECT id FROM temp.person WHERE at = n * 7919 % ?4) AS who,
    (SELECT id FROM temp.card WHERE at = n * 104729 % ?5) AS card
  FROM number
)
"""
ACTS = f"""
{NUMBERED} INSERT INTO security_auditrow (
  id, at, actor_id, why, verb, object_type, object_id, root_type, root_id, session, address, request_id, digest
) SELECT n, at, who, '',
  CASE WHEN n % 1000 = 7 THEN 'download' WHEN n % 50 = 3 THEN 'sign_in' WHEN n % 5 = 1 THEN 'create' ELSE 'change' END,
  CASE WHEN n % 50 = 3 THEN '' ELSE 'clients.client' END, CASE WHEN n % 50 = 3 THEN NULL ELSE card END,
  CASE WHEN n % 50 = 3 THEN '' ELSE 'clients.client' END, CASE WHEN n % 50 = 3 THEN NULL ELSE card END,
  '9f86d081884c7d65', '192.168.1.' || who % 40, printf('%016x', n), printf('%064x', n)
FROM line
"""  # noqa: S608 - text of our own
PAYLOADS = 'INSERT INTO security_auditpayload (row_id, "values") SELECT id, ?1 FROM security_auditrow ORDER BY id'
LOOKS = f"""
{NUMBERED} INSERT INTO security_viewrow (id, at, actor_id, kind, object_type, object_id, detail, session, address)
SELECT n, at, who, CASE WHEN n % 4 = 0 THEN 'list' ELSE 'card' END, 'clients.client',
  CASE WHEN n % 4 = 0 THEN NULL ELSE card END,
  CASE WHEN n % 4 = 0 THEN '{{"list": "clients", "f": [], "q": "", "s": "name", "shown": 50, "found": 10001}}'
    ELSE '{{}}' END, '9f86d081884c7d65', '192.168.1.' || who % 40
FROM line
"""  # noqa: S608 - text of our own


@contextmanager
def made(path: Path) -> Iterator[sqlite3.Connection]:
    """Without a journal: a folder that was not filled to the end is thrown away."""
    with closing(sqlite3.connect(path)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000", "temp_store=MEMORY"):
            database.execute(f"PRAGMA {pragma}")
        yield database
        database.commit()
        database.execute("PRAGMA journal_mode=WAL")


def write(database: sqlite3.Connection, sql: str, count: int, people: list[int], cards: list[int]) -> None:
    for name, ids in (("person", people), ("card", cards)):
        database.execute(f"CREATE TEMP TABLE {name} (at INTEGER PRIMARY KEY, id INTEGER)")
        database.executemany(f"INSERT INTO temp.{name} VALUES (?, ?)", enumerate(ids))  # noqa: S608 - names of our own
    (now,) = database.execute("SELECT julianday('now')").fetchone()
    database.execute(sql, [count, now - DAYS, DAYS / count, len(people), len(cards)])


class without_indexes:  # noqa: N801 - reads as what it does
    """The indexes of a table are made once, after all rows: that is six times as fast."""

    def __init__(self, database: sqlite3.Connection, table: str) -> None:
        self.database = database
        found = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name=? AND sql > ''", [table]
        )
        self.indexes = found.fetchall()

    def __enter__(self) -> None:
        for name, _sql in self.indexes:
            self.database.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *_error: object) -> None:
        for _name, sql in self.indexes:
            self.database.execute(sql)
        self.database.commit()


SILENT, ADDED = " silent", " added"
LIMITED = ("who_touched", "a_day")
PAGES = {"card": "/clients/{card}/", "list": "/clients/", "search": "/search/?q=sinar%20{card}"}


def measure() -> dict[str, Any]:
    from kartu.clients.models import Client  # noqa: PLC0415 - apps are not loaded before setup
    from kartu.firm.models import User  # noqa: PLC0415

    browser = signed_in()
    cards = list(Client.objects.as_system("a measurement").order_by("pk").values_list("pk", flat=True))
    seller = User.objects.get(email="person1@example.com")
    day = (datetime.now(UTC) - timedelta(days=97)).date()
    turn = count()

    def look(url: str, number: int) -> None:
        answer = browser.get(url.replace("{card}", str(cards[number % len(cards)])))
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")

    urls = {
        "empty": "/ui/blank/",
        "who_touched": "/log/lines/?on=clients.client-{card}",
        "a_day": f"/log/people/{seller.pk}/?day={day}",
        "newest": "/log/lines/",
        "far_back": f"/log/lines/?since={day}&until={day}",
        "rare": f"/log/lines/?person={seller.pk}&kind=download&address=192.168.1.{seller.pk % 40}",
        "nothing": f"/log/lines/?person={seller.pk}&kind=print&address=10.0.0.1",
    }
    jobs = {name: lambda url=url: look(url, next(turn)) for name, url in urls.items()}
    reading = interleaved(jobs, ROUNDS, clock=time.process_time)
    return {"reading": reading, "writing": costs(look)}


def costs(look: Any) -> dict[str, list[list[float]]]:
    """Milliseconds of each page, as it is and with the lines of the log left out, by blocks of rounds.

    Both take the same card, each of them first in turn. The writer of looks is not left to hit some page or other: it
    writes what it would find after its second, and that is laid to the pages that it writes for.
    """
    from kartu.security import views_log  # noqa: PLC0415 - apps are not loaded before setup

    times: dict[str, list[list[float]]] = {f"{name}{how}": [] for name in PAGES for how in ("", SILENT, ADDED)}
    with switched_log() as (switch, meter):
        for block in range(BLOCKS):
            for found in times.values():
                found.append([])
            for number in range(BLOCK):
                for name, url in PAGES.items():
                    for is_on in (True, False) if number % 2 else (False, True):
                        switch(is_on)
                        began = time.process_time()
                        look(url, block * BLOCK + number)
                        times[name if is_on else name + SILENT][-1].append((time.process_time() - began) * 1000)
                        if is_on:
                            times[name + ADDED][-1].append(meter.taken())
                if number % AT_ONCE == AT_ONCE - 1:
                    began = time.process_time()
                    views_log.flush()
                    share = (time.process_time() - began) * 1000 / (AT_ONCE * len(PAGES))
                    for found in (times[name + how][-1] for name in PAGES for how in ("", ADDED)):
                        found[-AT_ONCE:] = [spent + share for spent in found[-AT_ONCE:]]
    return times


class Meter:
    """What calls take of the processor, those within one another once."""

    def __init__(self) -> None:
        self.spent, self.depth = 0.0, 0

    def of(self, call: Callable) -> Callable:
        def measured(*words: Any, **more: Any) -> Any:
            began, self.depth = time.process_time(), self.depth + 1
            try:
                return call(*words, **more)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.spent += time.process_time() - began

        return measured

    def taken(self) -> float:
        """Milliseconds since it was asked for the last time."""
        spent, self.spent = self.spent, 0.0
        return spent * 1000


@contextmanager
def switched_log() -> Iterator[tuple[Callable[[bool], None], Meter]]:
    """Gives a switch that leaves out, or in, all that pages do for the lines of looks, and what measures it."""
    from django.conf import settings  # noqa: PLC0415

    from kartu.search import settling  # noqa: PLC0415
    from kartu.security import views_log  # noqa: PLC0415

    views_log.flush()
    settings.TESTING, saw, typed = False, views_log.saw, settling.typed
    whence = [module for module in sys.modules.values() if getattr(module, "saw", None) is saw]
    views_log._ensure_writer = settling._watch = lambda: None

    def nothing(*_words: object, **_more: object) -> None:
        """What a page calls where nothing is logged."""

    meter = Meter()
    logging = meter.of(saw), meter.of(typed)

    def switch(is_on: bool) -> None:
        for module in whence:
            module.saw = logging[0] if is_on else nothing
        settling.typed = logging[1] if is_on else nothing

    yield switch, meter
    switch(True)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
