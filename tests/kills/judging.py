"""What is wrong with a firm after the kills: each line of what comes back is a broken promise."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.kills.people import ACKNOWLEDGED, REFUSED, Act, History, Importer

Rows = Callable[[str], list[tuple]]


def judge(history: History, rows: Rows, files: Path) -> list[str]:
    """Everything but the letters, which the mail server knows of."""
    return [
        *effects(history, rows),
        *phones(history, rows),
        *bulks(history, rows),
        *imports(history, rows),
        *events(rows),
        *bytes_on_disk(history, rows, files),
        *told_once(rows),
    ]


# ---- each act: acknowledged is once, unknown at most once, refused not at all

EFFECTS = {
    "client": "SELECT name FROM clients_client",
    "touch": "SELECT text FROM clients_touch",
    "call_back": "SELECT title FROM planner_task",
    "file": "SELECT replace(name, '.txt', '') FROM records_file",
    "import": "SELECT replace(name, '.csv', '') FROM records_import",
}


def effects(history: History, rows: Rows) -> Iterator[str]:
    for kind, query in EFFECTS.items():
        found = Counter(name for (name,) in rows(query))
        if kind == "client":  # renamed since by a cell
            found = made_clients(rows)
        yield from compare(history.of(kind), found)
    yield from compare(history.of("cell"), changed_names(rows))


def compare(acts: Iterable[Act], found: Counter) -> Iterator[str]:
    for act in acts:
        count = found[act.token]
        if act.state == ACKNOWLEDGED and not count:
            yield f"lost: {act.token} was acknowledged and is not there"
        elif act.state == REFUSED and count:
            yield f"phantom: {act.token} was refused and is there"
        elif count > 1:
            yield f"doubled: {act.token} is there {count} times, after {act.sent} sendings under one key"


def payloads(rows: Rows, verb: str, kind: str) -> Iterator[dict]:
    query = (
        'SELECT p."values" FROM security_auditpayload p JOIN security_auditrow r ON r.id = p.row_id '
        f"WHERE r.verb = '{verb}' AND r.object_type = '{kind}'"
    )
    for (values,) in rows(query):
        yield values if isinstance(values, dict) else json.loads(values)


def made_clients(rows: Rows) -> Counter:
    """By the names they were made with. `kartu check` sees to it that the log and the rows say the same."""
    return Counter(values["after"]["name"] for values in payloads(rows, "create", "clients.client"))


def changed_names(rows: Rows) -> Counter:
    return Counter(values["after"].get("name", "") for values in payloads(rows, "change", "clients.client"))


def phones(history: History, rows: Rows) -> Iterator[str]:
    """A client never comes without its phone."""
    query = "SELECT c.id, count(n.id) FROM clients_client c LEFT JOIN clients_channel n ON n.client_id = c.id"
    for pk, count in rows(f"{query} AND n.kind = 'phone' GROUP BY c.id HAVING count(n.id) <> 1"):
        yield f"half: client {pk} has {count} phones"


# ---- acts on many


def bulks(history: History, rows: Rows) -> Iterator[str]:
    """All of the chosen clients or none, by one change set."""
    query = "SELECT t.name, count(*) FROM clients_clienttag c JOIN clients_tag t ON t.id = c.tag_id"
    tagged = dict(rows(f"{query} WHERE c.trashed_at IS NULL GROUP BY t.name"))
    sets = Counter(title for (title,) in rows("SELECT title FROM records_changeset WHERE kind = 'bulk'"))
    for act in history.of("bulk"):
        count, chosen, made = tagged.get(act.about["tag"], 0), act.about["ids"], sets[f"Tag {act.about['tag']}"]
        if count not in (0, chosen):
            yield f"half: {act.token} tagged {count} of {chosen} clients"
        if made > 1:
            yield f"doubled: {act.token} made {made} change sets"
        if made and not count:
            yield f"half: {act.token} left a change set without changes"
        if act.state == ACKNOWLEDGED and count != chosen:
            yield f"lost: {act.token} was acknowledged, and {count} of {chosen} clients are tagged"
        if act.state == REFUSED and count:
            yield f"phantom: {act.token} was refused and is there"


def imports(history: History, rows: Rows) -> Iterator[str]:
    names = Counter(name for (name,) in rows("SELECT name FROM clients_client WHERE batch_id IS NOT NULL"))
    columns = "name, state, read_count, new_count, same_count, rejected_count"
    kept = {name.removesuffix(".csv"): rest for name, *rest in rows(f"SELECT {columns} FROM records_import")}
    starts = [act for act in history.of("step") if act.about["verb"] == "start" and act.sent]
    asked = {act.about["file"] for act in starts}
    started = {act.about["file"] for act in starts if act.state == ACKNOWLEDGED}
    for act in history.of("import"):
        state, read, new, same, rejected = kept.get(act.token, ("", 0, 0, 0, 0))
        mine = {name: count for name, count in names.items() if name.startswith(f"{act.token} ")}
        if twice := [name for name, count in mine.items() if count > 1]:
            yield f"doubled: {len(twice)} rows of {act.token}, like {twice[0]}"
        if state in ("reading", "checking", "running", "cancelling"):
            yield f"stuck: {act.token} is {state} for ever"
        is_whole = state == "done" and read == new + same + rejected == Importer.ROWS and len(mine) == new
        if act.token in started and not (is_whole and rejected == Importer.BAD):
            counts = f"{read} read, {new} new, {same} same, {rejected} out"
            yield f"import {act.token} is {state}: {counts}; {len(mine)} made"
        if act.token not in asked and mine:
            yield f"phantom: {act.token} was not started, and {len(mine)} of its rows are there"


# ---- nothing is half-written

TOLD = {
    "clients.client_created": ("client_id", "SELECT id FROM clients_client WHERE batch_id IS NULL"),
    "clients.touch_logged": ("touch_id", "SELECT id FROM clients_touch WHERE batch_id IS NULL"),
    "planner.task_set": ("task_id", "SELECT id FROM planner_task"),
    "planner.reminder_due": ("reminder_id", "SELECT id FROM planner_reminder"),
}


def events(rows: Rows) -> Iterator[str]:
    """Each row has its one event, each event its row."""
    told: dict[str, Counter] = {name: Counter() for name in TOLD}
    for name, payload in rows("SELECT name, payload FROM core_event"):
        if name in told:
            payload = payload if isinstance(payload, dict) else json.loads(payload)
            told[name][payload[TOLD[name][0]]] += 1
    for name, (_key, query) in TOLD.items():
        there = Counter(pk for (pk,) in rows(query))
        for pk in there.keys() | told[name].keys():
            if told[name][pk] != there[pk]:
                yield f"half: {name} of row {pk}: {told[name][pk]} events, {there[pk]} rows"


def bytes_on_disk(history: History, rows: Rows, files: Path) -> Iterator[str]:
    there = {path.name: path for path in files.glob("??/??/*") if path.is_file()}
    for pk, stored, digest in rows("SELECT id, stored, sha256 FROM records_file"):
        if stored not in there:
            yield f"half: file {pk} has lost its bytes"
        elif hashlib.sha256(there.pop(stored).read_bytes()).hexdigest() != digest:
            yield f"half: file {pk} has other bytes than were sent"
    cuts = sum(act.cuts for act in history.of("file"))
    if len(there) > cuts:
        yield f"half: {len(there)} files on the disk that no row names, and only {cuts} uploads were cut"


# ---- reminders


def told_once(rows: Rows) -> Iterator[str]:
    """In the bell exactly once, and one letter for each: its own, that of the digest it went out with, or, as at most
    one message a minute reaches a person outside, one that still waits for its turn."""
    tasks = {pk for (pk,) in rows("SELECT id FROM planner_task")}
    bell = "SELECT about_id, id FROM notifications_notification WHERE kind = 'planner.reminder'"
    notices = rows(bell)
    counted = Counter(about for about, _pk in notices)
    letters = Counter(pk for (pk,) in rows("SELECT notification_id FROM notifications_letter"))
    held = "SELECT notification_id, out_at, digest_id FROM notifications_held WHERE channel = 'email'"
    for pk, out_at, digest in rows(held):
        letters[pk] += out_at is None or (digest is not None and letters[digest] == 1)
    rung = "SELECT notification_id FROM notifications_hop WHERE channel = 'bell' AND what = 'sent'"
    rings = Counter(pk for (pk,) in rows(rung))
    for pk in tasks | counted.keys():
        if counted[pk] != 1:
            yield f"task {pk} stands {counted[pk]} times in the bell"
    for about, pk in notices:
        if (letters[pk], rings[pk]) != (1, 1):
            yield f"task {about}: {letters[pk]} letters, {rings[pk]} rings"


def letters(rows: Rows, arrived: Iterable[tuple[str, str]]) -> Iterator[str]:
    """`arrived`: (Message-ID, text) of all that reached the mail server. Each letter at least once, always the same."""
    known = dict(rows("SELECT message_id, text FROM notifications_letter"))
    seen: dict[str, set[str]] = {}
    for message_id, text in arrived:
        seen.setdefault(message_id, set()).add(text)
    yield from (f"letter {each} has not arrived" for each in known.keys() - seen.keys())
    yield from (f"letter {each} is nobody's: a repeat under another name" for each in seen.keys() - known.keys())
    yield from (f"letter {each} arrived with two texts" for each, texts in seen.items() if len(texts) > 1)
    for message_id, texts in seen.items():
        if known.get(message_id, "") not in next(iter(texts)):
            yield f"letter {message_id} says something else than was written"
