"""Rows of the firm's own tables come in with their clients: one for each line, and a client stands in many lines."""

from pathlib import Path

import pytest

from kartu.clients import actions
from kartu.clients.imports import fields
from kartu.clients.models import Client, ClientRow, ClientRowValue, Contact, Touch
from kartu.clients.tests.test_import import bring_in, check, drop, everything, renewed, told
from kartu.clients.tests.test_import_search import docs
from kartu.clients.tests.test_import_steps import put_right, rest
from kartu.clients.tests.test_import_undo import brought_back, taken_back
from kartu.clients.tests.test_import_updates import changed, client, decided, started, what_changes
from kartu.clients.tests.test_row_lists import Table
from kartu.core.actors import Scope
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.custom import actions as shaping
from kartu.records.imports import acts, engine
from kartu.records.models import Import
from kartu.search import index
from kartu.search.checking import problems
from kartu.search.find import find
from kartu.search.models import Doc
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
State = Import.State
HEAD = "Company;Full name;Phone;Machines: Model;Machines: Hours\n"
MAJU = f"{HEAD}PT Maju;Budi;0812345671;K-2;300\nPT Maju;Budi;0812345671;K-7;20\nPT Maju;Siti;;Z-1;\n"
SHEET = f"{MAJU}Andi;;;A-1;5\nAndi;;;A-2;6\nPT Tirta;;0812345672;;\n"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def table(owner: User) -> Table:
    return Table(owner)


def rows_of(name: str, table: Table) -> list[tuple]:
    """(model, hours) of the live rows of the client called so, as they were added."""
    rows = everything(ClientRow).live().filter(client__name=name, section=table.section).order_by("pk")
    return [(row.custom.get(str(table.model.pk)), row.custom.get(str(table.hours.pk))) for row in rows]


def counts(source: Import) -> tuple[int, int, int, int]:
    return source.new_count, source.change_count, source.same_count, source.rejected_count


def written_after(last: AuditRow) -> int:
    return AuditRow.objects.filter(pk__gt=last.pk, verb__in=["create", "change", "trash"]).count()


# ---- lines and clients


def test_a_client_in_many_lines_comes_once_and_has_a_row_for_each(owner: User, table: Table) -> None:
    source = bring_in(SHEET, owner)

    assert counts(source) == (6, 0, 0, 0)
    assert sorted(each.name for each in everything(Client)) == ["Andi", "PT Maju", "PT Tirta"]
    assert rows_of("PT Maju", table) == [("K-2", 300), ("K-7", 20), ("Z-1", None)]
    assert rows_of("Andi", table) == [("A-1", 5), ("A-2", 6)]
    assert rows_of("PT Tirta", table) == []
    assert sorted(each.name for each in everything(Contact)) == ["Budi", "Siti"]
    assert client("PT Maju").channels.count() == 1


def test_the_second_run_of_a_sheet_writes_nothing(owner: User, table: Table) -> None:
    bring_in(SHEET, owner)
    last = AuditRow.objects.latest("pk")

    source = decided(SHEET, owner, over=True)

    assert counts(source) == (0, 0, 6, 0)
    assert not source.may_start and not written_after(last)


def test_a_line_that_says_the_same_again_is_listed(owner: User, table: Table) -> None:
    line = "PT Maju;Budi;0812345671;K-2;300\n"

    source = bring_in(f"{HEAD}{line}PT Maju;Siti;;K-2;300\n{line}", owner)

    assert rows_of("PT Maju", table) == [("K-2", 300)]
    assert client("PT Maju").contacts.count() == 2
    assert told(source) == [(4, "same", "The same as row 2")]


def test_further_lines_leave_what_the_first_has_said(owner: User, table: Table) -> None:
    head = "Company;Phone;Note;Machines: Model\n"

    bring_in(f"{head}PT Maju;0812345671;loyal;K-2\nPT Maju;0812345671;loyal;K-7\n", owner)

    assert rows_of("PT Maju", table) == [("K-2", None), ("K-7", None)]
    assert everything(Touch).count() == 1 and client("PT Maju").channels.count() == 1


