"""The dossier on paper: who gets it, what stands on it, what the log says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from kartu.clients import actions
from kartu.clients.dossier import paper
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client
from kartu.clients.registries import TimelineSource, dossier_parts, timeline
from kartu.core.actors import Scope
from kartu.firm.models import LegalEntity, Role, User
from kartu.records.actions import attach_file
from kartu.records.models import ExportMark
from kartu.records.printing import NotPrintable
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

HISTORY = {"language": "en", "time": "all", "parts": "history"}
MARKUP = "#raw[x] *bold* _under_ $y$ @at <tag> \\ // /* `code` ~ = \"quoted\" 'single' -- [[b]] {c}"


@pytest.fixture
def asks(client) -> Callable:
    """asks(person, of_client, language="ru") -> the response of the paper's address."""

    def ask(person: User, of: Client, **query: object) -> object:
        client.force_login(person)
        return client.get(reverse("clients:dossier_pdf", args=[of.pk]), query)

    return ask


def text_of(response: object) -> str:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def prints() -> list[AuditRow]:
    return list(AuditRow.objects.filter(verb=Verb.PRINT).select_related("payload"))


def grant(right: str, scope: Scope | None) -> None:
    """Give `right` to all sellers, or take it away."""
    role = Role.objects.get(code="seller")
    role.grants = {right: int(scope or 0)}
    role.save()


def log_calls(client: Client, count: int, by: User, days_apart: int = 0) -> None:
    for number in range(count):
        at = timezone.now() - timedelta(days=days_apart * number, minutes=number)
        actions.log_touch(client=client, kind="call", text=f"call number {number}.", at=at, by=by)


