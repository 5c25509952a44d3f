"""Every address of the program, by every method, asked by everybody: each gets what the table says, and nobody who is
refused has changed anything."""

import json
import types
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from kartu.core.access import signed_in
from kartu.firm.models import Firm, Team
from kartu.firm.people_for_tests import make_person
from kartu.security.models import AuditRow
from kartu.security.tokens import note_use
from tests.api.calls import Calls
from tests.api_routes import API, ApiRoute
from tests.recorder import Recorder, recording
from tests.routes import IN, PEOPLE, Route
from tests.routes import ROUTES as PAGES
from tests.world import World

ROUTES = [*PAGES, *API]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSALS = {IN, 401, 403, 404, 405}


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The people and their client, which nearly every line of the table asks for, in a transaction around all tests."""
    around = undone()
    with django_db_blocker.unblock():
        around.__enter__()
        Firm.objects.create(pk=1, name="CV Tirta Makmur", country="ID", currency="IDR")
        bandung, samara = Team.objects.create(name="Bandung"), Team.objects.create(name="Samara")
        people = (("Olga", "owner", None), ("Hendra", "head", bandung), ("Sari", "seller", bandung))
        world = World(*(make_person(*each) for each in (*people, ("Viktor", "seller", samara))))
        assert world.client
    yield world
    with django_db_blocker.unblock():
        around.__exit__(None, None, None)


@pytest.fixture
def world(made_once, db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return deepcopy(made_once)


def names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of every address, as reverse() takes it; an address without a name by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield space + (pattern.name or str(pattern.pattern))
        else:
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def test_every_address_stands_in_the_table():
    known = [route.name for route in ROUTES]

    assert sorted(known) == sorted(set(known)), "an address stands in the table twice"
    assert sorted(set(names()) - set(known)) == [], "add a line to tests/routes.py"
    assert sorted(set(known) - set(names())) == [], "these are no addresses any more"


def test_control_an_address_that_is_not_in_the_table_is_seen():
    urls = types.ModuleType("tests.more_urls")
    urls.urlpatterns = [*get_resolver().url_patterns, path("new/", lambda request: None, name="new")]

    assert set(names(get_resolver(urls))) - {route.name for route in ROUTES} == {"new"}


@pytest.mark.parametrize(
    ("route", "method"), [pytest.param(r, m, id=f"{r.name}-{m}") for r in ROUTES for m in r.methods]
)
def test_each_gets_what_the_table_says(world: World, route: Route, method: str):
    expected = dict(zip(PEOPLE, route.methods[method], strict=True))
    answered, problems = {}, []
    url = address(world, route)

    for who in PEOPLE:
        with undone():
            browser, lines = browser_of(world, who, route), AuditRow.objects.filter(verb="denied").count()
            with recording() as recorder:
                response = ask(world, route, url, method, browser)
            answered[who] = short(response)
            problems += wrong_with(route, method, who, answered[who], recorder, lines)

    assert answered == expected
    assert problems == []


def address(world: World, route: Route) -> str:
    return reverse(route.name, kwargs=route.at(world)) + route.query


def browser_of(world: World, who: str, route: Route, **options: bool) -> Client:
    """What `who` asks with: a browser that is signed in, or for /api/v1 a program with a token."""
    person = world.people[who]
    if isinstance(route, ApiRoute) and person:
        calls = Calls(person)
        note_use(calls.token)  # which is written once a minute
        return calls.browser
    browser = Client(raise_request_exception=False, **options)
    if person:
        browser.force_login(person)
    return browser


def ask(world: World, route: Route, url: str, method: str, browser: Client) -> HttpResponse:
    if isinstance(route, ApiRoute):
        body = route.body(method, world) or {}
        if "file" in body:
            return browser.post(url, body)
        return browser.generic(method, url, json.dumps(body), content_type="application/json")
    response = browser.post(url, route.data(world)) if method == "POST" else browser.generic(method, url)
    for _part in response.streaming_content if response.streaming else ():
        pass  # whatever is written while an answer streams is written by this request, too
    return response


def short(response: HttpResponse) -> int | str:
    is_sent_to_the_door = response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL))
    return IN if is_sent_to_the_door else response.status_code


def wrong_with(
    route: Route, method: str, who: str, answer: int | str, recorder: Recorder, lines_before: int
) -> Iterator[str]:
    """What a right status alone would hide."""
    is_refused = answer in REFUSALS
    if recorder.written and (is_refused or (method == "GET" and not route.reads_write)):
        yield f"{who} was answered {answer}, and yet it wrote to {sorted(recorder.written)}"
    lines = AuditRow.objects.filter(verb="denied").count() - lines_before
    wanted = int(answer in (403, 404) and who != "anonymous" and not route.unlogged)
    if lines != wanted:
        yield f"{who} was answered {answer}, which left {lines} lines in the log instead of {wanted}"


class undone:
    """Takes back whatever the block has written. Code in it may open the outermost transactions it likes."""

    def __enter__(self) -> None:
        self.atomic = transaction.Atomic(using=None, savepoint=True, durable=False)
        self.atomic._from_testcase = True  # Django's own mark for a transaction around a test
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_other_methods_are_refused_and_write_nothing(world: World, route: Route):
    url, others = address(world, route), [method for method in METHODS if method not in route.methods]
    browser = browser_of(world, "owner", route)

    with recording() as recorder:
        answers = {method: ask(world, route, url, method, browser).status_code for method in others}

    assert answers == dict.fromkeys(others, 405)
    assert recorder.written == set()


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.post and not route.from_anywhere], ids=lambda route: route.name
)
def test_a_post_that_comes_from_another_site_is_refused_and_writes_nothing(world: World, route: Route):
    url, forged = address(world, route), browser_of(world, "owner", route, enforce_csrf_checks=True)

    with recording() as recorder:
        response = ask(world, route, url, "POST", forged)

    assert response.status_code == 403
    assert recorder.written == set()


@pytest.mark.parametrize(("route", "method"), [pytest.param(r, m, id=f"{r.name}-{m}") for r in API for m in r.methods])
def test_a_browser_that_is_signed_in_opens_nothing_to_programs(world: World, route: ApiRoute, method: str):
    url, browser = address(world, route), Client(raise_request_exception=False)
    browser.force_login(world.owner)

    with recording() as recorder:
        response = ask(world, route, url, method, browser)

    assert response.status_code == 401
    assert recorder.written == set()


def numbered(route: Route) -> bool:
    return "<int:" in "".join(str(pattern) for pattern in patterns_of(route.name))


def patterns_of(name: str) -> list:
    space, _colon, plain = name.rpartition(":")
    return [
        pattern.pattern
        for app in get_resolver().url_patterns
        if isinstance(app, URLResolver) and app.namespace == space
        for pattern in app.url_patterns
        if pattern.name == plain
    ]


@pytest.mark.parametrize("route", [route for route in ROUTES if numbered(route)], ids=lambda route: route.name)
def test_a_number_that_does_not_exist_is_not_found_and_writes_nothing(world: World, route: Route):
    numbers = {name: 2**62 if isinstance(value, int) else value for name, value in route.at(world).items()}
    url = reverse(route.name, kwargs=numbers) + route.query
    method, browser = next(iter(route.methods)), browser_of(world, "owner", route)

    with recording() as recorder:
        response = ask(world, route, url, method, browser)

    assert response.status_code == 404
    assert recorder.written == set()


@pytest.mark.parametrize("route", [r for r in ROUTES if r.get and r.get[0] == IN], ids=lambda route: route.name)
def test_a_piece_asked_for_after_the_session_has_ended_moves_the_whole_window(world: World, route: Route):
    response = Client().get(address(world, route), headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (401, reverse(settings.LOGIN_URL))


@signed_in("a test")
def writes_before_it_checks(request: HttpRequest) -> HttpResponse:
    Team.objects.create(name="Made on the way to a refusal")
    raise PermissionDenied


LATE = types.ModuleType("tests.late_urls")
LATE.urlpatterns = [path("late/", writes_before_it_checks, name="late"), *get_resolver().url_patterns]


def test_control_a_page_that_writes_before_it_checks_is_caught(world: World):
    route, browser = Route("late", post=(IN, 403, 403, 403, 403)), browser_of(world, "seller", Route("late"))

    with override_settings(ROOT_URLCONF=LATE), recording() as recorder:
        response = ask(world, route, "/late/", "POST", browser)

    assert response.status_code == 403
    assert recorder.written == {"firm_team"}
    assert list(wrong_with(route, "POST", "seller", 403, recorder, 0))[0] == (
        "seller was answered 403, and yet it wrote to ['firm_team']"
    )


def test_control_a_changed_row_and_a_new_file_are_seen(world: World):
    with recording() as recorder:
        Team.objects.filter(pk=world.team.pk).update(name="Other")
        (settings.MEDIA_ROOT / "left.txt").write_text("x")

    assert recorder.written == {"firm_team", "files"}
