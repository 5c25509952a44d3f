"""A segment with three related totals among 100,000 clients, against the SQL that a careful person would write for it.

Some 500,000 rows hang on them: calls, meetings, contacts. Of the hand-written SQL there are three shapes: lists of
clients, joins with totals, and a look at each client; the fastest one is the measure.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled

TEXT = "calls.count(365) > 1 and contacts.count > 0 and touches.last older than 90 days"
ROUNDS = 9
TOUCHES = 3.8  # of each client on the average: with the contacts 500,000 rows

BY_SUBQUERIES = """
SELECT COUNT(*) FROM clients_client c WHERE c.trashed_at IS NULL
AND c.id IN (SELECT client_id FROM clients_touch WHERE kind = 'call' AND trashed_at IS NULL AND at >= %s AND at < %s
             GROUP BY client_id HAVING COUNT(*) > 1)
AND c.id IN (SELECT client_id FROM clients_contact WHERE trashed_at IS NULL)
AND c.id IN (SELECT client_id FROM clients_touch WHERE kind IN ('call', 'meeting', 'message') AND trashed_at IS NULL
             GROUP BY client_id HAVING MAX(at) < %s)
"""
BY_JOINS = """
SELECT COUNT(*) FROM clients_client c
JOIN (SELECT client_id, COUNT(*) AS n FROM clients_touch WHERE kind = 'call' AND trashed_at IS NULL
      AND at >= %s AND at < %s GROUP BY client_id) calls ON calls.client_id = c.id AND calls.n > 1
JOIN (SELECT client_id, COUNT(*) AS n FROM clients_contact WHERE trashed_at IS NULL GROUP BY client_id) people
      ON people.client_id = c.id AND people.n > 0
JOIN (SELECT client_id, MAX(at) AS last FROM clients_touch WHERE kind IN ('call', 'meeting', 'message')
      AND trashed_at IS NULL GROUP BY client_id) told ON told.client_id = c.id AND told.last < %s
WHERE c.trashed_at IS NULL
"""
BY_EACH = """
SELECT COUNT(*) FROM clients_client c WHERE c.trashed_at IS NULL
AND (SELECT COUNT(*) FROM clients_touch t WHERE t.client_id = c.id AND t.kind = 'call' AND t.trashed_at IS NULL
     AND t.at >= %s AND t.at < %s) > 1
AND EXISTS (SELECT 1 FROM clients_contact p WHERE p.client_id = c.id AND p.trashed_at IS NULL)
AND (SELECT MAX(t.at) FROM clients_touch t WHERE t.client_id = c.id AND t.kind IN ('call', 'meeting', 'message')
     AND t.trashed_at IS NULL) < %s
"""
BY_HAND = {"lists": BY_SUBQUERIES, "joins": BY_JOINS, "each": BY_EACH}


def run() -> Iterator[Figure]:
    found = in_firm(firm_of(scaled(100_000), TOUCHES), "bench.segments")
    remark(f"{found['clients']} clients, {found['rows']} rows on them, {found['found']} in the segment")
    for name in ("segment", *BY_HAND):
        remark(f"{name}: {found[name]:.1f} ms")
    yield Figure("segments.three_totals", found["segment"], "ms")
    by_hand = min(found[name] for name in BY_HAND)
    yield Figure("segments.to_hand_written_sql", found["segment"] / by_hand, "ratio", limit=1.5)


def main() -> None:
    """In the firm's own process."""
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    from django.db import connection  # noqa: PLC0415 - apps are not loaded before setup

    from kartu.clients.models import Client, Contact, Touch  # noqa: PLC0415
    from kartu.clients.segments.fields import asked_by  # noqa: PLC0415
    from kartu.clients.segments.meaning import understood  # noqa: PLC0415
    from kartu.core.expressions import as_condition  # noqa: PLC0415
    from kartu.firm.models import User  # noqa: PLC0415
    from kartu.records.lists.asking import Asking  # noqa: PLC0415

    owner = User.objects.get(email="person0@example.com")
    asking = Asking(owner)
    today = asking.today
    days = [asking.start_of(today + timedelta(away)) for away in (-365, 1, -90)]

    def segment() -> int:
        condition = as_condition(understood(TEXT, asking), asked_by(asking))
        return Client.objects.visible_to(owner).filter(condition).order_by().count()

    def by_hand(sql: str) -> Callable[[], int]:
        values = [connection.ops.adapt_datetimefield_value(day) for day in days]

        def ask() -> int:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchone()[0]

        return ask

    jobs = {"segment": segment, **{name: by_hand(sql) for name, sql in BY_HAND.items()}}
    counts = {name: job() for name, job in jobs.items()}
    if len(set(counts.values())) != 1:
        raise SystemExit(f"They find different clients: {counts}")
    times = interleaved(jobs, ROUNDS, warm_up=1)
    why = "how many rows there are"
    rows = sum(model.objects.as_system(why).count() for model in (Touch, Contact))
    told = {"clients": Client.objects.as_system(why).count(), "rows": rows, "found": counts["segment"]}
    json.dump({**told, **{name: percentile(each, 0.5) for name, each in times.items()}}, sys.stdout)


if __name__ == "__main__":
    main()
