"""The list of clients filtered and sorted by fields of the firm's own, against the same by built-in columns.

The firm's own fields hold what the built-in columns hold (city, status, last touch, number), so that each question has
a twin that finds the same rows. At 100,000 clients each takes at most twice its twin's time.

At 1,000,000 clients (only where KARTU_BENCH_MILLION is set) each takes at most three times its own time at 100,000.

Beside it stand the two shapes that were weighed for keeping the values (docs/decisions/0064), in bare SQLite: JSON with
a typed row of its own for each value, and JSON alone, looked through at every question.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled, signed_in

ROUNDS = 7
# (by built-in columns, by the firm's own)
TWINS = (
    ("s=city", "s={city}"),
    ("s=-last_touch", "s=-{last}"),
    ("f=city:any:bandung&s=-last_touch", "f={city}:is:bandung&s=-{last}"),
    ("f=city:starts:b&s=city", "f={city}:starts:b&s={city}"),
    ("f=status:any:1&s=last_touch", "f={status}:any:c1&s={last}"),
    ("f=status:any:1&s=city", "f={status}:any:c1&s={city}"),
    ("f=last_touch:older:90&s=last_touch", "f={last}:older:90&s={last}"),
    ("f=last_touch:last:30&s=-last_touch", "f={last}:last:30&s=-{last}"),
    ("f=last_touch:empty&s=name", "f={last}:empty&s=name"),
    ("f=status:any:1&f=city:any:bandung&s=name", "f={status}:any:c1&f={city}:is:bandung&s=name"),
    ("s=status", "s={status}"),
    ("f=status:none:1&s=status", "f={status}:none:c1&s={status}"),
)


def run() -> Iterator[Figure]:
    middle = in_firm(firm_of(scaled(100_000)), "bench.fields", as_web=True)
    ratios = {own: middle[own] / middle[built_in] for built_in, own in TWINS}
    for name in sorted(ratios, key=ratios.get)[-3:]:
        remark(f"{ratios[name]:.2f} times its twin: {middle[name]:.1f} ms {name}")
    yield Figure("fields.middle_to_built_in", percentile(list(ratios.values()), 0.5), "ratio")
    yield Figure("fields.worst_to_built_in", max(ratios.values()), "ratio", limit=2)
    for name, took in in_firm(firm_of(scaled(100_000)), "bench.fields", "shapes").items():
        yield Figure(f"fields.shape.{name}", took, "ms")
    if os.environ.get("KARTU_BENCH_MILLION"):
        million = in_firm(firm_of(scaled(1_000_000)), "bench.fields", as_web=True)
        growth = {own: million[own] / middle[own] for _built_in, own in TWINS}
        for name in sorted(growth, key=growth.get)[-3:]:
            remark(f"grows {growth[name]:.2f} times: {middle[name]:.1f} -> {million[name]:.1f} ms {name}")
        yield Figure("fields.worst_at_a_million_to_100000", max(growth.values()), "ratio", limit=3)


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    keys = filled_fields()
    if "shapes" in sys.argv:
        json.dump(shapes(keys), sys.stdout)
        return
    browser = signed_in()
    jobs = {}
    for pair in TWINS:
        for asked in pair:
            url = "/clients/?" + asked.format(**keys)
            jobs[asked] = lambda url=url: browser.get(url).status_code == 200 or sys.exit(f"{url} failed")
    times = interleaved(jobs, ROUNDS, warm_up=2, clock=time.process_time)
    json.dump({name: percentile(each, 0.5) for name, each in times.items()}, sys.stdout)


def filled_fields() -> dict[str, str]:
    """What the list calls the fields: made and filled when the firm is measured for the first time."""
    from kartu.firm.models import User  # noqa: PLC0415 - after django.setup()
    from kartu.records.custom import actions  # noqa: PLC0415
    from kartu.records.models import Field  # noqa: PLC0415

    owner = User.objects.get(email="person0@example.com")
    there = {field.name: field for field in Field.objects.visible_to(owner)}
    if not there:
        section = actions.add_section(entity="clients.client", kind="fields", name="Measured", by=owner)
        choices = [f"Status {number}" for number in range(1, 7)]
        for name, kind in (("city", "text"), ("status", "choice"), ("last", "moment")):
            told = {"choices": choices} if kind == "choice" else {}
            there[name] = actions.add_field(section=section, type=kind, name=name, by=owner, **told)
        fill({name: field.pk for name, field in there.items()})
    return {name: f"f{field.pk}" for name, field in there.items()}


def fill(ids: dict[str, int]) -> None:
    """What the clients' built-in columns hold, kept and projected as an action would."""
    from django.db import connection, transaction  # noqa: PLC0415 - after django.setup()

    kept = "SELECT {field}, {text}, NULL, NULL, {moment}, id FROM clients_client WHERE {there}"
    columns = "INSERT INTO clients_clientvalue (field_id, text, number, day, moment, record_id)"
    city = kept.format(field=ids["city"], text="city_key", moment="NULL", there="city_key <> ''")
    status = kept.format(field=ids["status"], text="'c' || status_id", moment="NULL", there="status_id IS NOT NULL")
    last = kept.format(field=ids["last"], text="NULL", moment="last_touch_at", there="last_touch_at IS NOT NULL")
    custom = (
        f"UPDATE clients_client SET custom = json_object('{ids['city']}', city, '{ids['status']}', 'c' || status_id, "
        f"'{ids['last']}', strftime('%Y-%m-%dT%H:%M:%SZ', last_touch_at))"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(custom)
        for rows in (city, status, last):
            cursor.execute(f"{columns} {rows}")


def shapes(keys: dict[str, str]) -> dict[str, float]:
    """ms of one filtered and sorted page of each shape, in a copy of the tables in memory."""
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    city, last = keys["city"][1:], keys["last"][1:]
    path, when = f"json_extract(custom, '$.\"{city}\"')", f"json_extract(custom, '$.\"{last}\"')"
    questions: dict[str, tuple[str, list[Any]]] = {
        "projected": (
            "SELECT c.id FROM clients_clientvalue l CROSS JOIN clients_client c ON c.id = l.record_id "
            "JOIN clients_clientvalue t ON t.record_id = c.id AND t.field_id = ? "
            "WHERE l.field_id = ? AND l.moment IS NOT NULL AND t.text = 'bandung' AND c.trashed_at IS NULL "
            "ORDER BY l.moment DESC, l.record_id DESC LIMIT 51",
            [city, last],
        ),
        "json_alone": (
            f"SELECT id FROM clients_client WHERE {path} = 'Bandung' AND trashed_at IS NULL "  # noqa: S608 - numbers of our own
            f"ORDER BY {when} DESC, id DESC LIMIT 51",
            [],
        ),
    }
    jobs = {name: lambda asked=asked: source.execute(*asked).fetchall() for name, asked in questions.items()}
    return {name: percentile(times, 0.5) for name, times in interleaved(jobs, ROUNDS).items()}


if __name__ == "__main__":
    main()
