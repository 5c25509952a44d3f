"""Search as you type, at 100,000 clients with their people: in the process, and as a page against the empty page.

At 1,000,000 clients (only where KARTU_BENCH_MILLION is set: the index of their words takes half an hour to make) the
page takes at most three times its own time at 100,000; how finding itself grows is stated for each sort of question.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import django

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled, signed_in

QUESTIONS = 60  # of each sort
ROUNDS = 60
PEOPLE = {"owner": "person0@example.com", "seller": "person1@example.com"}


def run() -> Iterator[Figure]:
    found = in_firm(firm_of(scaled(100_000)), "bench.search", as_web=True)
    yield Figure("search.docs", found["docs"], "records")
    for name, (median, high) in found["find"].items():
        yield Figure(f"search.find.{name}.p50", median, "ms")
        yield Figure(f"search.find.{name}.p95", high, "ms")
    for who, ratio in found["pages"].items():
        yield Figure(f"search.page.{who}", ratio, "times the empty page", limit=3)
    if os.environ.get("KARTU_BENCH_MILLION"):
        million = in_firm(firm_of(scaled(1_000_000)), "bench.search", as_web=True)
        for name, (_median, high) in million["find"].items():
            growth = high / found["find"][name][1]
            yield Figure(f"search.find.{name}.p95_at_a_million_to_100000", growth, "ratio")
        for who, took in million["took"].items():
            yield Figure(f"search.page.{who}.p95_at_a_million_to_100000", took / found["took"][who], "ratio", limit=3)


def measure() -> dict:
    from django.core.management import call_command  # noqa: PLC0415 - apps are not loaded before setup

    from kartu.search.models import Doc  # noqa: PLC0415

    if not Doc.objects.exists():
        remark("Making the search index")
        call_command("reindex", stdout=sys.stderr)
    asked = questions(Doc.objects.all())
    times = {who: page_times(email) for who, email in PEOPLE.items()}
    return {
        "docs": Doc.objects.count(),
        "find": {sort: timed(texts) for sort, texts in asked.items()},
        "pages": {who: search / empty for who, (search, empty) in times.items()},
        "took": {who: search for who, (search, _empty) in times.items()},
    }


def questions(docs: Any) -> dict[str, list[str]]:
    """What people type, made of `docs`: parts of names in both scripts, ends of numbers, addresses, errors."""
    chance = random.Random(7)
    ids = list(docs.order_by("id").values_list("id", flat=True))
    some = docs.filter(pk__in=chance.sample(ids, QUESTIONS * 8))
    titles, texts = zip(*some.values_list("title", "text"), strict=True)
    words = [word for title in titles for word in title.split() if len(word) > 3]
    numbers = [word for text in texts for word in text.split() if word.isdigit() and len(word) > 9]
    addresses = [word for text in texts for word in text.split() if "@" in word]
    chance.shuffle(words)
    return {
        "letter": [word[0] for word in words[:QUESTIONS]],
        "two_letters": [word[:2] for word in words[:QUESTIONS]],
        "part_of_name": [word[: chance.randrange(3, len(word) + 1)] for word in words[:QUESTIONS]],
        "inside_of_name": [word[1:] for word in words[:QUESTIONS] if len(word) > 4],
        "two_words": [title for title in titles if " " in title][:QUESTIONS],
        "phone_tail": [number[-chance.choice((4, 5, 7)) :] for number in numbers[:QUESTIONS]],
        "email": [address[: chance.randrange(4, len(address))] for address in addresses[:QUESTIONS]],
        "error": [word[0] + word[2] + word[1] + word[3:] for word in words[:QUESTIONS]],
    }


def timed(texts: list[str]) -> tuple[float, float]:
    """Median and 95 % of finding, in ms; each question the best of three, for the machine may be busy."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from kartu.search.find import find  # noqa: PLC0415
    from kartu.security.origin import Origin, coming_from  # noqa: PLC0415

    owner = get_user_model().objects.get(email=PEOPLE["owner"])
    with coming_from(Origin()):  # as within a request, which remembers what it has asked for once
        times = [min(_milliseconds(lambda text=text: find(text, by=owner)) for _ in range(3)) for text in texts]
    return statistics.median(times), percentile(times)


def _milliseconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return (time.perf_counter() - start) * 1000


def page_times(email: str) -> tuple[float, float]:
    """p95 of the palette's answer, exact questions mixed, and of the empty page, in ms of the processor."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from kartu.search.models import Doc  # noqa: PLC0415

    client, person = signed_in(email), get_user_model().objects.get(email=email)
    # What is found at once: whoever asks for another's clients leaves the exact path.
    asked = questions(Doc.objects.all() if email == PEOPLE["owner"] else Doc.objects.filter(owner_id=person.pk))
    exact = [text for sort, texts in asked.items() if sort != "error" for text in texts]
    random.Random(1).shuffle(exact)
    turn = iter(exact * 2)
    jobs = {
        "empty": lambda: client.get("/ui/blank/"),
        "search": lambda: client.get("/search/", {"q": next(turn)}, headers={"HX-Request": "true"}),
    }
    times = interleaved(jobs, ROUNDS, clock=time.process_time)
    return percentile(times["search"]), percentile(times["empty"])


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure()))
