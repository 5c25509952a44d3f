"""Fields of the firm's own: filled in, told, undone, and known only to those who may know of them."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kartu.clients import actions
from kartu.clients.history import lines_of
from kartu.clients.models import Client, ClientRow, ClientValue
from kartu.core.testing import run_jobs
from kartu.records.actions import undo_changes
from kartu.records.changes import EditConflicts, change_set
from kartu.records.custom import actions as shaping
from kartu.records.imports import acts as imports
from kartu.records.imports.importers import importers
from kartu.records.models import Field, Section
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def machines(owner) -> Section:
    return shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)


@pytest.fixture
def model(machines, owner) -> Field:
    return shaping.add_field(section=machines, type="text", name="Model", by=owner)


@pytest.fixture
def secret(machines, owner, head) -> Field:
    """Seen by heads (and the owner) only."""
    return shaping.add_field(section=machines, type="money", name="Margin", see_roles=[head.role_id], by=owner)


@pytest.fixture
def sinar(seller) -> Client:
    return actions.add_client(name="PT Sinar Abadi", by=seller)


def put(client: Client, field: Field, value, by, **options) -> Client:
    return actions.set_custom(client=client, values={f"custom.{field.pk}": value}, by=by, **options)


def fresh(client: Client, by) -> Client:
    return Client.objects.visible_to(by).get(pk=client.pk)


def history(client: Client, by) -> list[tuple[str, str, str]]:
    rows = AuditRow.objects.filter(root_type="clients.client", root_id=client.pk).select_related("payload")
    return [(each.label, each.before, each.after) for line in lines_of(rows, by) for each in line.changes]


def test_a_value_is_kept_and_projected_by_the_same_action(sinar, model, seller):
    put(sinar, model, "Volvo  X5", seller)

    assert fresh(sinar, seller).custom == {str(model.pk): "Volvo  X5"}
    values = ClientValue.objects.as_system("a test")
    assert list(values.values_list("field_id", "record_id", "text")) == [(model.pk, sinar.pk, "volvo x5")]

    put(sinar, model, None, seller)

    assert fresh(sinar, seller).custom == {}
    assert not ClientValue.objects.as_system("a test").exists()


def test_the_history_tells_old_and_new_by_the_fields_name(sinar, model, seller, head):
    put(sinar, model, "X5", seller)
    put(sinar, model, "X7", seller)

    assert history(sinar, head) == [("Model", "", "X5"), ("Model", "X5", "X7")]


def test_an_undo_takes_back_one_field_and_leaves_what_was_put_into_another(sinar, model, machines, seller, owner):
    year = shaping.add_field(section=machines, type="whole", name="Year", by=owner)
    with change_set("edit", "Model", by=seller) as changes:
        put(sinar, model, "X5", seller)
    put(sinar, year, 2020, owner)

    undoing = undo_changes(changes=changes, by=seller)

    assert undoing.conflicts == []
    assert fresh(sinar, seller).custom == {str(year.pk): 2020}
    assert list(ClientValue.objects.as_system("a test").values_list("field_id", flat=True)) == [year.pk]


def test_an_undo_leaves_a_field_that_somebody_has_changed_since(sinar, model, seller, owner):
    with change_set("edit", "Model", by=seller) as changes:
        put(sinar, model, "X5", seller)
    put(sinar, model, "X7", owner)

    undoing = undo_changes(changes=changes, by=seller)

    assert [(each.column, each.theirs) for each in undoing.conflicts] == [(f"custom.{model.pk}", "X7")]
    assert fresh(sinar, seller).custom == {str(model.pk): "X7"}


def test_two_people_at_two_fields_are_in_nobodys_way_and_at_one_they_meet(sinar, model, machines, seller, owner):
    year = shaping.add_field(section=machines, type="whole", name="Year", by=owner)
    put(sinar, model, "X7", owner, base={f"custom.{model.pk}": None})

    put(sinar, year, 2020, seller, base={f"custom.{year.pk}": None})
    with pytest.raises(EditConflicts):
        put(sinar, model, "X9", seller, base={f"custom.{model.pk}": None})

    assert fresh(sinar, seller).custom == {str(model.pk): "X7", str(year.pk): 2020}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("whole", "12.5"),
            ("whole", True),
            ("whole", 10**14),
            ("decimal", "1,5"),
            ("money", "x"),
            ("money", "1.234"),
        ),
        *(("date", "31.12.2025"), ("date", 5), ("moment", "soon"), ("flag", "perhaps"), ("email", "a@"), ("text", 5)),
        *(("link", "javascript:alert(1)"), ("phone", "none"), ("person", 10**9), ("choice", "c9")),
        *(("money", "1.2345"), ("choices", ["c9"])),
    ],
)
def test_a_type_refuses_what_it_cannot_hold_by_the_name_of_the_field(sinar, machines, owner, kind, value):
    told = {"choices": ["One"]} if "choice" in kind else {}
    field = shaping.add_field(section=machines, type=kind, name="A", by=owner, **told)

    with pytest.raises(ValidationError) as refused:
        put(sinar, field, value, owner)

    assert list(refused.value.error_dict) == [f"custom.{field.pk}"]
    assert fresh(sinar, owner).custom == {}


def test_a_required_field_is_not_emptied(sinar, machines, owner):
    field = shaping.add_field(section=machines, type="text", name="A", is_required=True, by=owner)
    put(sinar, field, "x", owner)

    with pytest.raises(ValidationError, match="must be filled in"):
        put(sinar, field, None, owner)


# --- rights ---------------------------------------------------------------------------------------------------


def test_who_does_not_see_a_field_neither_reads_nor_writes_it(sinar, secret, seller, owner, client):
    put(sinar, secret, "77000", owner)

    with pytest.raises(Refused):
        put(sinar, secret, "1", seller)
    client.force_login(seller)
    section = client.get(
        reverse("clients:own_section", args=[sinar.pk, secret.section_id]), headers={"HX-Request": "true"}
    )

    assert fresh(sinar, owner).custom == {str(secret.pk): "77000"}
    assert "Margin" not in section.content.decode()
    assert "Margin" not in client.get("/clients/").content.decode()
    assert client.get(reverse("clients:own_field", args=[sinar.pk, secret.pk])).status_code == 404
    assert "Margin" not in client.get("/clients/new/").content.decode()


def test_the_list_answers_for_a_hidden_column_as_for_one_that_never_was(sinar, secret, seller, owner, client):
    put(sinar, secret, "77000", owner)
    client.force_login(seller)

    for query in (f"f=f{secret.pk}:filled", f"s=f{secret.pk}", "f=f999:filled", "s=f999"):
        assert client.get(f"/clients/?{query}").status_code == 400
    client.force_login(owner)
    assert client.get(f"/clients/?f=f{secret.pk}:filled&s=f{secret.pk}").status_code == 200


def test_the_history_is_silent_on_a_field_that_the_reader_does_not_see(sinar, secret, machines, owner, head, seller):
    put(sinar, secret, "77000", owner)

    assert [line[0] for line in history(sinar, owner)] == ["Margin"]
    assert [line[0] for line in history(sinar, head)] == ["Margin"]
    assert history(sinar, seller) == []


def titles_found(person, text: str) -> list[str]:
    return [found.hit.title for group in find(text, by=person) for found in group.found]


def test_the_search_finds_by_what_everybody_sees_and_by_nothing_else(sinar, model, machines, owner, head, seller):
    hidden = shaping.add_field(section=machines, type="text", name="Rumour", see_roles=[head.role_id], by=owner)
    put(sinar, model, "Komatsu", owner)
    put(sinar, hidden, "Zeppelin", owner)

    assert titles_found(seller, "komatsu") == ["PT Sinar Abadi"]
    assert titles_found(seller, "zeppelin") == []

    shaping.change_field(field=model, name="Model", see_roles=[head.role_id], by=owner)
    run_jobs()

    assert titles_found(seller, "komatsu") == []


def test_who_may_not_change_a_field_still_reads_it(sinar, machines, owner, head, seller):
    field = shaping.add_field(section=machines, type="text", name="Score", change_roles=[head.role_id], by=owner)
    put(sinar, field, "A", head)

    with pytest.raises(Refused):
        put(sinar, field, "B", seller)

    assert fresh(sinar, seller).custom == {str(field.pk): "A"}


def test_only_who_sets_cards_up_adds_sections(head, owner):
    with pytest.raises(Refused):
        shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=head)

    assert not Section.objects.visible_to(owner).exists()


def test_a_hidden_or_trashed_field_is_gone_everywhere_and_comes_back_whole(sinar, model, owner, client):
    put(sinar, model, "X5", owner)
    client.force_login(owner)
    asked = f"/clients/?f=f{model.pk}:is:x5"

    for away, back in (
        (lambda: shaping.hide(definition=model, is_hidden=True, by=owner),
         lambda: shaping.hide(definition=model, is_hidden=False, by=owner)),
        (lambda: shaping.trash(definition=model, by=owner), lambda: shaping.restore(definition=model, by=owner)),
    ):  # fmt: skip
        away()
        assert client.get(asked).status_code == 400
        back()
        assert "PT Sinar Abadi" in client.get(asked).content.decode()


# --- undo ------------------------------------------------------------------------------------------------------


def set_by(client, field, value, by):
    with change_set("edit", "Set", by=by) as changes:
        put(fresh(client, by), field, value, by)
    return changes


def test_undo_neither_tells_nor_changes_what_was_taken_out_of_ones_sight(sinar, model, owner, head, seller, client):
    mine = set_by(sinar, model, "X5", seller)
    shaping.change_field(field=model, name="Model", see_roles=[head.role_id], by=owner)
    put(fresh(sinar, owner), model, "Secret", owner)

    undoing = undo_changes(changes=mine, by=seller)

    assert fresh(sinar, owner).custom == {str(model.pk): "Secret"}
    assert [(each.theirs, each.ours) for each in undoing.conflicts] == [(None, None)]
    client.force_login(seller)
    assert "Secret" not in client.get(f"/changes/{undoing.change_set.pk}/").content.decode()


def test_undo_of_what_one_may_not_change_any_more_leaves_it(sinar, model, owner, head, seller):
    mine = set_by(sinar, model, "X5", seller)
    shaping.change_field(field=model, name="Model", change_roles=[head.role_id], by=owner)

    undoing = undo_changes(changes=mine, by=seller)

    assert fresh(sinar, owner).custom == {str(model.pk): "X5"}
    assert [(each.theirs, each.ours) for each in undoing.conflicts] == [("X5", None)]


def test_conflicts_kept_by_one_who_sees_are_told_without_values_to_one_who_does_not(sinar, secret, owner, head, client):
    changes = set_by(sinar, secret, "5", owner)
    put(fresh(sinar, owner), secret, "77", owner)
    undoing = undo_changes(changes=changes, by=owner)
    assert [each.theirs for each in undoing.conflicts] == ["77"]
    shaping.change_field(field=secret, name="Margin", see_roles=[owner.role_id], by=owner)
    client.force_login(head)

    page = client.get(f"/changes/{undoing.change_set.pk}/")

    assert page.status_code == 200
    assert ">77<" not in page.content.decode()


# --- import, export, print ------------------------------------------------------------------------------------


def brought(text: str, by):
    file = ContentFile(text.encode())
    source = imports.drop_file(importer=importers["clients"], file=file, name="a.tsv", by=by, inline=True)
    return imports.decide(source=source, targets={}, answers={}, by=by, inline=True)


def test_an_import_knows_the_field_by_its_name_and_fills_it(model, machines, owner):
    year = shaping.add_field(section=machines, type="date", name="Bought on", by=owner)
    kind = shaping.add_field(section=machines, type="choice", name="Drive", choices=["Diesel", "Gas"], by=owner)

    source = brought("Name\tModel\tBought on\tDrive\nPT Baru\tX5\t31.12.2025\tgas\n", owner)
    imports.start(source=source, by=owner, inline=True)

    client = Client.objects.visible_to(owner).get(name="PT Baru")
    assert client.custom == {str(model.pk): "X5", str(year.pk): "2025-12-31", str(kind.pk): "c2"}
    assert ClientValue.objects.as_system("a test").filter(record=client).count() == 3
    assert titles_found(owner, "X5") == ["PT Baru"]


def test_an_import_names_the_column_whose_value_is_none(machines, owner):
    shaping.add_field(section=machines, type="whole", name="Year", by=owner)

    source = brought("Name\tYear\nPT Baru\tlong ago\n", owner)

    [row] = source.rows.all()
    assert [(at, value) for at, _text, value, _url in row.problems] == [(1, "long ago")]


def test_an_import_of_who_does_not_see_a_field_does_not_know_it(machines, owner, head):
    field = shaping.add_field(section=machines, type="text", name="Rumour", see_roles=[owner.role_id], by=owner)

    source = brought("Name\tRumour\nPT Baru\tx\n", head)

    assert [choice["target"] for choice in source.choices] == ["name", ""]
    assert f"f{field.pk}" not in importers["clients"].targets_for(head)


def test_export_and_import_bring_the_same_values(model, owner, client):
    sinar = actions.add_client(name="PT Sinar", custom={f"custom.{model.pk}": "X5"}, by=owner)
    client.force_login(owner)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{model.pk}"})

    answer = client.post(reverse("records:list_export", args=["clients", "xlsx"]), {"purpose": "A test"})

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    lines = [[str(cell.value).rstrip() for cell in line] for line in sheet.iter_rows()]
    assert ["PT Sinar", "X5"] in lines
    assert any(line[:2] == ["Client", "Model"] for line in lines)
    assert sinar.custom == {str(model.pk): "X5"}


# --- checklists ------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(owner) -> Section:
    return shaping.add_section(entity="clients.client", kind="checklist", name="Papers", by=owner)


def test_a_checklist_is_ticked_off_and_on_again(papers, sinar, owner, seller, client):
    signed = shaping.add_field(section=papers, type="flag", name="Contract signed", by=owner)
    shaping.add_field(section=papers, type="flag", name="Passport seen", by=owner)
    client.force_login(seller)
    url = reverse("clients:tick", args=[sinar.pk, signed.pk])

    done = client.post(url, {"done": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert fresh(sinar, seller).custom == {str(signed.pk): True}
    assert "1 of 2 done" in done
    assert client.get(f"/clients/?f=f{signed.pk}:yes").status_code == 200
    assert history(sinar, seller)[-1] == ("Contract signed", "", "yes")

    undone = client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert fresh(sinar, seller).custom == {}
    assert "0 of 2 done" in undone


def test_only_things_to_tick_off_stand_on_a_checklist(papers, machines, model, sinar, owner, seller, client):
    with pytest.raises(ValidationError, match="tick off"):
        shaping.add_field(section=papers, type="text", name="Model", by=owner)
    with pytest.raises(ValidationError):
        shaping.move_field(field=model, section=papers, by=owner)
    client.force_login(seller)
    flag = shaping.add_field(section=machines, type="flag", name="Leased", by=owner)

    for field in (model, flag):
        assert client.post(reverse("clients:tick", args=[sinar.pk, field.pk]), {"done": "1"}).status_code == 404
    assert fresh(sinar, seller).custom == {}


def test_who_may_not_change_a_thing_does_not_tick_it_off(papers, sinar, owner, head, seller, client):
    signed = shaping.add_field(
        section=papers, type="flag", name="Contract signed", change_roles=[head.role_id], by=owner
    )
    client.force_login(seller)

    page = client.get(reverse("clients:own_section", args=[sinar.pk, papers.pk]), headers={"HX-Request": "true"})
    assert "Contract signed" in page.content.decode() and "disabled" in page.content.decode()
    assert client.post(reverse("clients:tick", args=[sinar.pk, signed.pk]), {"done": "1"}).status_code == 404
    assert fresh(sinar, seller).custom == {}


# --- tables ---------------------------------------------------------------------------------------------------


def test_rows_of_a_table_are_the_clients_own_and_are_added_changed_and_removed(sinar, owner, seller, stranger):
    table = shaping.add_section(entity="clients.client", kind="table", name="Pets", by=owner)
    name = shaping.add_field(section=table, type="text", name="Pet", by=owner)
    column = f"custom.{name.pk}"

    row = actions.add_row(client=sinar, section_id=table.pk, values={column: "Rex"}, by=seller)
    actions.change_row(row=row, values={column: "Max"}, base={column: "Rex"}, by=seller)

    assert [each.custom for each in ClientRow.objects.visible_to(seller)] == [{str(name.pk): "Max"}]
    assert not ClientRow.objects.visible_to(stranger).exists()
    with pytest.raises(Refused):
        actions.change_row(row=row, values={column: "X"}, by=stranger)

    actions.remove_row(row=row, by=seller)

    assert not ClientRow.objects.visible_to(seller).exists()


def test_a_table_takes_as_many_queries_for_one_row_as_for_ten(sinar, owner, seller, head, client):
    table = shaping.add_section(entity="clients.client", kind="table", name="Machines", by=owner)
    who = shaping.add_field(section=table, type="person", name="Serviced by", by=owner)
    client.force_login(owner)
    address = reverse("clients:own_section", args=[sinar.pk, table.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert seller.name in page
        return len(asked)

    actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{who.pk}": seller.pk}, by=owner)
    queries()
    with_one = queries()
    for person in (seller, head, owner) * 3:
        actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{who.pk}": person.pk}, by=owner)

    assert queries() == with_one


def test_a_row_with_what_one_may_not_change_is_not_thrown_away(sinar, owner, head, seller):
    table = shaping.add_section(entity="clients.client", kind="table", name="Pets", by=owner)
    name = shaping.add_field(section=table, type="text", name="Pet", change_roles=[head.role_id], by=owner)
    hidden = shaping.add_field(section=table, type="text", name="Illness", see_roles=[head.role_id], by=owner)
    for field in (name, hidden):
        row = actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{field.pk}": "X"}, by=owner)
        with pytest.raises(Refused):
            actions.remove_row(row=row, by=seller)
        actions.remove_row(row=row, by=owner)


def test_a_choice_keeps_its_key_under_another_name_and_one_left_out_is_still_said(sinar, machines, owner):
    field = shaping.add_field(section=machines, type="choice", name="Drive", choices=["Diesel", "Gas"], by=owner)
    put(sinar, field, "c2", owner)

    shaping.change_field(field=field, name="Drive", choices=["Diesel", "Methane"], by=owner)
    put(sinar, field, "c1", owner)
    shaping.change_field(field=field, name="Drive", choices=["Methane", "Steam", "Wind"], by=owner)

    assert history(sinar, owner) == [("Drive", "", "Methane"), ("Drive", "Methane", "Diesel")]
