"""Bringing in 100,000 rows of a workbook: against the bare work, in memory, and by how long it keeps others waiting.

The bare work ("yardstick") is what nobody can do without: calamine reads the same workbook, and `executemany` puts the
very rows that the import has written (read back from its tables afterwards: clients, people, ways, addresses, papers,
notes, audit rows with their payloads, docs and words of the search, all else) into a copy of the firm as it was before,
with the same indexes, triggers and pragmas, a transaction for each thousand rows of the workbook. Both are run in turn,
each in a process of its own, and the best of each is compared, by the clock and by processor time (children too).

The write lock is held from the moment BEGIN IMMEDIATE returns until COMMIT has returned, measured over every
transaction of the import; `lock_longest` is the longest of them all, in the best run, `lock_longest_cpu` the longest
by processor time, which leaves out how long the machine did something else meanwhile, the disk included.

The second import is of the same size: half of its rows mean clients who are here and overwrite what they do, half are
new. `undo_to_import` is the taking back of all of it against that import, both by the code that the worker runs.

Memory is that of the whole program (`kartu up`: parent, web server, worker, reading child) while a person drops the
file on the page and starts it there: the pages of all its processes, those that several share counted once.
"""

import json
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.harness import ROOT, Figure, firm_of, in_firm, percentile, remark, scaled
from bench.idle import wait_for

ROWS = scaled(100_000)
ROUNDS = int(os.environ.get("KARTU_BENCH_ROUNDS") or 2)
ROWS_A_TRANSACTION = 1000
HEADER = (
    "Nama Perusahaan", "Nama PIC", "Jabatan", "Telp", "HP", "Email", "Alamat", "Kota", "Kode Pos", "NPWP", "Kategori",
    "Tag", "Keterangan",
)  # fmt: skip


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="kartu-bench-imports-") as name:
        folder = Path(name)
        book = workbook(folder)
        imports, bare = [], []
        for number in range(ROUNDS):
            imports.append(measured_import(folder, book, keeps=number == 0))
            bare.append(in_copy(folder, "bare", os.fspath(book)))
            remark(f"Round {number + 1}: import {spent(imports[-1])}, bare work {spent(bare[-1])}")
        yield from ratios(imports, bare)
        yield from undoing(folder)
        yield from whole_program(folder, book)


def spent(measured: dict[str, Any]) -> str:
    return f"{measured['wall']:.1f} s, {measured['cpu']:.1f} s of processor"


def ratios(imports: list[dict[str, Any]], bare: list[dict[str, Any]]) -> Iterator[Figure]:
    for name in ("wall", "cpu"):
        ours, theirs = (min(each[name] for each in runs) for runs in (imports, bare))
        yield Figure(f"imports.bare_{name}", theirs, "s")
        yield Figure(f"imports.{name}", ours, "s")
        yield Figure(f"imports.{name}_to_bare", ours / theirs, "ratio", limit=4)
    yield Figure("imports.written", imports[0]["written"], "rows of all tables")
    yield Figure("imports.lock_p99", min(percentile(each["locks"], 0.99) for each in imports), "ms", limit=200)
    yield Figure("imports.lock_longest", min(max(each["locks"]) for each in imports), "ms", limit=200)
    yield Figure("imports.lock_longest_cpu", min(max(each["locks_cpu"]) for each in imports), "ms", limit=200)


# ---- taking back an import that has changed half of its rows


def undoing(folder: Path) -> Iterator[Figure]:
    first, second = changing_workbooks(folder)
    measured = in_copy(folder, "undo", os.fspath(first), os.fspath(second))
    for name in ("wall", "cpu"):
        took, back = measured["import"][name], measured["undo"][name]
        yield Figure(f"imports.changing_{name}", took, "s")
        yield Figure(f"imports.undo_{name}", back, "s")
        yield Figure(f"imports.undo_{name}_to_import", back / took, "ratio", limit=2)
    yield Figure("imports.undo_lock_p99", percentile(measured["locks"], 0.99), "ms", limit=200)
    yield Figure("imports.undo_lock_longest", max(measured["locks"]), "ms", limit=200)
    yield Figure("imports.undo_lock_longest_cpu", max(measured["locks_cpu"]), "ms", limit=200)


def changing_workbooks(folder: Path) -> tuple[Path, Path]:
    """Half as many clients as ROWS, and a list of ROWS that changes them and brings as many new ones."""
    head = ("Company", "Phone", "E-mail", "City", "What they do", "Contact person, full name")

    def row(number: int, told: str) -> tuple[Any, ...]:
        return f"PT Nomor {number}", f"0812{number:07}", f"a{number}@example.com", "Bandung", told, f"Orang {number}"

    half = ROWS // 2
    return (
        book_of(folder / "half.xlsx", head, (row(number, "old") for number in range(half))),
        book_of(folder / "whole.xlsx", head, (row(number, "new") for number in range(2 * half))),
    )


