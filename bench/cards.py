"""The card of a client with its first tab, against the empty page: clients taken by chance, and the fullest ones.

At 100,000 clients the p95 of server time is at most three times that of the empty page in the same rounds, and no card
takes more than 15 queries; at 1,000,000 (only where KARTU_BENCH_MILLION is set) it is at most three times its own time
at 100,000. Server time is the processor's: the database is in the process, and what else the machine does stays out.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, scaled, signed_in

PEOPLE = {"owner": "person0@example.com", "seller": "person1@example.com"}
ROUNDS = 100
FULLEST = 20


def run() -> Iterator[Figure]:
    hundred = measured(scaled(100_000))
    for who, found in hundred.items():
        yield Figure(f"cards.{who}.empty_page", percentile(found["empty"], 0.5), "ms")
        for sort in ("card", "full_card"):
            times = found[sort]
            yield Figure(f"cards.{who}.{sort}.p50", percentile(times, 0.5), "ms")
            yield Figure(f"cards.{who}.{sort}.p95", percentile(times), "ms")
            yield Figure(
                f"cards.{who}.{sort}.p95_to_empty_page",
                percentile(times) / percentile(found["empty"]),
                "ratio",
                limit=3,
            )
        yield Figure(f"cards.{who}.queries", max(found["queries"]), "queries", limit=15)
        yield Figure(f"cards.{who}.bytes", max(found["bytes"]) / 1000, "kB")
    if os.environ.get("KARTU_BENCH_MILLION"):
        million = measured(scaled(1_000_000))
        for who, found in million.items():
            for sort in ("card", "full_card"):
                growth = percentile(found[sort]) / percentile(hundred[who][sort])
                yield Figure(f"cards.{who}.{sort}.at_a_million_to_100000", growth, "ratio", limit=3)


def measured(clients: int) -> dict[str, Any]:
    return in_firm(firm_of(clients), "bench.cards", as_web=True)


def measure_for(email: str) -> dict[str, list[float]]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - apps are not loaded before setup
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    by = get_user_model().objects.get(email=email)
    some, fullest = cards_of(by)
    browser = signed_in(email)
    found: dict[str, list[float]] = {"queries": [], "bytes": []}

    def look(pk: int) -> None:
        answer = browser.get(f"/clients/{pk}/")
        if answer.status_code != 200:
            raise SystemExit(f"/clients/{pk}/ answered {answer.status_code}")
        found["bytes"].append(len(answer.content))

    turn, full_turn = iter(some * 2), iter(fullest * ROUNDS)
    jobs = {
        "empty": lambda: browser.get("/ui/blank/"),
        "card": lambda: look(next(turn)),
        "full_card": lambda: look(next(full_turn)),
    }
    found |= interleaved(jobs, ROUNDS, clock=time.process_time)
    for pk in [*some[:20], *fullest]:
        with CaptureQueriesContext(connection) as captured:
            look(pk)
        found["queries"].append(len(captured))
    return found


def cards_of(by: Any) -> tuple[list[int], list[int]]:
    """Clients that `by` sees: some by chance, and those with the longest histories among many."""
    from django.db.models import Count  # noqa: PLC0415

    from kartu.clients.models import Client, Touch  # noqa: PLC0415

    mine = Client.objects.visible_to(by)
    pks = list(mine.order_by("pk").values_list("pk", flat=True)[:: max(1, mine.count() // 5000)])
    touches = Touch.objects.as_system("a measurement looks for full cards").filter(client_id__in=pks)
    counted = touches.values("client_id").annotate(count=Count("pk")).order_by("-count")
    chance = random.Random(3)
    return chance.sample(pks, min(len(pks), ROUNDS * 2)), [row["client_id"] for row in counted[:FULLEST]]


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    print(json.dumps({who: measure_for(email) for who, email in PEOPLE.items()}))


if __name__ == "__main__":
    main()
