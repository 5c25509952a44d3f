"""Before rows are taken: put right in place, new values of lists decided, columns known, a table to begin with."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from kartu.clients.imports.fields import FIELDS, words_for
from kartu.clients.imports.programs import programs
from kartu.clients.models import Category, Client, Tag
from kartu.clients.tests.test_import import check, drop, everything, renewed
from kartu.clients.tests.test_import_updates import decided, overwriting, started
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts
from kartu.records.imports.fixing import fix_row
from kartu.records.imports.headers import header_of
from kartu.records.imports.importers import importers
from kartu.records.marks import is_line
from kartu.records.models import Import

pytestmark = pytest.mark.django_db
BAD = "Company;Phone;Birthday;Full name\nPT Satu;12;;\nPT Dua;0812345678;31.02.1990;Budi\nPT Tiga;0812345679;;\n"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def browser(person: User) -> Browser:
    window = Browser()
    window.force_login(person)
    return window


def typed(window: Browser, source: Import, number: int, **data: str):
    return window.post(reverse("records:import_row", args=[source.pk, number]), data)


# ---- rows put right in place


def test_a_row_put_right_is_judged_at_once_and_taken_so(owner: User) -> None:
    window, source = browser(owner), check(drop(BAD, owner), owner)
    assert (source.new_count, source.rejected_count) == (1, 2)
    assert 'name="cell-1"' in window.get(reverse("records:import", args=[source.pk])).content.decode()

    answer = typed(window, source, 2, **{"cell-1": "0812345677"})

    assert answer.status_code == 200 and "will be taken" in answer.content.decode()
    assert (renewed(source).new_count, renewed(source).rejected_count) == (2, 1)
    started(renewed(source), owner)
    assert everything(Client).get(name="PT Satu").phone == "+62812345677"


def test_what_was_typed_is_kept_when_the_page_is_closed(owner: User) -> None:
    window, source = browser(owner), check(drop(BAD, owner), owner)
    typed(window, source, 2, **{"cell-1": "still no number"})

    page = window.get(reverse("records:import_rows", args=[source.pk])).content.decode()

    assert 'value="still no number"' in page
    assert renewed(source).rejected_count == 2


def test_a_row_can_be_left_out_and_taken_after_all(owner: User) -> None:
    window, source = browser(owner), check(drop(BAD, owner), owner)
    typed(window, source, 2, **{"cell-1": "0812345677"})
    typed(window, source, 2, skip="1")
    assert renewed(source).rows.get(number=2).problems[0][1] == "You leave this row out"
    assert renewed(source).new_count == 1

    typed(window, source, 2)

    assert renewed(source).new_count == 2


def test_a_check_of_all_rows_reads_what_was_typed(owner: User) -> None:
    source = check(drop(BAD, owner), owner)
    fix_row(source=source, number=3, cells={2: "28.02.1990"})

    source = check(renewed(source), owner)

    assert (source.new_count, source.rejected_count) == (2, 1)
    started(source, owner)
    assert str(everything(Client).get(name="PT Dua").contacts.get().birthday) == "1990-02-28"


def test_a_row_of_an_import_that_has_gone_on_cannot_be_changed(owner: User) -> None:
    source = started(check(drop(BAD, owner), owner), owner)
    acts.take_back(source=source, by=owner, inline=True)

    with pytest.raises(ValidationError, match="gone on"):
        fix_row(source=source, number=2, cells={1: "0812345677"})
    assert typed(browser(owner), source, 2, **{"cell-1": "0812345677"}).status_code == 404


def test_a_text_that_no_cell_holds_is_refused(owner: User) -> None:
    source = check(drop(BAD, owner), owner)

    answer = typed(browser(owner), source, 2, **{"cell-1": "1" * 2001})

    assert answer.status_code == 422 and "At most 2000 letters" in answer.content.decode()
    assert not source.fixes.exists()


def test_the_order_of_dates_can_be_changed_where_they_are_at_fault(owner: User) -> None:
    text = "Full name;Birthday\nBudi Santoso;31/01/1990\nSiti Aminah;05/07/1991\nTono;07/31/1990\n"
    source = drop(text, owner)
    acts.decide(source=source, targets={}, orders={1: "mdy"}, answers={}, by=owner)
    run_jobs()

    started(renewed(source), owner)

    assert str(everything(Client).get(name="Siti Aminah").birthday) == "1991-05-07"


def test_forty_rows_to_put_right_cost_the_queries_of_one(owner: User, django_assert_max_num_queries) -> None:
    text = "Company;Phone\n" + "".join(f"PT Nomor {n};12\n" for n in range(40))
    window, source = browser(owner), check(drop(text, owner), owner)
    address = reverse("records:import_rows", args=[source.pk])
    window.get(address)

    with django_assert_max_num_queries(14):
        assert window.get(address).content.decode().count("cell-1") == 40


# ---- new values of lists


def test_a_new_value_can_mean_one_that_is_there_or_be_left_out(owner: User) -> None:
    Category.objects.create(name="Grosir")
    text = "Company;Phone;Category;Tag\nPT Satu;0812345678;grosiran;VIP, lama\nPT Dua;0812345679;Baru;vip\n"
    source, window = check(drop(text, owner), owner), browser(owner)
    page = window.get(reverse("records:import", args=[source.pk])).content.decode()
    assert 'name="value.category.grosiran"' in page and "2 rows" in page

    decisions = {"value.category.grosiran": "Grosir", "value.tags.lama": "-"}
    window.post(reverse("records:import_columns", args=[source.pk]), decisions)
    run_jobs()
    started(renewed(source), owner)

    assert {row.name: str(row.category) for row in everything(Client)} == {"PT Satu": "Grosir", "PT Dua": "Baru"}
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["VIP"]


def test_an_answer_that_was_not_asked_for_is_not_kept(owner: User) -> None:
    source = check(drop("Company;Phone\nPT Satu;0812345678\n", owner), owner)

    browser(owner).post(reverse("records:import_columns", args=[source.pk]), {"value.tags.x": "y", "evil": "1"})

    assert not {"value.tags.x", "evil"} & renewed(source).answers.keys()


# ---- columns known


def test_the_mapping_of_a_colleague_is_offered_for_a_file_like_his(owner: User, head: User) -> None:
    first = drop("Wer;Was\nPT Satu;0812345678\n", owner)
    acts.decide(source=first, targets={0: "company", 1: "note"}, answers={}, by=owner)
    run_jobs()
    started(renewed(first), owner)

    second = drop("Wer;Was\nPT Dua;0812345679\n", head)

    assert [choice["target"] for choice in second.choices] == ["company", "note"]
    assert "Olga" in browser(head).get(reverse("records:import", args=[second.pk])).content.decode()
    acts.read_again(source=second, anew=True, by=head)
    run_jobs()
    assert renewed(second).layout["remembered"] is None
    assert [choice["target"] for choice in renewed(second).choices] == ["", "phone"]


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_an_export_of_another_program_is_known_by_its_heads(owner: User, program) -> None:
    for heads in program.heads:
        table = ";".join(sorted(heads)) + "\n" + ";".join("x" for _head in heads) + "\n"
        source = drop(table, owner)
        assert source.layout["program"] == program.name
        for column, choice in zip(source.layout["columns"], source.choices, strict=True):
            if (wanted := program.fields.get(column["header"].casefold())) is not None:
                # A company of which no person is named is the client.
                assert choice["target"] in ((wanted, "name") if wanted == "company" else (wanted,)), column


def test_every_field_of_a_program_is_one_of_ours() -> None:
    ours = {target.key for target in FIELDS} | {""}

    assert all(target in ours for program in programs() for target in program.fields.values())


def test_a_real_export_is_known(samples: Path, owner: User) -> None:
    book = samples / "csv" / "address-books" / "gmail.csv"

    source = drop(book.read_text(encoding="utf-8"), owner)

    assert source.layout["program"] == "Google Contacts"


# ---- the table to begin with


@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_our_own_names_of_fields_are_known_again(language: str) -> None:
    with translation.override(language):
        found = {
            str(target.label): words_for(System("a test")).find(header_of(str(target.label)))[0] for target in FIELDS
        }
        wanted = {str(target.label): target.key for target in FIELDS}
    assert found == wanted


@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_the_table_to_fill_in_comes_in_without_a_question(owner: User, language: str) -> None:
    Category.objects.create(name="Grosir")
    owner.language = language
    owner.save()
    answer = browser(owner).get(reverse("records:import_template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book.worksheets[0]
    assert {str(rule.sqref) for rule in page.data_validations.dataValidation} >= {"B2:B10000", "N2:N10000"}
    page.append(["PT Satu", page["B2"].value, "Budi", None, "0812345678", "budi@satu.co.id"])
    page["N3"] = "Grosir"
    kept = io.BytesIO()
    book.save(kept)

    file = ContentFile(kept.getvalue(), name="kartu.xlsx")
    source = acts.drop_file(importer=importers["clients"], file=file, name="kartu.xlsx", by=owner)
    run_jobs()
    source = check(renewed(source), owner)

    assert (source.new_count, source.rejected_count) == (1, 1)
    started(source, owner)
    satu = everything(Client).get()
    assert (satu.name, satu.kind, satu.phone, str(satu.category)) == ("PT Satu", "company", "+62812345678", "Grosir")


# ---- what goes out comes in


def exported(window: Browser) -> bytes:
    columns = "name,number,kind,phone,email,city,status,category,source,tags,responsible,birthday,created,collaborators"
    window.post("/lists/clients/columns/", {"columns": columns})
    answer = window.post("/lists/clients/export/xlsx/", {"purpose": "A test"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(book: bytes) -> list[tuple]:
    """All but the mark of whoever took them out."""
    rows = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    return sorted((tuple(map(plain, row)) for row in rows if not is_line(row)), key=str)


def plain(cell: object) -> object:
    return cell.rstrip() if isinstance(cell, str) else cell


def brought(book: bytes, by: User, **answers: str) -> Import:
    file = ContentFile(book, name="export.xlsx")
    source = acts.drop_file(importer=importers["clients"], file=file, name="export.xlsx", by=by)
    run_jobs()
    source = renewed(source)
    acts.decide(source=source, targets={}, modes=overwriting(source), answers=answers, by=by)
    run_jobs()
    return renewed(source)


SHEET = (
    "Company;Full name;Phone;Email;City;Category;Status;Source;Tag\n"
    "PT Maju Jaya;Budi;0812345671;info@maju.co.id;Bandung;Grosir;New;Web;vip, lama\n"
    ";Siti Aminah;0812345672;siti@example.com;Garut;;;;\n=1+1;;0812345673;;;;;;\n"
)


def test_an_export_that_comes_back_changes_nothing(owner: User) -> None:
    started(decided(SHEET, owner, mode="new"), owner)

    source = brought(exported(browser(owner)), owner, mode="both")

    assert (source.read_count, source.same_count) == (3, 3), list(source.rows.values_list("changes", "problems"))


def test_an_export_makes_the_same_clients_where_they_are_not(owner: User) -> None:
    started(decided(SHEET, owner, mode="new"), owner)
    window = browser(owner)
    before = exported(window)
    first = Import.objects.get()
    acts.take_back(source=first, by=owner)
    run_jobs()

    source = drop_without_numbers(before, owner)

    assert source.new_count == 3
    started(source, owner)
    assert without_number(rows_of(exported(window))) == without_number(rows_of(before))


def drop_without_numbers(book: bytes, by: User) -> Import:
    file = ContentFile(book, name="export.xlsx")
    source = acts.drop_file(importer=importers["clients"], file=file, name="export.xlsx", by=by)
    run_jobs()
    source = renewed(source)
    number = next(choice["at"] for choice in source.choices if choice["target"] == "id")
    acts.decide(source=source, targets={number: ""}, answers={"mode": "new"}, by=by)
    run_jobs()
    return renewed(source)


def without_number(rows: list[tuple]) -> list[tuple]:
    """The columns that a list can tell again: not our number of a client, nor the minute of its coming."""
    heads = next(row for row in rows if "No. in Kartu" in row)
    gone = {heads.index("No. in Kartu"), heads.index("Added")}
    return sorted((tuple(cell for at, cell in enumerate(row) if at not in gone) for row in rows), key=str)
