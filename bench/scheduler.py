"""The team scheduler in a real Chromium: 15 people, 21 days, 1,500 items, beside a static page of 1,500 plain boxes.

The first picture at most twice the static page's, a frame while dragging at most three times, and scrolling through 60
days loses no more of its frames. Both pages come from memory, with the product's own styles and scripts.
"""

import json
import os
import random
import statistics
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, sync_playwright

from bench.harness import ROOT, Figure, remark
from tools import machine

HOST = "http://bench.invalid"
PEOPLE, DAYS, ITEMS = 15, 21, 1500
ROUNDS = 9
FRAME = 1000 / 60
DAY = 1440
START = 29_923_200  # a Monday, in minutes of the epoch
NAMES = 176
BUILT = ROOT / "build" / "frontend"


def run() -> Iterator[Figure]:
    words()  # before there is a loop, in which Django would not be set up
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.browser(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.route(f"{HOST}/**", answer)
        page.on("pageerror", lambda error: remark(f"the page complained: {error}"))
        yield from measured(page)
        browser.close()


def measured(page: Page) -> Iterator[Figure]:
    first: dict[str, list[float]] = {"plain": [], "timeline": []}
    for number in range(ROUNDS + 1):
        for name, times in first.items():
            took = first_picture(page, name)
            if number:
                times.append(took)
    plain, timeline = (statistics.median(times) for times in first.values())
    yield Figure("scheduler.first_plain", plain, "ms")
    yield Figure("scheduler.first", timeline, "ms")
    yield Figure("scheduler.first_to_plain", timeline / plain, "ratio", limit=2)
    for what, limit in (("drag", 3), ("scroll", None)):
        frames = {name: frames_of(page, name, what) for name in first}
        work = {name: statistics.mean(each["work"]) for name, each in frames.items()}
        late = {name: share_late(each["frames"]) for name, each in frames.items()}
        yield Figure(f"scheduler.{what}_plain", work["plain"], "ms")
        yield Figure(f"scheduler.{what}", work["timeline"], "ms")
        yield Figure(f"scheduler.{what}_to_plain", work["timeline"] / work["plain"], "ratio", limit=limit)
        yield Figure(f"scheduler.{what}_late_frames_plain", late["plain"], "%")
        yield Figure(f"scheduler.{what}_late_frames", late["timeline"], "%", limit=late["plain"] + 2)


def share_late(frames: list[float]) -> float:
    return 100 * sum(frame > FRAME * 1.5 for frame in frames) / max(1, len(frames))


def first_picture(page: Page, name: str) -> float:
    """Milliseconds from the navigation until everything stands there and is painted."""
    page.goto(f"{HOST}/{name}", wait_until="commit")
    return page.evaluate(
        """async (name) => {
            const isThere = () => (name === "plain" ? document.readyState !== "loading"
                : document.querySelectorAll(".tl-it[data-item]").length > 1000);
            while (!isThere()) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            await new Promise((done) => { const channel = new MessageChannel();
                channel.port1.onmessage = done; channel.port2.postMessage(0); });
            return performance.now();
        }""",
        name,
    )


def frames_of(page: Page, name: str, what: str) -> dict[str, list[float]]:
    """The lengths of the frames, and the time that the page worked in each, while something is dragged or scrolled."""
    first_picture(page, name)
    page.wait_for_timeout(500)
    page.evaluate(WATCH)
    if what == "drag":
        drag(page, name)
    else:
        page.evaluate(SCROLL)
    return page.evaluate("() => { window.watching = false; return window.watched; }")


# A frame's work: from its beginning until the turn after it has been painted.
WATCH = """() => {
    window.watching = true;
    window.watched = { frames: [], work: [] };
    let before = null;
    const frame = (at) => {
        if (!window.watching) return;
        if (before !== null) window.watched.frames.push(at - before);
        before = at;
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.watched.work.push(performance.now() - at);
        channel.port2.postMessage(0);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""

SCROLL = """async () => {
    const place = document.querySelector(".tl-scroll");
    const day = place.querySelector(".tl-plane").offsetWidth / Number(document.body.dataset.days ?? 600);
    const until = place.scrollLeft + 60 * day;
    while (place.scrollLeft < until - 1) {
        const before = place.scrollLeft;
        place.scrollLeft += day / 6;
        await new Promise(requestAnimationFrame);
        if (place.scrollLeft === before) break;
    }
}"""


def drag(page: Page, name: str) -> None:
    sort = ".box" if name == "plain" else ".tl-it[data-item]:not(.thin), .tl-it[data-item]"
    box = page.evaluate(
        """(sort) => {
            const seen = [...document.querySelectorAll(sort)].map((each) => each.getBoundingClientRect());
            const { x, y, width } = seen.find((box) => box.x > 400 && box.x < 700 && box.y > 200 && box.y < 500);
            return { x: x + width / 2, y: y + 6 };
        }""",
        sort,
    )
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    for step in range(120):
        page.mouse.move(box["x"] + step * 4, box["y"] + step * 2)
    page.mouse.up()


def answer(route: Route) -> None:
    path = route.request.url.removeprefix(HOST).partition("?")[0]
    if path.startswith("/static/"):
        route.fulfill(path=str(BUILT / path.removeprefix("/static/")))
    elif path == "/plain":
        route.fulfill(content_type="text/html", body=shell(plain_page(), more="<script src=/plain.js></script>"))
    elif path == "/plain.js":
        route.fulfill(content_type="text/javascript", body=PLAIN_DRAG)
    elif path == "/timeline":
        route.fulfill(content_type="text/html", body=shell(timeline_page()))
    elif path == "/timeline.json":
        asked = parse_qs(urlsplit(route.request.url).query)
        route.fulfill(json=between(made_up(), int(asked["from"][0]), int(asked["until"][0])))
    elif path == "/place":
        route.fulfill(status=409, json={"text": "", "items": []})
    else:
        route.fulfill(status=204)


def shell(content: str, more: str = "") -> str:
    files = json.loads((BUILT / "manifest.json").read_text())
    return f"""<!doctype html><html lang="en" data-bs-theme="light"><head><meta charset="utf-8">
        <link rel="stylesheet" href="/static/{files["app.css"]}">
        <script type="module" src="/static/{files["app.js"]}"></script>
        </head><body data-icons="/static/{files["icons.svg"]}" data-days="600">
        <div class="app"><nav class="nav-k"></nav><div class="sheet"><main id="main">
        {content}</main></div></div>{more}</body></html>"""


def timeline_page() -> str:
    config = {
        "words": words(),
        "kinds": kinds(),
        "offsets": [[0, 420]],
        "days": DAYS,
        "day": "2026-11-23",
        "tray": False,
    }
    block = json.dumps(config).replace("<", "\\u003c")
    return f"""<script type="application/json" id="c">{block}</script>
        <kartu-timeline data-config="c" data-url="/timeline.json" data-place="/place"></kartu-timeline>"""


def plain_page() -> str:
    """The same boxes where the timeline has them, as nothing but boxes."""
    width = (1440 - 208 - NAMES) / DAYS
    made = made_up()
    boxes = []
    for item in made["items"]:
        row = int(item["row"][1:])
        left = 200 * width + (item["start"] + 420 - START) / DAY * width
        size = f"left:{left:.1f}px;width:{(item['end'] - item['start']) / DAY * width:.1f}px"
        boxes.append(f'<div class="box c1" style="top:{row * 50 + item["lane"] * 18}px;{size}">{item["title"]}</div>')
    style = """<style>.box{position:absolute;height:16px;overflow:hidden;background:var(--cs);font-size:12px}</style>"""
    plane = f'<div class="tl-plane" style="position:relative;width:{600 * width}px;height:760px">{"".join(boxes)}</div>'
    return f'{style}<div class="tl-scroll" style="overflow:auto;flex:1">{plane}</div>'


PLAIN_DRAG = """
document.querySelector(".tl-scroll").scrollLeft = 200 * document.querySelector(".tl-plane").offsetWidth / 600;
let held = null;
document.addEventListener("pointerdown", (event) => {
    if (event.target.matches(".box")) held = { node: event.target, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
    if (held) held.node.style.transform = `translate(${event.clientX - held.x}px, ${event.clientY - held.y}px)`;
});
document.addEventListener("pointerup", () => (held = null));
"""


def made_up() -> dict[str, Any]:
    """The same firm every time: people whose items mostly follow one another, some at the same time."""
    chance = random.Random(5)  # noqa: S311 - to be repeatable
    rows = [
        {
            "id": f"p{number}",
            "name": f"Person {number}",
            "kind": "person",
            "initials": "PN",
            "color": f"c{number % 6 + 1}",
        }
        for number in range(PEOPLE)
    ]
    items = []
    for number in range(ITEMS):
        day = chance.randrange(DAYS)
        start = START + day * DAY - 420 + chance.randrange(8 * 60, 17 * 60)
        kind = chance.choice(["call", "meeting", "todo", "visit"])
        items.append(
            {
                "id": f"t{number}",
                "task": number,
                "row": f"p{number % PEOPLE}",
                "start": start,
                "end": start + chance.choice([15, 30, 45, 60, 90]),
                "title": f"PT Sinar {number}",
                "kind": kind,
                "soft": kind == "todo",
                "can_move": True,
                "version": 1,
                "lane": number % 3,
            }
        )
    off = [
        {"row": row["id"], "start": START + day * DAY - 420 + from_, "end": START + day * DAY - 420 + until}
        for row in rows
        for day in range(-30, 80)
        for from_, until in ((0, 8 * 60), (17 * 60, DAY))
    ]
    return {"rows": rows, "items": items, "off": off, "tray": []}


def between(made: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    """What the server would answer to this question."""

    def shown(name: str) -> list[dict[str, Any]]:
        return [each for each in made[name] if each["start"] < end and each["end"] > start]

    return {**made, "items": shown("items"), "off": shown("off")}


def kinds() -> list[dict[str, str]]:
    return [
        {"key": "call", "label": "Call", "icon": "phone", "color": "c1"},
        {"key": "meeting", "label": "Meeting", "icon": "users", "color": "c2"},
        {"key": "visit", "label": "Visit", "icon": "tool", "color": "c3"},
        {"key": "todo", "label": "To do", "icon": "note", "color": "c4"},
    ]


@cache
def words() -> dict[str, str]:
    """The product's words as they stand in the source."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    import django  # noqa: PLC0415 - settings are named first

    django.setup()
    from kartu.planner.timeline_words import WORDS  # noqa: PLC0415 - likewise

    return {key: str(text) for key, text in WORDS.items()}