def test_a_name_that_two_clients_of_the_file_have_is_not_guessed(owner: User, table: Table) -> None:
    head = "Company;City;Machines: Model\n"

    source = bring_in(f"{head}PT Maju;Bandung;K-2\nPT Maju;Garut;K-7\nPT Maju;;K-9\nPT Maju;Garut;K-8\n", owner)

    assert told(source) == [(4, "rejected", "Several clients could be meant")]
    found = everything(ClientRow).order_by("pk").values_list("client__city", "custom")
    assert [(city, custom[str(table.model.pk)]) for city, custom in found] == [
        ("Bandung", "K-2"),
        ("Garut", "K-7"),
        ("Garut", "K-8"),
    ]


# ---- clients who are here


def test_missing_rows_are_added_and_none_is_taken_away(owner: User, table: Table) -> None:
    bring_in(MAJU, owner)
    actions.change_row(
        row=ClientRow.objects.visible_to(owner).order_by("pk").first(),
        values={f"custom.{table.hours.pk}": 350},
        by=owner,
    )
    text = "Company;Phone;Machines: Model\nPT Maju;0812345671;K-2\nPT Maju;0812345671;K-9\nPT Maju;0812345671;K-9\n"

    checked = decided(text, owner)

    assert what_changes(checked) == [(3, [["Machines", "", "K-9"]])]
    started(checked, owner)
    assert rows_of("PT Maju", table) == [("K-2", 350), ("K-7", 20), ("Z-1", None), ("K-9", None)]
    assert counts(decided(text, owner)) == (0, 0, 3, 0)


def test_another_value_in_a_column_is_another_row(owner: User, table: Table) -> None:
    bring_in(MAJU, owner)

    changed(f"{HEAD}PT Maju;;0812345671;K-2;\n", owner, over=True)

    assert rows_of("PT Maju", table) == [("K-2", 300), ("K-7", 20), ("Z-1", None), ("K-2", None)]


# ---- what follows


def test_rows_are_found_listed_and_told_as_if_made_by_hand(owner: User, table: Table) -> None:
    shaping.add_field(section=table.section, type="formula", name="Twice", formula="[Hours] * 2", by=owner)
    bring_in(MAJU, owner)
    changed(f"{HEAD}PT Maju;;0812345671;K-9;40\n", owner)
    before = docs()
    projected = sorted(everything(ClientRowValue).values_list("record_id", "field_id", "text", "number"), key=str)

    assert problems() == []
    Doc.objects.all().delete()
    index.rebuild()
    ClientRow.project_many(list(everything(ClientRow)))

    assert docs() == before and len([key for key in before if key[0] == "row"]) == 4
    assert (
        sorted(everything(ClientRowValue).values_list("record_id", "field_id", "text", "number"), key=str) == projected
    )
    for row in everything(ClientRow):
        kept = row.worked_out
        row.derive()
        assert kept == row.worked_out
    assert find("k-9", by=owner)
    told = AuditRow.objects.filter(object_type="clients.clientrow", verb="create", root_id=client("PT Maju").pk)
    assert told.count() == 4 and table.found(owner, "q=k-9") == ["K-9"]


