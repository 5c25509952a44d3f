import gzip
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from kartu.core.access import public
from kartu.project import pages as pages_module
from kartu.project.pages import Pages
from kartu.project.tests.caller import call

CONNECTIONS: list[object] = []


@public("a test")
def rows(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    CONNECTIONS.append(connection.connection)
    return HttpResponse("<p>row</p>" * 500)


@csrf_exempt
@public("a test")
def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body, content_type="application/octet-stream")
    response.set_cookie("seen", "yes")
    response.set_cookie("again", "yes")
    return response


@public("a test")
def export(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[bytes]:
        for number in range(3):
            yield f"line {number}\n".encode()

    return StreamingHttpResponse(lines(), content_type="application/octet-stream")


@public("a test")
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a mistake with a secret in it")


urlpatterns = [path("rows", rows), path("echo", echo), path("export", export), path("broken", broken)]


@pytest.fixture
def pages(settings, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[Pages]:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(pages_module, "THREADS", 1)
    handler = Pages()
    yield handler
    # The thread holds on to a database that is about to go; `connection` means its own only inside it.
    handler.threads.submit(lambda: connection.close())
    handler.threads.shutdown()


def test_a_thread_keeps_its_database_connection(pages: Pages) -> None:
    CONNECTIONS.clear()

    for _ in range(4):
        assert call(pages, "/rows").status == 200

    assert len(set(map(id, CONNECTIONS))) == 1


def test_a_long_page_travels_compressed(pages: Pages) -> None:
    plain = call(pages, "/rows")
    small = call(pages, "/rows", headers={"accept-encoding": "gzip"})

    assert plain.body == b"<p>row</p>" * 500
    assert small.headers["content-encoding"] == "gzip"
    assert len(small.body) < len(plain.body) / 5
    assert gzip.decompress(small.body) == plain.body


def test_two_answers_of_the_same_page_differ_in_length(pages: Pages) -> None:
    lengths = {len(call(pages, "/rows", headers={"accept-encoding": "gzip"}).body) for _ in range(12)}

    assert len(lengths) > 1  # an attacker who measures lengths (BREACH) measures chance


def test_a_body_arrives_whole_in_pieces_and_cookies_go_back(pages: Pages) -> None:
    pieces = [b"a" * 70_000, b"b" * 70_000, b"c"]

    answer = call(pages, "/echo", "POST", {"content-length": "140001"}, pieces)

    assert answer.body == b"".join(pieces)
    assert answer.headers["set-cookie"] == "seen=yes; Path=/, again=yes; Path=/"


def test_a_stream_is_sent_part_by_part(pages: Pages) -> None:
    answer = call(pages, "/export")

    assert answer.body == b"line 0\nline 1\nline 2\n"
    assert answer.parts == 4


def test_a_mistake_of_ours_tells_the_browser_nothing(pages: Pages) -> None:
    answer = call(pages, "/broken")

    assert answer.status == 500
    assert b"secret" not in answer.body and b"RuntimeError" not in answer.body


def test_a_body_that_says_it_is_too_large_is_refused_unread(pages: Pages, settings) -> None:
    settings.MAX_REQUEST_BODY = 1000
    pieces = [b"x" * 600, b"x" * 600]

    answer = call(pages, "/echo", "POST", {"content-length": "1200"}, pieces)

    assert answer.status == 413
    assert answer.headers["connection"] == "close"


def test_a_body_without_a_length_is_read_to_a_limit(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "UNDECLARED", 1000)

    assert call(pages, "/echo", "POST", body=[b"x" * 600, b"x" * 600]).status == 413
    assert call(pages, "/echo", "POST", body=[b"x" * 600]).status == 200


def test_a_body_longer_than_it_said_is_refused(pages: Pages, settings) -> None:
    settings.MAX_REQUEST_BODY = 1000

    assert call(pages, "/echo", "POST", {"content-length": "10"}, [b"x" * 1001]).status == 413


def test_a_browser_that_stops_sending_is_given_up(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "PATIENCE", 0.05)

    answer = call(pages, "/echo", "POST", {"content-length": "10"}, [b"x"], ends=False)

    assert answer.status == 408
