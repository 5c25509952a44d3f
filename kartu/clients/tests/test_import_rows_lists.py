"""What is known of columns of the firm's own tables by their heads, and the list of rows that goes out and comes in."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.imports.templates import template
from kartu.clients.models import Client, ClientRow
from kartu.clients.tests.test_import import bring_in, check, drop, everything, renewed, told
from kartu.clients.tests.test_import_steps import browser
from kartu.clients.tests.test_import_tables import counts, let_import, rows_of
from kartu.clients.tests.test_import_updates import changed, decided, started
from kartu.clients.tests.test_row_lists import Table
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.custom import actions as shaping
from kartu.records.imports import acts
from kartu.records.imports.importers import importers
from kartu.records.imports.layouts import plan_of
from kartu.records.models import Import
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def table(owner: User) -> Table:
    return Table(owner)


def guessed(heads: str, by: User, values: str = "") -> list[str]:
    """The field of each column."""
    return [choice["target"] for choice in drop(f"{heads}\n{values or heads.replace(';', 'x;')}\n", by).choices]


# ---- heads


def test_a_field_is_known_by_its_table_and_alone_where_no_other_is_called_so(owner: User, table: Table) -> None:
    model, hours = f"f{table.model.pk}", f"f{table.hours.pk}"
    assert guessed("Company;Machines: Model;machines hours", owner, "PT Maju;K-2;5") == ["name", model, hours]
    assert guessed("Company;Model;Hours", owner, "PT Maju;K-2;5") == ["name", model, hours]

    pets = Table(owner, name="Pets")

    assert guessed("Company;Model;Hours", owner, "PT Maju;K-2;5") == ["name", "", ""]
    both = guessed("Company;Machines: Model;Pets: Model", owner, "PT Maju;K-2;Cat")
    assert both == ["name", model, f"f{pets.model.pk}"]


def test_a_name_out_of_sight_takes_no_part_in_the_guessing(owner: User, head: User, seller: User, table: Table) -> None:
    let_import(seller)
    hidden = Table(owner, name="Debts")
    shaping.change_section(section=hidden.section, name="Debts", see_roles=[head.role_id], by=owner)

    assert guessed("Company;Model", seller, "PT Maju;K-2") == ["name", f"f{table.model.pk}"]


def test_the_fields_of_a_client_come_before_those_of_tables(owner: User, table: Table) -> None:
    shaping.add_field(section=table.section, type="text", name="Phone", by=owner)

    assert guessed("Company;Phone;City", owner, "PT Maju;0812345671;Bandung") == ["name", "phone", "city"]


def test_the_table_to_fill_in_has_columns_for_tables(owner: User, seller: User, table: Table) -> None:
    shaping.add_field(section=table.section, type="choice", name="State", choices=["new", "used"], by=owner)
    shaping.add_field(section=table.section, type="formula", name="Twice", formula="[Hours] * 2", by=owner)
    offered = template(owner)
    assert offered.heads[-3:] == ["Machines: Model", "Machines: Hours", "Machines: State"]
    assert offered.values[len(offered.heads) - 1] == ["new", "used"]

    answer = browser(owner).get(reverse("records:import_template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    row = [None] * (len(offered.heads) - 3) + ["K-2", 300, "new"]
    book.worksheets[0].append(["PT Satu", *row[1:]])
    kept = io.BytesIO()
    book.save(kept)
    source = dropped(kept.getvalue(), owner)
    source = started(check(source, owner), owner)

    assert (source.new_count, source.rejected_count) == (1, 1)
    assert rows_of("PT Satu", table) == [("K-2", 300)]
    shaping.change_section(section=table.section, name="Machines", see_roles=[owner.role_id], by=owner)
    assert not [head for head in template(seller).heads if "Machines" in head]


# ---- the list of rows


def dropped(book: bytes, by: User, name: str = "rows.xlsx") -> Import:
    source = acts.drop_file(importer=importers["clients"], file=ContentFile(book, name=name), name=name, by=by)
    run_jobs()
    return renewed(source)


def exported(window: Browser, table: Table, kind: str = "xlsx") -> bytes:
    answer = window.post(f"/lists/{table.key}/export/{kind}/", {"purpose": "A test"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def values() -> list[tuple]:
    rows = everything(ClientRow).live()
    return sorted(((row.client_id, row.section_id, sorted(row.custom.items())) for row in rows), key=str)


EVERY = {
    "flag": False,
    "date": "2024-03-12",
    "money": "1250000",
    "decimal": "2.5",
    "long": "line one\nline two",
    "phone": "+62812345678",
    "email": "a@example.com",
    "link": "https://example.com/x",
    "moment": "2024-03-12T10:07:00+00:00",
    "barcode": "00123",
}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_a_list_of_rows_that_comes_back_changes_nothing(owner: User, table: Table, language: str, kind: str) -> None:
    """Also where its fields are called as those of a client are, and one is worked out."""
    own = {type_: shaping.add_field(section=table.section, type=type_, name=type_, by=owner) for type_ in EVERY}
    shaping.add_field(section=table.section, type="formula", name="Twice", formula="[Hours] * 2", by=owner)
    for field, name in ((own["phone"], "Phone"), (own["email"], "E-mail"), (own["long"], "Note")):
        shaping.change_field(field=field, name=name, by=owner)
    colour = shaping.add_field(section=table.section, type="choices", name="City", choices=["red", "blue"], by=owner)
    maju, andi = (actions.add_client(name=name, by=owner) for name in ("PT Maju", "Pak Andi"))
    whole = {f"custom.{own[type_].pk}": value for type_, value in EVERY.items()}
    keys = [key for key, _label in colour.options["choices"]]
    for client, hours in ((maju, 300), (maju, 20), (andi, 1)):
        more = {f"custom.{table.hours.pk}": hours, f"custom.{table.model.pk}": "=1+1", f"custom.{colour.pk}": keys}
        actions.add_row(client=client, section_id=table.section.pk, values=whole | more, by=owner)
    table.add(andi, "A-1")
    run_jobs()
    before = values()
    owner.language = language
    owner.save()

    source = dropped(exported(browser(owner), table, kind), owner, f"rows.{kind}")
    acts.decide(source=source, targets={}, answers={"mode": "both", "dates": "dmy"}, by=owner)
    run_jobs()
    source = renewed(source)

    assert counts(source) == (0, 0, 4, 0), list(source.rows.values_list("changes", "problems"))
    for row in ClientRow.objects.visible_to(owner):
        actions.remove_row(row=row, by=owner)
    source = dropped(exported_again(source), owner, f"rows.{kind}")
    acts.decide(source=source, targets={}, answers={"mode": "both", "dates": "dmy"}, by=owner)
    run_jobs()
    started(renewed(source), owner)
    assert values() == before and everything(Client).count() == 2


def exported_again(source: Import) -> bytes:
    with renewed(source).file.open("rb") as file:
        return file.read()


def test_such_a_list_offers_to_change_who_is_here(owner: User, table: Table) -> None:
    actions.add_client(name="PT Maju", by=owner)
    rows, clients = (
        drop("Client;Model\nPT Maju;K-2\n", owner),
        drop("Client;Phone;Model\nPT Maju;0812345671;K-2\n", owner),
    )

    offers = [modes_offered(source) for source in (rows, clients)]

    assert offers == [["both", "new", "change"], ["new", "both", "change"]]


def modes_offered(source: Import) -> list[str]:
    importer = importers["clients"]
    questions = importer.questions(list(plan_of(source).choices), source.layout)
    return next([value for value, _label in each.answers] for each in questions if each.key == "mode")


def test_a_client_is_known_by_a_name_that_is_only_its_own(owner: User, table: Table) -> None:
    for phone in ("0812345671", "0812345672"):
        actions.add_client(name="PT Maju", phone=phone, by=owner)
    actions.add_client(name="PT Tirta", by=owner)
    last = AuditRow.objects.latest("pk")

    source = changed("Client;Model;Hours\nPT Maju;K-2;300\nPT Tirta;K-7;20\n", owner)

    assert told(source) == [(2, "rejected", "Several clients could be meant")]
    assert (rows_of("PT Maju", table), rows_of("PT Tirta", table)) == ([], [("K-7", 20)])
    assert everything(Client).count() == 3 and AuditRow.objects.filter(pk__gt=last.pk, verb="create").count() == 1


def test_a_list_of_two_tables_with_the_same_fields_is_not_guessed(owner: User, table: Table) -> None:
    shaping.add_field(section=table.section, type="text", name="Serial", by=owner)
    pets = Table(owner, name="Pets")
    model, hours = f"f{pets.model.pk}", f"f{pets.hours.pk}"

    assert guessed("Client;Model;Hours", owner, "PT Maju;K-2;5") == ["name", model, hours], "all columns of one"
    assert guessed("Client;Model;Hours;Serial", owner, "PT Maju;K-2;5;S")[1] == f"f{table.model.pk}"
    Table(owner, name="Boats")
    assert guessed("Client;Model;Hours", owner, "PT Maju;K-2;5") == ["name", "", ""], "two tables have just these"


def test_a_plain_list_of_clients_is_none_of_rows(owner: User) -> None:
    branches = shaping.add_section(entity="clients.client", kind="table", name="Branches", by=owner)
    for name in ("Phone", "City", "Manager"):
        shaping.add_field(section=branches, type="text", name=name, by=owner)

    assert guessed("Client;Phone;City", owner, "PT Maju;0812345671;Garut") == ["name", "phone", "city"]
    assert bring_in("Client;Phone;City\nPT Maju;0812345671;Garut\n", owner).new_count == 1
    assert decided("Client;Phone;City\nPT Maju;0812345671;Garut\n", owner).same_count == 1
