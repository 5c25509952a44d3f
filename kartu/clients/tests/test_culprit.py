"""A file that turned up somewhere names who took it out, whatever was done to it since."""

import csv
import io
import random
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from kartu.clients import actions
from kartu.firm.models import User
from kartu.records.culprit import How, find_culprit
from kartu.records.marks import is_line
from kartu.records.models import ExportMark
from kartu.security.models import AuditRow, ViewRow
from kartu.security.models.audit import Verb

CARDS = 60
COLUMNS = "name,phone,city,number"


@pytest.fixture(autouse=True)
def firm_of_sixty(owner, head, seller, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    for number in range(CARDS):
        actions.add_client(name=f"PT Sinar {number}", phone=f"0812 3456 {number:03}", by=seller)


@pytest.fixture
def export(client, tmp_path):
    def take(by: User, kind: str) -> Path:
        client.force_login(by)
        client.post("/lists/clients/columns/", {"columns": COLUMNS})
        answer = client.post(f"/lists/clients/export/{kind}/", {"query": "s=number", "purpose": "The mailing"})
        path = tmp_path / f"{by.name}-{random.random()}.{kind}"  # noqa: S311
        path.write_bytes(b"".join(answer.streaming_content))
        return path

    return take


def rows_in(path: Path) -> list[list]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, delimiter=";"))
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


def saved_as_csv(path: Path, rows: list[list]) -> Path:
    """As a spreadsheet saves it again: other delimiter, no mark of the encoding."""
    copy = path.with_suffix(".again.csv")
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=",").writerows([["" if cell is None else cell for cell in row] for row in rows])
    return copy


def number_of(by: User) -> int:
    return AuditRow.objects.filter(verb=Verb.EXPORT, actor_id=by.pk).latest("pk").payload.values["number"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_as_it_left_names_person_time_and_number(export, owner, head, kind):
    path = export(head, kind)
    export(owner, kind)

    found = find_culprit(path)

    assert (found.how, found.mark.person_id, found.mark.pk) == (How.BYTES, head.pk, number_of(head))
    assert found.told["purpose"] == "The mailing"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_two_exports_of_the_same_rows_differ_only_in_the_mark(export, owner, head, kind):
    first, second = rows_in(export(owner, kind)), rows_in(export(head, kind))

    names = [(one[0], other[0]) for one, other in zip(first[1:-1], second[1:-1], strict=True)]
    differing = sum(one != other for one, other in names)
    assert CARDS / 4 < differing < CARDS * 3 / 4  # half of them, as a coin falls
    bare = [[[str(cell).rstrip() for cell in row] for row in rows if not is_line(row)] for rows in (first, second)]
    assert bare[0] == bare[1]
    assert is_line(first[-1]) and is_line(second[-1]) and first[-1] != second[-1]


@pytest.mark.parametrize("reader", ["openpyxl", "calamine"])
def test_saved_again_as_csv_sorted_shortened_and_without_its_line_it_still_names_him(export, owner, head, reader):
    for _n in range(3):
        export(owner, "xlsx")
    path = export(head, "xlsx")
    read = (
        rows_in(path)
        if reader == "openpyxl"
        else CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    )
    rows = [row[1::-1] for row in read[1:] if not is_line(row)]  # two columns, the other way round, no heads
    random.Random(3).shuffle(rows)

    found = find_culprit(saved_as_csv(path, rows[: CARDS * 3 // 4]))

    assert (found.how, found.mark.person_id, found.mark.pk) == (How.HIDDEN, head.pk, number_of(head))
    assert (found.fits, found.names) == (45, 45)


def test_who_types_a_colleagues_number_into_the_line_is_found_all_the_same(export, owner, head):
    export(owner, "csv")
    theirs = number_of(owner)
    path = export(head, "csv")
    rows = rows_in(path)
    rows[-1][0] = rows[-1][0].replace(f"export {number_of(head)}, Hendra", f"export {theirs}, Olga")

    found = find_culprit(saved_as_csv(path, rows))

    assert (found.mark.person_id, found.line) == (head.pk, theirs)


def test_with_all_spaces_taken_off_the_line_is_a_hint_and_nothing_is_claimed_without_it(export, head):
    path = export(head, "csv")
    rows = [[cell.strip() for cell in row] for row in rows_in(path)]

    hint, nothing = find_culprit(saved_as_csv(path, rows)), find_culprit(saved_as_csv(path, rows[:-1]))

    assert (hint.how, hint.mark.person_id) == (How.LINE, head.pk)
    assert nothing is None


def test_control_a_list_that_never_left_kartu_is_nobodys(export, head, tmp_path):
    export(head, "csv")
    chance = random.Random(5)
    rows = [[f"PT Sinar {number}" + chance.choice(["", " "])] for number in range(CARDS)]

    assert find_culprit(saved_as_csv(tmp_path / "theirs.csv", rows)) is None


def test_a_printed_list_and_a_dossier_carry_their_number(client, head, tmp_path):
    client.force_login(head)
    card = actions.add_client(name="PT Maju", by=head)
    for at, url in enumerate(("/lists/clients/print/", f"/clients/{card.pk}/dossier.pdf")):
        path = tmp_path / f"{at}.pdf"
        path.write_bytes(client.get(url).content)

        found = find_culprit(path)

        told = AuditRow.objects.filter(verb=Verb.PRINT).latest("pk").payload.values
        assert (found.mark.person_id, found.mark.pk) == (head.pk, told["number"])


def test_the_command_says_it_in_one_line(export, head, tmp_path, capsys):
    call_command("find-culprit", str(export(head, "csv")))

    assert capsys.readouterr().out.startswith("Hendra, ")
    (tmp_path / "other.csv").write_text("Name\nPT Lain\n")
    with pytest.raises(CommandError):
        call_command("find-culprit", str(tmp_path / "other.csv"))


def test_the_page_says_it_and_the_look_is_logged(client, export, owner, head):
    path = export(head, "xlsx")
    client.force_login(owner)

    page = client.post("/exports/culprit/", {"file": SimpleUploadedFile("found.xlsx", path.read_bytes())})

    assert f"export No. {number_of(head)}" in page.content.decode()
    assert ViewRow.objects.get(object_type="records.exportmark").detail["number"] == number_of(head)


def test_a_number_is_never_given_back(db):
    ExportMark.begin(User.objects.get(name="Hendra"))

    with pytest.raises(Exception, match="append-only"):
        ExportMark.objects.update(who="Olga")


def test_the_name_is_text_in_the_properties_of_a_workbook(export, head):
    book = openpyxl.load_workbook(io.BytesIO(export(head, "xlsx").read_bytes()))

    assert book.properties.creator == "Hendra"
    assert book.properties.description.startswith(f"Kartu export {number_of(head)}, Hendra, ")
