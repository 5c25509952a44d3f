"""The list of a seller who takes part in clients of others, against the same list before anybody named him.

At 100,000 clients the middle over his filters and sorts is at most 3 times what it was: "his own, or one of these" is
no single walk along an index any more. Whoever is named nowhere is asked the very questions of before.
"""

import json
import sys
import time
from collections.abc import Iterator

from bench.harness import Figure, firm_of, in_firm, interleaved, percentile, remark, scaled

NAMED_ON = 200
ASKED = ("", "f=status:any:1", "f=city:starts:b", "f=name:has:sinar", "f=last_touch:older:90", "f=created:last:30")
SORTS = ("name", "-next_touch", "last_touch", "city")
ROUNDS = 7


def run() -> Iterator[Figure]:
    measured = in_firm(firm_of(scaled(100_000)), "bench.sharing", as_web=True)
    for name, ratio in sorted(measured.items(), key=lambda each: -each[1])[:3]:
        remark(f"slow: {ratio:.2f} {name}")
    yield Figure("sharing.list_to_before", percentile(list(measured.values()), 0.5), "ratio", limit=3)


def main() -> None:
    import django  # noqa: PLC0415 - only the child has a firm

    django.setup()
    from django.test import Client as Browser  # noqa: PLC0415 - apps are not loaded before setup

    from kartu.clients.actions import name_collaborator  # noqa: PLC0415
    from kartu.clients.models import Client, Collaborator  # noqa: PLC0415
    from kartu.core.actors import System  # noqa: PLC0415
    from kartu.firm.models import User  # noqa: PLC0415

    seller = User.objects.get(email="person1@example.com")
    everybody = Client.objects.as_system("measuring")
    if not Collaborator.objects.as_system("measuring").exists():
        for client in everybody.exclude(responsible=seller).exclude(team_id=seller.team_id).order_by("pk")[:NAMED_ON]:
            name_collaborator(client=client, person=seller, by=System("measuring"))
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(pk=seller.pk))

    def ask(url: str, *, takes_part: bool) -> None:
        User.objects.filter(pk=seller.pk).update(takes_part=takes_part)
        if browser.get(url).status_code != 200:
            raise SystemExit(url)

    jobs = {}
    for name in [f"{asked}&s={sort}".lstrip("&") for asked in ASKED for sort in SORTS]:
        for takes_part in (False, True):
            jobs[f"{name} {takes_part}"] = lambda url=f"/clients/?{name}", on=takes_part: ask(url, takes_part=on)
    times = {
        name: percentile(each, 0.5)
        for name, each in interleaved(jobs, ROUNDS, warm_up=2, clock=time.process_time).items()
    }
    names = [name.removesuffix(" True") for name in times if name.endswith(" True")]
    json.dump({name: times[f"{name} True"] / times[f"{name} False"] for name in names}, sys.stdout)


if __name__ == "__main__":
    main()
