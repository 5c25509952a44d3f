"""Letting somebody go, walked at a desk and on a phone: nothing sticks out, and the work goes and comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.core.testing.browser import DESKTOP, PHONE
from kartu.firm.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]

NAMES = ("PT Satu", "PT Dua", "CV Tiga Saudara Makmur Abadi Sejahtera")


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def fits(request, page: Page) -> Callable[[str], None]:
    """`fits(name)`: the page that is open is no wider than the window, and its words stand in it."""
    page.set_viewport_size(request.param)

    def check(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} sticks out by {wide} px"
        cut = (
            "[...document.querySelectorAll('#main .df .btn')].filter((each) => each.scrollWidth > each.clientWidth + 1)"
        )
        assert page.evaluate(f"{cut}.length") == 0, f"words stick out of a button of {name}"

    return check


def responsible_of() -> set[str]:
    rows = Client.objects.as_system("a test").select_related("responsible")
    return {row.responsible.name for row in rows}


def test_somebody_is_let_go_and_his_work_comes_back(page: Page, sign_in, owner, head, seller, fits):
    for name in NAMES:
        clients.add_client(name=name, by=seller)
    sign_in(owner)
    page.goto(f"/people/{seller.pk}/leaving/")
    expect(page.get_by_text("Sari looks after")).to_be_visible()
    fits("let-go")

    page.locator("[name=to]").select_option(str(head.pk))
    page.get_by_role("button", name="What will happen?").click()
    expect(page.get_by_role("heading", name="This is handed over")).to_be_visible()
    fits("let-go-sure")
    page.get_by_role("button", name="Let Sari go").click()

    expect(page.get_by_text("Handed over").first).to_be_visible()
    expect(page.get_by_role("button", name="Let in again and hand back")).to_be_visible()
    fits("let-go-done")
    assert responsible_of() == {head.name}
    assert not User.objects.get(pk=seller.pk).is_active

    page.get_by_role("button", name="Let in again and hand back").click()  # the toast does not lie over it
    page.get_by_role("dialog").get_by_role("button", name="Let in again and hand back").click()
    expect(page.get_by_text("Sari can sign in again")).to_be_visible()
    assert responsible_of() == {seller.name}
    assert User.objects.get(pk=seller.pk).is_active
