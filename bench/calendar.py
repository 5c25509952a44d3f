"""The calendar of somebody with 2,000 tasks in one month, against the empty signed-in page.

Server time of a day, a week, the month with all of them and the list is at most three times that of the empty page in
the same rounds. Time is the processor's: what else the machine does stays out.
"""

import json
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, scaled, signed_in

ITEMS = 2000
ROUNDS = 60
PERSON = "person2@example.com"
VIEWS = ("day", "week", "month", "agenda")


def run() -> Iterator[Figure]:
    found = in_firm(firm_of(scaled(10_000)), "bench.calendar", as_web=True)
    empty = percentile(found["empty"], 0.5)
    yield Figure("calendar.empty_page", empty, "ms")
    for view in VIEWS:
        took = percentile(found[view], 0.5)
        yield Figure(f"calendar.{view}.p50", took, "ms")
        yield Figure(f"calendar.{view}.to_empty_page", took / empty, "ratio", limit=3)
    yield Figure("calendar.month.queries", found["queries"][0], "queries", limit=25)
    yield Figure("calendar.month.bytes", found["bytes"][0] / 1000, "kB")


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    fill(get_user_model().objects.get(email=PERSON))
    browser = signed_in(PERSON)

    def ask(url: str) -> Any:
        answer = browser.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
        return answer

    jobs = {"empty": lambda: ask("/ui/blank/")}
    jobs |= {view: lambda view=view: ask(f"/scheduler/{view}/") for view in VIEWS}
    found: dict[str, list[float]] = interleaved(jobs, ROUNDS, clock=time.process_time)
    with CaptureQueriesContext(connection) as captured:
        found["bytes"] = [len(ask("/scheduler/month/").content)]
    found["queries"] = [len(captured)]
    print(json.dumps(found))


def fill(person: Any) -> None:
    """Let `person` have ITEMS tasks in this month: most with a time, some with a day, one in five done."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from kartu.clients.models import Client  # noqa: PLC0415
    from kartu.planner.models import Task  # noqa: PLC0415
    from kartu.security.audit import acting_as, create_many  # noqa: PLC0415

    rows = Task.objects.as_system("a made-up month")
    first = timezone.localtime().replace(day=1, hour=8, minute=0, second=0, microsecond=0)
    chance = random.Random(5)  # noqa: S311 - tasks, not secrets
    clients = list(Client.objects.visible_to(person)[:100])
    made = []
    for number in range(ITEMS - rows.filter(person=person, title__startswith="Month ", at__gte=first).count()):
        start = first + timedelta(days=chance.randrange(28), minutes=chance.randrange(600))
        task = Task(title=f"Month {number}", kind=chance.choice(Task.Kind.values), person=person, author=person)
        task.client = chance.choice(clients)
        if number % 10 == 0:
            task.due_on = start.date()
        else:
            task.start_at, task.end_at = start, start + timedelta(minutes=chance.choice([15, 30, 60]))
        if number % 5 == 0:
            task.state, task.result, task.closed_at, task.closed_by = Task.State.DONE, "Done", start, person
        made.append(task)
    with transaction.atomic(), acting_as(person):
        create_many(made)


if __name__ == "__main__":
    main()