def test_the_seller_prints_all_that_hangs_on_his_client(sinar, seller, asks, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rina = actions.add_contact(client=sinar, name="Rina Kusuma", position="Purchasing", by=seller)
    actions.add_channel(client=sinar, contact=rina, kind="telegram", value="@rina_k", by=seller)
    actions.add_address(client=sinar, kind="delivery", street="Jl. Raya 12", city="Bekasi", by=seller)
    entity = actions.add_entity(
        client=sinar, name="PT Sinar Abadi Tbk", country="RU", registry_ids={"inn": "7707083893"}, by=seller
    )
    actions.add_account(client=sinar, entity=entity, account="40702810400000000225", bank_code="044525225", by=seller)
    actions.log_touch(client=sinar, kind="meeting", text="Saw the shop", result="Agreed", contact=rina, by=seller)
    attach_file(target=sinar, name="Contract 7.pdf", chunks=[b"words"], by=seller)
    actions.change_client(client=sinar, values={"pinned": "Pays on the 15th"}, by=seller)

    text = text_of(asks(seller, sinar))

    for words in (
        *("CV Tirta Makmur", "PT Sinar Abadi", "Sari", "Bandung", "Pays on the 15th"),
        *("0813-1120-7765", "info@sinar.example", "Rina Kusuma", "Purchasing", "@rina_k", "Jl. Raya 12, Bekasi"),
        *("PT Sinar Abadi Tbk", "INN", "7707083893", "40702810400000000225", "044525225"),
        *("Saw the shop", "Result: Agreed", "Contract 7.pdf", "Printed by Sari", "Page 1 of 1"),
    ):
        assert words in text


def test_the_log_tells_who_printed_what(sinar, seller, asks):
    log_calls(sinar, 2, seller)

    asks(seller, sinar, language="ru", time="all", parts=["contacts", "history"])

    (row,) = prints()
    assert (row.actor_id, row.object_type, row.object_id) == (seller.pk, "clients.client", sinar.pk)
    assert row.payload.values == {
        "paper": "dossier",
        "language": "ru",
        "parts": ["contacts", "history"],
        "since": None,
        "until": None,
        "touches": 2,
        "number": ExportMark.objects.get(person_id=seller.pk).pk,
    }


def test_the_log_stands_before_the_first_byte(sinar, seller, asks, monkeypatch):
    def fail(*args: object, **options: object) -> bytes:
        assert len(prints()) == 1
        raise NotPrintable("the fonts are missing")

    monkeypatch.setattr(paper, "render", fail)

    response = asks(seller, sinar)

    assert response.status_code == 503
    assert response.content == b"the fonts are missing"
    assert len(prints()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_of_the_printer_leaves_the_line_in_the_log(sinar, seller, asks, monkeypatch):
    monkeypatch.setattr(paper, "render", lambda *args, **options: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        asks(seller, sinar)

    assert len(prints()) == 1


def test_a_stranger_finds_no_such_client(sinar, stranger, asks):
    response = asks(stranger, sinar)

    assert response.status_code == 404
    assert b"%PDF" not in response.content
    assert prints() == []


def test_without_the_right_to_print_there_is_no_paper(sinar, seller, asks):
    grant("clients.print", None)

    response = asks(seller, sinar)

    assert response.status_code == 403
    assert b"%PDF" not in response.content
    assert prints() == []


def test_who_may_print_all_still_prints_only_what_he_sees(volga, seller, asks):
    grant("clients.print", Scope.ALL)

    response = asks(seller, volga)

    assert response.status_code == 404
    assert prints() == []


def test_of_a_client_out_of_reach_only_the_name_is_printed(sinar, volga, owner, seller, asks):
    actions.add_relation(client=sinar, other=volga, kind="partner", by=owner)

    text = text_of(asks(seller, sinar))

    assert "ООО «Волга Снаб»" in text
    assert "664-07-18" not in text and "Viktor" not in text


def test_whoever_may_not_see_touches_prints_none(sinar, seller, asks, monkeypatch):
    log_calls(sinar, 1, seller)
    touches = timeline["touches"]
    closed = TimelineSource(touches.key, touches.label, touches.icon, touches.order, touches.entries, right="firm.none")
    monkeypatch.setitem(timeline._items, "touches", closed)

    assert "call number 0" not in text_of(asks(seller, sinar))


def test_files_are_printed_for_those_who_see_them(sinar, seller, asks, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    attach_file(target=sinar, name="Contract 7.pdf", chunks=[b"words"], by=seller)
    grant("files.view", None)

    assert "Contract 7.pdf" not in text_of(asks(seller, sinar))


def test_what_people_typed_comes_out_to_the_letter(seller, asks):
    made = actions.add_client(name=f"Ёлка Łódź {MARKUP}", by=seller)
    actions.log_touch(client=made, text=f"first\n# second\n{MARKUP}", by=seller)

    text = text_of(asks(seller, made))

    assert " ".join(text.split()).count(MARKUP) == 2  # as the name and in the touch
    assert "first" in text.splitlines() and "# second" in text.splitlines()


@pytest.mark.parametrize("name", ["Perseroan " * 30, "x" * 300, "Toko 😀 你好", "مرحبا " * 40])
def test_no_name_breaks_the_paper(seller, asks, name):
    made = actions.add_client(name=name.strip()[:300], by=seller)

    assert "Page 1 of 1" in text_of(asks(seller, made))


def test_a_client_about_whom_nothing_is_known_has_a_paper_too(seller, asks):
    made = actions.add_client(name="Toko", by=seller)

    assert "Nothing has been written down about them yet." in text_of(asks(seller, made))


def test_five_hundred_touches_have_their_head_on_every_page(sinar, seller, asks):
    log_calls(sinar, 500, seller)

    pages = PdfReader(BytesIO(asks(seller, sinar).content)).pages

    texts = [page.extract_text() for page in pages]
    assert len(pages) > 8
    assert all("History" in text and f"of {len(pages)}" in text for text in texts)
    assert all("PT Sinar Abadi" in text and "Client dossier" in text for text in texts)
    assert "call number 499." in texts[-1]


def test_the_history_is_that_of_a_year_and_the_rest_is_counted(sinar, seller, asks):
    log_calls(sinar, 5, seller, days_apart=100)

    text = text_of(asks(seller, sinar))

    assert "call number 3." in text
    assert "call number 4." not in text
    assert "1 more is not printed here." in text


def test_the_history_is_that_of_the_days_chosen(sinar, seller, asks):
    log_calls(sinar, 5, seller, days_apart=10)
    day = timezone.localdate() - timedelta(days=20)

    text = text_of(asks(seller, sinar, since=day.isoformat(), until=day.isoformat(), **HISTORY))

    assert "call number 2." in text
    assert "call number 1." not in text and "call number 3." not in text
    assert "4 more are not printed here." in text


def test_days_in_the_wrong_order_are_refused(sinar, seller, asks):
    response = asks(seller, sinar, since="2026-02-01", until="2026-01-01", language="en", time="all")

    assert response.status_code == 422
    assert "This day lies before the first one" in response.content.decode()
    assert prints() == []


def test_a_part_that_was_not_chosen_is_left_out(sinar, seller, asks):
    log_calls(sinar, 1, seller)

    text = text_of(asks(seller, sinar, language="en", time="all", parts=["contacts"]))

    assert "info@sinar.example" in text
    assert "call number 0" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Looked after by"), ("id", "Ditangani oleh"), ("ru", "Следующее касание")]
)
def test_the_paper_speaks_the_language_chosen(sinar, seller, asks, language, words):
    assert words in text_of(asks(seller, sinar, language=language, time="all"))


def test_the_drawer_begins_with_the_language_of_the_client(sinar, seller, client):
    actions.change_client(client=sinar, values={"language": "ru"}, by=seller)
    client.force_login(seller)

    form = client.get(reverse("clients:dossier", args=[sinar.pk])).context["form"]

    assert form["language"].value() == "ru"
    assert form["parts"].value() == [part.key for part in dossier_parts]


def test_the_letterhead_has_the_requisites_and_lives_without_a_logo_that_is_gone(sinar, seller, firm, asks):
    LegalEntity.objects.create(
        name="CV Tirta Makmur Jaya", country="RU", registry_ids={"inn": "7707083893"}, address="Jl. 1", is_main=True
    )
    firm.logo = "firm/gone.png"
    firm.save()

    assert "CV Tirta Makmur Jaya · INN 7707083893 · Jl. 1" in text_of(asks(seller, sinar))


def test_equal_data_give_equal_bytes(sinar, seller, asks, monkeypatch, firm, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    firm.logo.save("logo.png", ContentFile(picture()))
    monkeypatch.setattr(paper.timezone, "now", lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))

    mark = paper.ExportMark.begin(seller, paper.timezone.now())
    monkeypatch.setattr(paper.ExportMark, "begin", lambda *_: mark)  # else each paper has a number of its own

    first, second = (asks(seller, sinar).content for _ in range(2))

    assert first == second
    assert b"/Image" in first


def picture() -> bytes:
    from PIL import Image  # noqa: PLC0415 - for one test

    out = BytesIO()
    Image.new("RGBA", (64, 32), (58, 69, 180, 128)).save(out, "PNG")
    return out.getvalue()


def test_thirty_touches_take_as_many_queries_as_one(sinar, seller, asks):
    rina = actions.add_contact(client=sinar, name="Rina", by=seller)
    actions.log_touch(client=sinar, kind="call", contact=rina, by=seller)
    asks(seller, sinar)
    with CaptureQueriesContext(connection) as few:
        asks(seller, sinar)
    for number in range(30):
        person = actions.add_contact(client=sinar, name=f"Person {number}", by=seller)
        actions.add_channel(client=sinar, contact=person, kind="telegram", value=f"@person{number}", by=seller)
        actions.log_touch(client=sinar, kind="call", contact=person, by=seller)

    with CaptureQueriesContext(connection) as many:
        asks(seller, sinar)

    assert len(many) == len(few)


def test_days_are_those_of_the_person(sinar, seller):
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # the 2nd in Jakarta
    actions.log_touch(client=sinar, kind="call", at=late, by=seller)
    touches = Client.objects.visible_to(seller).get(pk=sinar.pk).touches

    with timezone.override("Asia/Jakarta"):
        first, second = (
            touches.filter(
                Period(late.date() + timedelta(days=n), late.date() + timedelta(days=n)).covers("at")
            ).count()
            for n in (0, 1)
        )

    assert (first, second) == (0, 1)


@pytest.mark.browser
def test_ctrl_p_opens_the_drawer_and_then_prints(page, sign_in, sinar, seller):
    sign_in(seller)
    page.goto(f"/clients/{sinar.pk}/")

    page.keyboard.press("Control+p")
    expect(page.locator("#k-drawers > .drawer")).to_contain_text("Print the dossier")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+p")

    assert f"/clients/{sinar.pk}/dossier.pdf?language=en" in opened.value.url