def test_nobody_sees_a_row_before_the_import_stands(owner: User, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    advance, while_it_runs = engine._advance, []

    def look(*args: object) -> None:
        advance(*args)
        while_it_runs.append((everything(ClientRow).count(), table.found(owner), find("k-2", by=owner)))

    monkeypatch.setattr(engine, "_advance", look)
    bring_in(MAJU, owner)

    assert while_it_runs == [(3, [], [])]
    assert sorted(table.found(owner)) == ["K-2", "K-7", "Z-1"]


def test_a_killed_import_doubles_no_row(owner: User, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in("Company;Phone\n" + "".join(f"PT Nomor {n};0812345{n:04}\n" for n in range(20)), owner)
    text = "Company;Phone;Machines: Model\n"
    text += "".join(f"PT Nomor {n % 40};0812345{n % 40:04};M-{n % 80}\n" for n in range(200))
    source, advance, runs = decided(text, owner), engine._advance, []
    assert counts(source) == (40, 40, 120, 0)

    class Killed(BaseException):
        """As kill -9: nothing of ours runs after it."""

    def die_now_and_then(*args: object) -> None:
        advance(*args)
        runs.append(1)
        if len(runs) in (2, 5):
            raise Killed

    monkeypatch.setattr(engine, "_advance", die_now_and_then)
    monkeypatch.setattr(engine.Pace, "end", lambda self: setattr(self, "rows", 15))
    acts.start(source=source, by=owner)
    for _start in range(3):
        try:
            run_jobs()
        except Killed:
            Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.READY, worker="")

    assert renewed(source).state == State.DONE and counts(renewed(source)) == (40, 40, 120, 0)
    assert everything(Client).count() == 40 and everything(ClientRow).count() == 80
    for n in (3, 30):
        assert rows_of(f"PT Nomor {n}", table) == [(f"M-{n}", None), (f"M-{n + 40}", None)]


# ---- there and back


def test_rows_go_and_come_with_their_import(owner: User, table: Table) -> None:
    bring_in(MAJU, owner)
    here = rows_of("PT Maju", table)
    source = changed(f"{HEAD}PT Maju;;0812345671;K-9;40\nPT Baru;;0812345679;B-1;\n", owner)
    assert (len(rows_of("PT Maju", table)), rows_of("PT Baru", table)) == (4, [("B-1", None)])

    source = taken_back(source, owner)
    assert (source.state, source.kept_count, rows_of("PT Maju", table)) == (State.UNDONE, 0, here)
    assert sorted(table.found(owner)) == ["K-2", "K-7", "Z-1"]
    assert not find("k-9", by=owner) and problems() == []

    source = brought_back(source, owner)
    assert rows_of("PT Maju", table)[3:] == [("K-9", 40)] and rows_of("PT Baru", table) == [("B-1", None)]
    assert sorted(table.found(owner)) == ["B-1", "K-2", "K-7", "K-9", "Z-1"]
    assert find("k-9", by=owner) and find("b-1", by=owner) and problems() == []


def test_a_row_that_somebody_wrote_to_since_stays_and_is_listed(owner: User, table: Table) -> None:
    bring_in(MAJU, owner)
    source = changed(f"{HEAD}PT Maju;;0812345671;K-9;40\nPT Maju;;0812345671;K-8;1\n", owner)
    row = next(each for each in ClientRow.objects.visible_to(owner) if "K-9" in each.custom.values())
    actions.change_row(row=row, values={f"custom.{table.hours.pk}": 41}, by=owner)

    source = taken_back(source, owner)

    assert rows_of("PT Maju", table)[3:] == [("K-9", 41)]
    assert [(each["object_type"], each["object_id"]) for each in source.undo_set.conflicts] == [
        ("clients.clientrow", row.pk)
    ]
    assert source.kept_count == 1


# ---- what cannot be taken


def test_a_link_to_a_record_is_read_as_elsewhere(owner: User, seller: User, stranger: User, table: Table) -> None:
    let_import(seller)
    maker = shaping.add_field(section=table.section, type="reference", name="Made by", by=owner)
    pabrik = actions.add_client(name="PT Pabrik", by=seller)
    actions.add_client(name="PT Asing", by=stranger)
    text = "Company;Machines: Model;Machines: Made by\nPT Maju;K-2;PT Pabrik\nPT Maju;K-7;PT Asing\n"

    source = bring_in(text, seller)

    assert told(source) == [(3, "rejected", "Nothing here is called “PT Asing”")]
    assert [row.custom[str(maker.pk)] for row in everything(ClientRow)] == [pabrik.pk]
    assert counts(decided(text, seller)) == (0, 0, 1, 1)


def test_a_line_with_a_value_that_is_none_is_left_out_and_put_right(owner: User, table: Table) -> None:
    source = bring_in(f"{HEAD}PT Maju;;0812345671;K-2;300\nPT Maju;;0812345671;K-7;many\n", owner)

    assert [row[:2] for row in told(source)] == [(3, "rejected")]
    assert source.rows.get(number=3).problems[0][0] == 4
    assert rows_of("PT Maju", table) == [("K-2", 300)]
    put_right(source, 3, owner, c4="20")
    source = rest(source, owner)
    assert rows_of("PT Maju", table) == [("K-2", 300), ("K-7", 20)]
    assert counts(source) == (1, 1, 0, 0)


def test_what_a_table_cannot_take_stands_in_a_note_where_a_person_wants_it(owner: User, table: Table) -> None:
    text = f"{HEAD}PT Maju;;0812345671;K-2;300\nPT Maju;;0812345671;K-7;many\n"

    bring_in(text, owner, bad="note")

    assert rows_of("PT Maju", table) == [("K-2", 300), ("K-7", None)]
    assert [touch.text for touch in everything(Touch)] == ["Machines: Hours: many"]
    assert counts(decided(text, owner, bad="note")) == (0, 0, 2, 0)


def test_a_row_without_what_must_be_filled_in_is_left_out(owner: User, table: Table) -> None:
    shaping.add_field(section=table.section, type="text", name="Serial", is_required=True, by=owner)
    head = HEAD.replace("\n", ";Machines: Serial\n")

    unmapped = check(drop(f"{HEAD}PT Maju;;0812345671;K-2;300\n", owner), owner)
    source = bring_in(f"{head}PT Maju;;0812345671;K-2;300;\nPT Maju;;0812345671;K-7;;S7\nPT Tirta;;;;;\n", owner)

    wanting = "“Machines: Serial” must be filled in"
    assert told(unmapped) == [(2, "rejected", wanting)]
    assert told(source) == [(2, "rejected", wanting)]
    assert (rows_of("PT Maju", table), rows_of("PT Tirta", table)) == ([("K-7", None)], [])


# ---- rights


def let_import(seller: User) -> None:
    seller.role.grants = {**seller.role.grants, "clients.import": int(Scope.OWN)}
    seller.role.save()


def test_only_what_a_person_may_fill_in_is_offered_and_taken(
    owner: User, head: User, seller: User, table: Table
) -> None:
    let_import(seller)
    shaping.change_field(field=table.hours, name="Hours", change_roles=[head.role_id], by=owner)
    hidden = shaping.add_section(
        entity="clients.client", kind="table", name="Debts", see_roles=[head.role_id], by=owner
    )
    amount = shaping.add_field(section=hidden, type="text", name="Amount", by=owner)
    serial = shaping.add_field(section=table.section, type="text", name="Serial", see_roles=[head.role_id], by=owner)
    formula = shaping.add_field(section=table.section, type="formula", name="Twice", formula="[Hours] * 2", by=owner)
    keys = {shape.key for section in fields.tables_for(seller) for shape in section.fields}
    assert keys == {f"f{table.model.pk}"}
    assert not {f"f{each.pk}" for each in (table.hours, amount, serial, formula)} & set(fields.targets_for(seller))

    source = drop("Company;Machines: Model;Machines: Hours;Debts: Amount\nPT Maju;K-2;300;9\n", seller)
    assert [choice["target"] for choice in source.choices] == ["name", f"f{table.model.pk}", "", ""]
    started(check(source, seller), seller)

    assert rows_of("PT Maju", table) == [("K-2", None)]
    assert everything(ClientRow).filter(section=hidden).count() == 0


def test_a_seller_adds_no_rows_to_clients_out_of_reach(owner: User, seller: User, stranger: User, table: Table) -> None:
    let_import(seller)
    actions.add_client(name="PT Asing", phone="0812345699", by=stranger)
    actions.add_client(name="PT Punya", phone="0812345698", by=seller)

    source = changed(
        "Company;Phone;Machines: Model\nPT Asing;0812345699;K-2\nPT Punya;0812345698;K-7\n", seller, mode="change"
    )

    assert (rows_of("PT Asing", table), rows_of("PT Punya", table)) == ([], [("K-7", None)])
    assert [row[0] for row in told(source)] == [2]