def book_of(path: Path, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Path:
    import openpyxl  # noqa: PLC0415 - only the parent needs it

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def do_undo(first: str, second: str) -> dict[str, Any]:
    from kartu.core.testing import run_jobs  # noqa: PLC0415 - apps are not loaded before setup
    from kartu.records.imports import acts  # noqa: PLC0415
    from kartu.records.models import Import  # noqa: PLC0415

    run_jobs()  # what was waiting before
    taken(first, {})
    held, worked = [], []
    watch_locks(held, worked)
    began = clocks()
    source = taken(second, {"mode": "both"})
    took = since(began)
    counts = (source.new_count, source.change_count)
    remark("{} rows new, {} changed".format(*counts))
    if counts != (ROWS // 2, ROWS // 2):
        raise SystemExit(f"The import ended as {source.state}")
    began = clocks()
    acts.take_back(source=source, by=owner())
    run_jobs()
    back = since(began)
    source = Import.objects.get(pk=source.pk)
    if source.state != Import.State.UNDONE or source.kept_count:
        raise SystemExit(f"The taking back ended as {source.state}, {source.kept_count} kept")
    return {"import": took, "undo": back, "locks": held, "locks_cpu": worked}


def taken(book: str, answers: dict[str, str]) -> Any:
    """The workbook brought in, every column overwriting what is here."""
    from kartu.core.testing import run_jobs  # noqa: PLC0415 - apps are not loaded before setup
    from kartu.records.imports import acts  # noqa: PLC0415
    from kartu.records.imports.importers import importers  # noqa: PLC0415
    from kartu.records.imports.mapping import OVERWRITE  # noqa: PLC0415
    from kartu.records.models import Import  # noqa: PLC0415

    with open(book, "rb") as file:
        source = acts.drop_file(importer=importers["clients"], file=as_upload(file), name="clients.xlsx", by=owner())
    run_jobs()
    source = Import.objects.get(pk=source.pk)
    modes = {choice["at"]: OVERWRITE for choice in source.choices}
    acts.decide(source=source, targets={}, modes=modes, answers=answers, by=owner())
    run_jobs()
    acts.start(source=Import.objects.get(pk=source.pk), by=owner())
    run_jobs()
    return Import.objects.get(pk=source.pk)


# ---- the workbook


def workbook(folder: Path) -> Path:
    """What an Indonesian firm keeps: companies with their people, often several, one row in a hundred with an error."""
    import openpyxl  # noqa: PLC0415 - only the parent needs it

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Pelanggan")
    sheet.append(HEADER)
    for row in rows(ROWS):
        sheet.append(row)
    book.save(folder / "clients.xlsx")
    return folder / "clients.xlsx"


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    from kartu.clients.sampling.maker import MadeClient, Maker  # noqa: PLC0415

    chance = random.Random(11)
    maker = Maker("id", 11)
    words = maker.words[0]
    companies: list[MadeClient] = []
    for number in range(count):
        person = maker.person(words)
        if companies and chance.random() < 0.1:  # a further person of a company that came before
            company = chance.choice(companies)
        else:
            company = maker.company(words)
            company.name = f"{company.name} {chance.choice(words.firm_first)} {number}"
            companies.append(company)
        yield (
            company.name,
            person.name,
            person.position,
            company.phone if number % 100 else "tanya Sari",
            person.phone,
            person.email,
            company.street,
            company.city,
            int(company.postcode),
            npwp(chance) if chance.random() < 0.5 else None,
            chance.choice(words.categories),
            chance.choice(("", "", "vip", "lama, vip")),
            f"{chance.choice(words.notes)} ({number})" if chance.random() < 0.5 else None,
        )


def npwp(chance: random.Random) -> str:
    head = f"{chance.randrange(10**8):08}"
    digits = [int(digit) for digit in head]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) + sum(digits[::2])
    return f"0{head}{-doubled % 10}{chance.randrange(1000):03}000"


# ---- the import, in a process of its own


def measured_import(folder: Path, book: Path, *, keeps: bool) -> dict[str, Any]:
    """The import by the code that the worker runs; `keeps`: what it wrote is kept for the bare work."""
    return in_copy(folder, "import", os.fspath(book), os.fspath(folder / "written") if keeps else "")


def in_copy(folder: Path, *words: str) -> dict[str, Any]:
    """Run this module with `words` on a copy of a small firm."""
    data = copy_of_firm(folder)
    try:
        return in_firm(data, "bench.imports", *words)
    finally:
        shutil.rmtree(data)


def copy_of_firm(folder: Path) -> Path:
    data = folder / "firm"
    shutil.copytree(firm_of(100), data)
    return data


def do_import(book: str, kept_at: str) -> dict[str, Any]:
    from kartu.core.testing import run_jobs  # noqa: PLC0415 - apps are not loaded before setup
    from kartu.records.imports import acts  # noqa: PLC0415
    from kartu.records.imports.importers import importers  # noqa: PLC0415
    from kartu.records.models import Import  # noqa: PLC0415

    run_jobs()  # what was waiting before
    before = Path(kept_at).with_suffix(".before") if kept_at else None
    if before:
        snapshot(before)
    held, worked, by = [], [], owner()
    watch_locks(held, worked)
    began = clocks()
    with open(book, "rb") as file:
        source = acts.drop_file(importer=importers["clients"], file=as_upload(file), name="clients.xlsx", by=by)
    run_jobs()
    acts.decide(source=Import.objects.get(pk=source.pk), targets={}, answers={}, by=by)
    run_jobs()
    acts.start(source=Import.objects.get(pk=source.pk), by=by)
    run_jobs()
    found = since(began)
    source = Import.objects.get(pk=source.pk)
    counts = (source.read_count, source.new_count, source.same_count, source.rejected_count)
    remark("{} rows read, {} new, {} already here, {} not taken".format(*counts))
    if source.state != Import.State.DONE or source.read_count != ROWS or source.new_count < ROWS * 0.9:
        raise SystemExit(f"The import ended as {source.state}")
    written = note_written(before, Path(kept_at)) if before else 0
    return found | {"locks": held, "locks_cpu": worked, "written": written}


def owner() -> Any:
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    return get_user_model().objects.get(email="person0@example.com")


def as_upload(file: Any) -> Any:
    from django.core.files import File  # noqa: PLC0415

    return File(file, name="clients.xlsx")


def clocks() -> tuple[float, float]:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def since(began: tuple[float, float]) -> dict[str, Any]:
    now = clocks()
    return {"wall": now[0] - began[0], "cpu": now[1] - began[1]}


def watch_locks(held: list[float], worked: list[float]) -> None:
    """Note of each further transaction the milliseconds that it holds the write lock, and works meanwhile."""
    from django.db.backends.sqlite3.base import DatabaseWrapper  # noqa: PLC0415

    begin, commit = DatabaseWrapper._start_transaction_under_autocommit, DatabaseWrapper._commit

    def beginning(self: DatabaseWrapper) -> None:
        begin(self)
        self.bench_since = time.perf_counter(), time.process_time()

    def committing(self: DatabaseWrapper) -> None:
        commit(self)
        if self.alias == "default":
            held.append((time.perf_counter() - self.bench_since[0]) * 1000)
            worked.append((time.process_time() - self.bench_since[1]) * 1000)

    DatabaseWrapper._start_transaction_under_autocommit, DatabaseWrapper._commit = beginning, committing


# ---- the bare work


def snapshot(path: Path) -> None:
    from django.db import connection  # noqa: PLC0415

    path.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [os.fspath(path)])


