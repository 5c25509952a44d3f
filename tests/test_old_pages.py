"""A page that stood open while Kartu was updated: what was typed on it is not lost, and it says to load it again."""

import re

import pytest
from django.test import Client as Browser

from kartu.core.views import errors

pytestmark = pytest.mark.django_db

TEXT = "Asks for <20> boxes,\ncall after lunch & tell Rina"
# As a form of the version before might send it: to an address that is no more, with fields that have other names now.
OLD = {"remark": TEXT, "stage": "3", "password_again": "correct horse battery", "idempotency_key": "0" * 36}


@pytest.fixture
def browser(seller) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(seller)
    return browser


def shown(page: str) -> list[str]:
    return re.findall(r"<textarea[^>]*readonly[^>]*>\n(.*?)</textarea>", page, re.DOTALL)


def test_a_form_whose_address_is_gone_gives_back_what_was_typed(browser):
    answer = browser.post("/clients/1/remarks/", OLD, headers={"Referer": "http://testserver/clients/?page=2"})
    page = answer.content.decode()

    assert answer.status_code == 404
    assert shown(page) == ["Asks for &lt;20&gt; boxes,\ncall after lunch &amp; tell Rina"]
    assert "Kartu was updated since this page was loaded" in page
    assert re.search(r'href="/clients/"[^>]*>.*?Load the page again', page, re.DOTALL)
    assert "correct horse" not in page


def test_a_form_whose_guard_is_not_taken_any_more_gives_it_back_too(seller):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(seller)

    answer = browser.post("/clients/new/", {"about": TEXT})

    assert answer.status_code == 403
    assert len(shown(answer.content.decode())) == 1


def test_control_without_it_the_text_is_gone(browser, monkeypatch):
    monkeypatch.setattr(errors, "typed", lambda request: [])

    assert shown(browser.post("/clients/1/remarks/", OLD).content.decode()) == []


def test_a_form_with_fields_that_are_called_otherwise_now_comes_back_with_the_others(browser):
    page = browser.post("/clients/new/", {"kind": "company", "title": "PT Sinar", "about": TEXT}).content.decode()

    assert "call after lunch &amp; tell Rina" in page and "This field is required" in page


def test_a_piece_of_a_page_stays_where_it_is_and_hears_of_it_beside(browser):
    answer = browser.post("/clients/1/remarks/", OLD, headers={"HX-Request": "true"})

    assert "Kartu was updated since this page was loaded" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("referer", ["//evil.example/x", "https://evil.example//evil.example/", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(browser, referer):
    page = browser.post("/clients/1/remarks/", OLD, headers={"Referer": referer}).content.decode()

    assert "evil.example" not in page and "javascript:" not in page
