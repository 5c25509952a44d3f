"""My day of somebody with 500 things to do, and the team's day of 15 people, against the empty signed-in page.

Server time of the page is at most three times that of the empty page in the same rounds, and the number of queries is
the same for 5 things and for 500. Time is the processor's: what else the machine does stays out.
"""

import json
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, scaled, signed_in

ITEMS = 500
ROUNDS = 60
PERSON = "person1@example.com"


def run() -> Iterator[Figure]:
    found = in_firm(firm_of(scaled(10_000)), "bench.queue", as_web=True)
    empty = percentile(found["empty"], 0.5)
    yield Figure("queue.empty_page", empty, "ms")
    for page in ("day", "list", "item"):
        took = percentile(found[page], 0.5)
        yield Figure(f"queue.{page}.p50", took, "ms")
        yield Figure(f"queue.{page}.to_empty_page", took / empty, "ratio", limit=3)
    yield Figure("queue.team.to_empty_page", percentile(found["team"], 0.5) / percentile(found["empty"], 0.5), "ratio")
    yield Figure("queue.queries", found["queries"][0], "queries", limit=25)
    yield Figure("queue.bytes", found["bytes"][0] / 1000, "kB")


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    person = get_user_model().objects.get(email=PERSON)
    first = filled(person)
    browser, head = signed_in(PERSON), signed_in()

    def ask(client: Any, url: str) -> Any:
        answer = client.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
        return answer

    jobs = {
        "empty": lambda: ask(browser, "/ui/blank/"),
        "day": lambda: ask(browser, "/day/"),
        "list": lambda: ask(browser, "/day/now/"),
        "item": lambda: ask(browser, f"/day/item/planner.task/{first}/?rail=1"),
        "team": lambda: ask(head, "/day/team/"),
    }
    found: dict[str, list[float]] = interleaved(jobs, ROUNDS, clock=time.process_time)
    with CaptureQueriesContext(connection) as captured:
        found["bytes"] = [len(ask(browser, "/day/").content)]
    found["queries"] = [len(captured)]
    print(json.dumps(found))


def filled(person: Any) -> int:
    """Let `person` have ITEMS open tasks, over the days around today; the number of one of them."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from kartu.clients.models import Client  # noqa: PLC0415
    from kartu.planner.actions import set_task  # noqa: PLC0415
    from kartu.planner.models import Task  # noqa: PLC0415

    rows = Task.objects.visible_to(person).filter(person=person, state=Task.State.OPEN)
    chance = random.Random(5)  # noqa: S311 - tasks, not secrets
    clients = list(Client.objects.visible_to(person)[:100])
    now = timezone.now()
    with transaction.atomic():
        for number in range(ITEMS - rows.count()):
            when = chance.choice([{}, {"due_at": now + timedelta(hours=chance.randint(-200, 200))}])
            kind = chance.choice(Task.Kind.values)
            client = chance.choice(clients)
            set_task(title=f"Call about order {number}", kind=kind, client=client, reminders=(), by=person, **when)
    return rows.order_by("pk").values_list("pk", flat=True)[0]


if __name__ == "__main__":
    main()