def note_written(before: Path, kept: Path) -> int:
    """Put every row that is there now and was not there `before` into a database of its own; how many there are."""
    from django.conf import settings  # noqa: PLC0415

    kept.unlink(missing_ok=True)
    count = 0
    with sqlite3.connect(kept) as out:
        out.execute("ATTACH ? AS old", [os.fspath(before)])
        out.execute("ATTACH ? AS new", [os.fspath(settings.DATABASES["default"]["NAME"])])
        for table in ordinary_tables(out, "new"):
            out.execute(
                f'CREATE TABLE main."{table}" AS SELECT * FROM new."{table}" EXCEPT SELECT * FROM old."{table}"'
            )
            count += out.execute(f'SELECT count(*) FROM main."{table}"').fetchone()[0]
    return count


def ordinary_tables(connection: sqlite3.Connection, schema: str) -> list[str]:
    """All tables but SQLite's own, the full-text ones (their triggers fill them) and the state of the queue."""
    found = connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'").fetchall()
    return sorted(name for (name,) in found if not name.startswith("sqlite_") and "_fts" not in name)


def do_bare_work(book: str) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415

    batches = ready_batches(Path(book).with_name("written"))
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")  # as the tables come in turn, not in the order of their keys
    began = clocks()
    read_bare(book)
    for batch in batches:
        raw.execute("BEGIN IMMEDIATE")
        for statement, some in batch:
            raw.executemany(statement, some)
        raw.execute("COMMIT")
    return since(began)


