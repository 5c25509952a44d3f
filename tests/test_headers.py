"""What every answer says to the browser, whoever asks for whatever, and what is not believed of what browsers say."""

import pytest
from django.http import HttpResponse
from django.test import Client

from kartu.core.middleware import security_headers
from kartu.project import static
from kartu.project.tests.caller import call
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db

POLICY = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
PAGES = {
    "a page": "/people/",
    "a page for everybody": "/sign-in/",
    "a page that is not there": "/nowhere/",
    "an answer to a program": "/api/v1/clients",
    "the sign of life": "/health",
}


@pytest.fixture
def browser(owner) -> Client:
    browser = Client()
    browser.force_login(owner)
    return browser


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_answer_tells_the_browser_what_it_may_do_with_it(browser: Client, path: str):
    answer = browser.get(path)

    policy = answer["Content-Security-Policy"].split("; ")
    assert set(POLICY) <= set(policy)
    assert not [part for part in policy if "unsafe" in part or "*" in part]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert not answer["Content-Type"].startswith("text/") or "charset=utf-8" in answer["Content-Type"]
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


def test_control_what_says_nothing_of_it_gets_it_from_the_middleware(rf):
    bare = HttpResponse()

    assert "Content-Security-Policy" not in bare.headers
    assert "Content-Security-Policy" in security_headers(lambda request: bare)(rf.get("/")).headers


def test_https_is_asked_for_from_now_on_where_it_is_there(rf):
    assert "Strict-Transport-Security" not in Client().get("/sign-in/").headers
    assert Client().get("/sign-in/", secure=True)["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_built_file_is_what_it_says_and_for_our_own_pages_only(tmp_path):
    (tmp_path / "a.js").write_text("1")

    answer = call(static.StaticFiles(tmp_path, "/static/"), "/static/a.js")

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["content-security-policy"] == "default-src 'self'; frame-ancestors 'none'"


def test_no_folder_is_listed(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.js").write_text("1")
    files = static.StaticFiles(tmp_path, "/static/")

    assert {call(files, path).status for path in ("/static/", "/static/inner", "/static/inner/", "/static/../a")} == {
        404
    }


def test_the_cookies_of_the_door_are_for_the_server_alone():
    cookies = Client().get("/sign-in/").cookies

    assert cookies
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in cookies.values())


def test_a_host_that_is_not_ours_is_refused(browser: Client):
    assert browser.get("/people/", headers={"host": "evil.example"}).status_code == 400


def test_nobody_chooses_his_address_in_the_log_by_a_header(firm, owner):
    Client().post(
        "/sign-in/",
        {"email": owner.email, "password": "wrong"},
        headers={"x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9", "forwarded": "for=203.0.113.9"},
    )

    line = AuditRow.objects.filter(verb="sign_in_failed").latest("pk")
    assert line.address == "127.0.0.1"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "DEBUG"])
def test_odd_methods_are_refused(browser: Client, method: str):
    answer = browser.generic(method, "/people/")

    assert answer.status_code == 405
    assert b"Cookie" not in answer.content
