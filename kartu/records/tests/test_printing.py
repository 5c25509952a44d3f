import threading
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from kartu.records.printing import ListSheet, NotPrintable, engine, list_pdf, render, sheets

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def sheet(rows: int = 3) -> ListSheet:
    return ListSheet(
        title="Clients",
        question="City is Bandung",
        heads=["Client", "Owes"],
        rows=[[f"ООО «Волга №{number}» #raw[x] \\ $y$ @z", f"{number}.000"] for number in range(rows)],
        numeric={1},
        widths=[3, 1],
        totals=["3 clients", "6.000"],
    )


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_a_list_is_printed_with_its_question_its_total_and_who_printed_it(seller):
    (page,) = texts(list_pdf(sheet(), by=seller))

    for words in ("Clients", "City is Bandung", "Волга №2", "6.000", "CV Tirta Makmur", "Printed by Sari"):
        assert words in page


def test_what_a_user_typed_is_text_and_never_a_command(seller):
    (page,) = texts(list_pdf(sheet(), by=seller))

    assert "#raw[x] \\ $y$ @z" in page


def test_the_head_stands_on_every_page(seller):
    pages = texts(list_pdf(sheet(120), by=seller))

    assert len(pages) > 2
    assert all("Owes" in page for page in pages)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_equal_data_give_equal_bytes(seller):
    data = {"title": "a", "firm": "b", "printed": "c", "page": "Page", "of": "of", "question": "", "rows": []}
    data |= {"nothing": "Nothing found"}

    first, second = (render("records/paper/list.typ", data, language="ru", at=NOON) for _ in range(2))

    assert first == second
    assert b"pdfaid:part" in first


def test_several_threads_print_at_once(seller):
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(list_pdf_of_nobody())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 4
    assert len(set(made)) == 1


def list_pdf_of_nobody() -> bytes:
    data = {"title": "a", "firm": "b", "printed": "c", "page": "Page", "of": "of", "question": "", "rows": []}
    return render("records/paper/list.typ", data | {"nothing": "Nothing found"}, language="en", at=NOON)


def test_a_template_reads_nothing_outside_the_program(tmp_path, seller):
    with pytest.raises(NotPrintable):
        render("../../../../etc/passwd", {}, language="en", at=NOON)


def test_missing_fonts_are_said_in_words(settings, tmp_path, seller):
    settings.PAPER_FONTS = tmp_path
    engine.fonts_folder.cache_clear()
    try:
        with pytest.raises(NotPrintable, match="fonts"):
            engine.fonts_folder()
    finally:
        engine.fonts_folder.cache_clear()


@pytest.mark.parametrize("sign", ["😀", "你好", "ไทย", "👨‍👩‍👧"])
def test_a_sign_that_the_font_lacks_is_a_box_and_the_foot_says_so(seller, sign):
    made = sheet()
    made.rows[0][0] = f"Cafe {sign} Biru"

    (page,) = texts(list_pdf(made, by=seller))

    assert "Cafe" in page and "Biru" in page
    assert "An empty box stands for a sign that the font lacks." in page


def test_a_paper_that_has_all_its_letters_is_fit_for_the_archive(seller):
    made = sheet()
    made.rows[0][0] = "Çağrı Łódź Ёлка ₽ ₸ مرحبا"

    pdf = list_pdf(made, by=seller)

    assert b"pdfaid:part" in pdf
    assert "empty box" not in texts(pdf)[0]


def test_what_cannot_be_seen_is_left_out(seller):
    made = sheet()
    made.rows[0][0] = "Sinar\x00\x07 Abadi\ud800\ufffe"

    pdf = list_pdf(made, by=seller)

    assert "Sinar Abadi" in texts(pdf)[0]
    assert b"pdfaid:part" in pdf


def test_columns_are_as_wide_as_what_stands_in_them(seller):
    rows = [["A", f"{day} November 2026, 11:05", "x" * 200] for day in range(10, 30)]
    made = ListSheet(title="t", question="", heads=["No", "When", "Text"], rows=rows)

    number, when, text = sheets.widths_of(made)

    assert number < when < text
    assert text == sheets.WIDEST + sheets.BETWEEN