def ready_batches(kept: Path) -> list[list[tuple[str, list[tuple]]]]:
    """The rows of all tables, cut into as many transactions, each with its share of every table, in order."""
    with sqlite3.connect(kept) as written:
        tables = ordinary_tables(written, "main")
        rows_of = {table: written.execute(f'SELECT * FROM "{table}" ORDER BY rowid').fetchall() for table in tables}
    batches: list[list[tuple[str, list[tuple]]]] = [[] for _ in range(max(1, ROWS // ROWS_A_TRANSACTION))]
    for table, found in rows_of.items():
        if not found:
            continue
        statement = f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join("?" * len(found[0]))})'
        share = -(-len(found) // len(batches))
        for batch, start in zip(batches, range(0, len(found), share), strict=False):
            batch.append((statement, found[start : start + share]))
    return batches


def read_bare(book: str) -> None:
    import python_calamine  # noqa: PLC0415

    sheet = python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_index(0)
    if sum(1 for _row in sheet.iter_rows()) != ROWS + 1:
        raise SystemExit("The workbook was not read to its end")


# ---- the whole program


def whole_program(folder: Path, book: Path) -> Iterator[Figure]:
    """A person drops the file on the page of the running program."""
    if not Path("/proc/self/smaps_rollup").exists():
        remark("Memory can be read on Linux only: it is left out")
        return
    data = copy_of_firm(folder)
    cookie = in_firm(data, "bench.idle")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "KARTU_DATA": os.fspath(data), "KARTU_PORT": str(port)}
    program = subprocess.Popen(
        [sys.executable, "-m", "kartu.project", "up", "--no-browser"], cwd=ROOT, env=environment, stdout=sys.stderr
    )
    try:
        wait_for(f"http://localhost:{port}/health")
        with Watch(program.pid) as watch:
            took = by_page(f"http://localhost:{port}", cookie, book, data)
        yield Figure("imports.memory", watch.peak / 1e6, "MB", limit=500)
        yield Figure("imports.rows_a_second", ROWS / took, "rows/s")
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(60)
        shutil.rmtree(data)


class Watch:
    """Looks five times a second how much memory a process and all its descendants have together."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak = pid, 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.2):
            self.peak = max(self.peak, sum(resident(pid) for pid in family(self.pid)))


def family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                yield from family(int(child))
        except OSError:
            continue


def resident(pid: int) -> int:
    """Bytes that a process holds; of pages that several share, like those of the database's file, its part only."""
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(rolled.partition("\nPss:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


def by_page(address: str, cookie: dict[str, str], book: Path, data: Path) -> float:
    """Seconds from the drop to the last row, the person's looking at the pages left out."""
    window = Window(address, cookie)
    began = time.monotonic()
    where = window.drop(book)
    number = int(where.rstrip("/").rpartition("/")[2])
    for wanted, press in (("ready", "columns/"), ("checked", "start/"), ("done", "")):
        await_state(data, number, wanted)
        if press:
            window.post(where + press, {})
    return time.monotonic() - began


class Window:
    """A signed-in browser, as far as forms need one."""

    def __init__(self, address: str, cookie: dict[str, str]) -> None:
        self.address, self.cookie = address, cookie

    def post(self, path: str, fields: dict[str, str]) -> str:
        return self._send(path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def drop(self, book: Path) -> str:
        """Upload the file; the address of its page."""
        mark = "kartu-bench-boundary"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{book.name}"\r\n\r\n'
        body = head.encode() + book.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        return self._send("/imports/new/", body, f"multipart/form-data; boundary={mark}")

    def _send(self, path: str, body: bytes, kind: str) -> str:
        """The path that the answer leads to."""
        token = "b" * 32
        cookies = "; ".join(f"{name}={value}" for name, value in {**self.cookie, "csrftoken": token}.items())
        headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": kind}
        request = urllib.request.Request(self.address + path, body, headers)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return urllib.parse.urlsplit(answer.url).path


def await_state(data: Path, number: int, wanted: str) -> None:
    with sqlite3.connect(f"file:{data / 'kartu.sqlite3'}?mode=ro", uri=True) as look:
        while True:
            (state,) = look.execute("SELECT state FROM records_import WHERE id = ?", [number]).fetchone()
            if state == wanted:
                return
            if state in ("refused", "cancelled", "undone"):
                raise SystemExit(f"The import ended as {state}")
            time.sleep(0.1)


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    work = {"import": do_import, "bare": do_bare_work, "undo": do_undo}[sys.argv[1]]
    print(json.dumps(work(*sys.argv[2:])))


if __name__ == "__main__":
    main()
