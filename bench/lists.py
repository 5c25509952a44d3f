"""The first page of the list of clients, by every filter and sort that it shows, against the empty page.

At 100,000 clients the p95 over all of them is at most three times the empty page; at 1,000,000 (only where
KARTU_BENCH_MILLION is set: the firm takes long to make) each is at most three times its own time at 100,000, both
measured by the empty page of their own run, since the machine may be busier in one than in the other.
"""

import json
import os
import sys
import time
from collections.abc import Iterator

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled, signed_in

FILTERS = (
    "",
    "f=status:any:1",
    "f=status:none:1",
    "f=responsible:any:2",
    "f=category:any:1,2",
    "f=city:any:bandung",
    "f=city:starts:b",
    "f=name:starts:pt",
    "f=name:has:sinar",
    "f=phone:has:4567",
    "f=last_touch:older:90",
    "f=last_touch:empty|last_touch:older:60",
    "f=next_touch:empty",
    "f=created:last:30",
    "f=tags:filled",
    "f=status:any:1&f=city:any:bandung,jakarta",
    "f=created:last:30&f=last_touch:empty",
)
SORTS = ("name", "-name", "responsible", "phone", "-next_touch", "last_touch", "-status", "category", "city")
ROUNDS = 3
EMPTY = "/ui/blank/"
# The empty page is asked among the others, this many apart: a slow moment must not make the measure of all.
EMPTY_EVERY = 10


def run() -> Iterator[Figure]:
    hundred = measured(scaled(100_000))
    empty = hundred.pop("empty")
    ratios = [took / empty for took in hundred.values()]
    yield Figure("lists.empty_page", empty, "ms")
    yield Figure("lists.p50", percentile(list(hundred.values()), 0.5), "ms")
    yield Figure("lists.p95_to_empty_page", percentile(ratios), "ratio", limit=3)
    for name in sorted(hundred, key=hundred.get)[-3:]:
        remark(f"slow: {hundred[name]:.1f} ms {name}")
    if os.environ.get("KARTU_BENCH_MILLION"):
        million = measured(scaled(1_000_000))
        busier = million["empty"] / empty
        growth = {name: million[name] / took / busier for name, took in hundred.items()}
        yield Figure("lists.p95_at_a_million_to_100000", percentile(list(growth.values())), "ratio", limit=3)
        worst = max(growth, key=growth.get)
        yield Figure("lists.worst_at_a_million_to_100000", growth[worst], "ratio", limit=3)
        for name in sorted(growth, key=growth.get)[-5:]:
            remark(f"grows most: {growth[name]:.1f} {hundred[name]:.1f} -> {million[name]:.1f} ms {name}")


def measured(clients: int) -> dict[str, float]:
    """Question -> the middle of its times in ms, "empty" among them."""
    return in_firm(firm_of(clients), "bench.lists", as_web=True)


def main() -> None:
    """In the firm's own process: every question in turn, round after round."""
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    browser = signed_in()
    urls = {f"{asked}&s={sort}".lstrip("&"): f"/clients/?{asked}&s={sort}" for asked in FILTERS for sort in SORTS}

    def ask(url: str) -> None:
        answer = browser.get(url.replace("?&", "?"))
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")

    jobs = {}
    for number, (name, url) in enumerate(urls.items()):
        if number % EMPTY_EVERY == 0:
            jobs[f"empty {number}"] = lambda: ask(EMPTY)
        jobs[name] = lambda url=url: ask(url)
    times = interleaved(jobs, ROUNDS, warm_up=1, clock=time.process_time)
    middle = {name: percentile(each, 0.5) for name, each in times.items()}
    middle["empty"] = percentile([middle.pop(name) for name in jobs if name.startswith("empty ")], 0.5)
    json.dump(middle, sys.stdout)


if __name__ == "__main__":
    main()
