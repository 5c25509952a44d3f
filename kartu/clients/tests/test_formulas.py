"""Formulas among the firm's own fields: right after every way of writing, and known to those only who may know all
that they are worked out from."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.actions.merging import merge_clients
from kartu.clients.card import Card
from kartu.clients.invariants import formulas_are_worked_out, own_fields_are_repeated
from kartu.clients.lists import CLIENTS
from kartu.clients.merging import move_clients
from kartu.clients.models import Client, ClientRow, Status
from kartu.clients.own_sections import dossier
from kartu.clients.segments.fields import asked_by
from kartu.clients.segments.meaning import understood
from kartu.core.expressions import as_condition
from kartu.core.testing import run_jobs
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.custom.definitions import fields_for, fields_of
from kartu.records.custom.trying import tried
from kartu.records.imports import acts as imports
from kartu.records.imports.importers import importers
from kartu.records.imports.writing import Pile, Stale
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question
from kartu.records.models import Field, Section
from kartu.search.find import find
from kartu.security import audit
from kartu.security.invariants.ledger import columns_are_derived
from kartu.security.models import AuditRow
from kartu.security.origin import Origin, coming_from
from kartu.security.tokens import make_token

pytestmark = pytest.mark.django_db

ENTITY = "clients.client"


@pytest.fixture
def machines(owner) -> Section:
    return shaping.add_section(entity=ENTITY, kind="fields", name="Machines", by=owner)


@pytest.fixture
def price(machines, owner) -> Field:
    return shaping.add_field(section=machines, type="money", name="Price", by=owner)


@pytest.fixture
def count(machines, owner) -> Field:
    return shaping.add_field(section=machines, type="whole", name="How many", by=owner)


@pytest.fixture
def total(machines, price, count, owner) -> Field:
    return formula(machines, "[Price] * [How many]", "Total", owner)


def formula(section: Section, text: str, name: str, owner, **told) -> Field:
    made = shaping.add_field(section=section, type="formula", name=name, formula=text, by=owner, **told)
    run_jobs()
    return made


def add(by, name: str = "PT Sinar", **values) -> Client:
    """`values`: f5=... as what a field keeps."""
    custom = {f"custom.{key[1:]}": value for key, value in values.items()}
    return actions.add_client(name=name, custom=custom, by=by)


def put(client: Client, field: Field, value, by) -> Client:
    return actions.set_custom(client=client, values={f"custom.{field.pk}": value}, by=by)


def gives(client: Client, field: Field):
    """What stands on the record, if the lists look at the same and nothing is left of what was before."""
    for found in (formulas_are_worked_out(), own_fields_are_repeated()):
        assert list(found) == []
    row = Client.objects.as_system("a test").get(pk=client.pk)
    return row.worked_out.get(str(field.pk))


def piece(client, whose: Client, section: Section) -> str:
    """The section as the card shows it."""
    url = reverse("clients:own_section", args=[whose.pk, section.pk])
    return client.get(url, headers={"HX-Request": "true"}).content.decode()


def found(person, query: str) -> list[str]:
    asking = Asking(person)
    names = dict(Client.objects.visible_to(person).values_list("pk", "name"))
    return [names[pk] for pk in Finding(Question.of(CLIENTS, QueryDict(query), asking), asking).page(50).ids]


def brought(text: str, by, **answers):
    file = ContentFile(text.encode())
    source = imports.drop_file(importer=importers["clients"], file=file, name="a.tsv", by=by, inline=True)
    source = imports.decide(source=source, targets={}, answers=answers, by=by, inline=True)
    imports.start(source=source, by=by, inline=True)
    source.refresh_from_db()
    return source


# --- after every way of writing ----------------------------------------------------------------------------------


def test_it_is_worked_out_with_the_writing_and_tells_the_log_nothing(price, count, total, seller):
    sinar = add(seller, **{f"f{price.pk}": "2500", f"f{count.pk}": 4})

    assert gives(sinar, total) == "10000"
    put(sinar, count, 5, seller)
    assert gives(sinar, total) == "12500"
    put(sinar, count, None, seller)
    assert gives(sinar, total) is None
    told = AuditRow.objects.filter(object_type=ENTITY).select_related("payload")
    assert not any(f"custom.{total.pk}" in json.dumps(row.payload.values) for row in told)
    assert not any("worked_out" in json.dumps(row.payload.values) for row in told)


def test_undo_and_undo_of_undo_work_it_out_anew(price, count, total, seller):
    sinar = add(seller, **{f"f{price.pk}": "100", f"f{count.pk}": 1})
    with change_set("edit", "Count", by=seller) as changes:
        put(sinar, count, 7, seller)
    with change_set("edit", "Price", by=seller):
        put(sinar, price, "200", seller)
    assert gives(sinar, total) == "1400"

    undoing = undo_changes(changes=changes, by=seller)

    assert undoing.conflicts == []
    assert gives(sinar, total) == "200"
    undo_changes(changes=undoing.change_set, by=seller)
    assert gives(sinar, total) == "1400"


def test_a_cell_of_the_list_and_a_field_of_the_card_renew_it(price, count, total, sinar_of, seller, client):
    sinar = sinar_of(seller, "100", 2)
    client.force_login(seller)

    cell = reverse("records:list_cell", args=["clients", sinar.pk, f"f{count.pk}"])
    answer = client.post(cell, {"value": "3", "version": "2"})
    assert "kartu:changed" not in answer.headers["HX-Trigger"]
    assert gives(sinar, total) == "300"
    client.post(reverse("clients:own_field", args=[sinar.pk, count.pk]), {f"f{count.pk}": "4"})
    assert gives(sinar, total) == "400"
    # The list shows the other cell anew, and the card the section.
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{count.pk},f{total.pk}"})
    assert "kartu:changed" in client.post(cell, {"value": "5", "version": "4"}).headers["HX-Trigger"]
    assert "clients:head from:body" in piece(
        client, sinar, Section.objects.as_system("a test").get(pk=count.section_id)
    )


@pytest.fixture
def sinar_of(price, count):
    return lambda by, worth, many: add(by, **{f"f{price.pk}": worth, f"f{count.pk}": many})


def test_an_import_of_new_ones_and_of_changes_and_its_undo(price, count, total, owner):
    source = brought("Name\tPhone\tPrice\tHow many\nPT Baru\t+6281211112222\t1000\t3\nPT Kosong\t\t5\t\n", owner)
    baru = Client.objects.visible_to(owner).get(name="PT Baru")
    assert gives(baru, total) == "3000"
    assert found(owner, f"f=f{total.pk}:is:3000") == ["PT Baru"]
    assert source.choices[-1]["target"] == f"f{count.pk}"

    answers = {"mode": "both", "known_by": "phone"}
    put(baru, count, None, owner)
    again = brought("Name\tPhone\tHow many\nPT Baru\t+6281211112222\t9\n", owner, **answers)
    assert gives(baru, total) == "9000"

    imports.take_back(source=again, by=owner, inline=True)
    assert gives(baru, total) is None


def test_a_merge_and_its_undo(price, count, total, owner):
    stays = add(owner, "PT Sinar", **{f"f{price.pk}": "100"})
    goes = add(owner, "PT Sinar Abadi", **{f"f{price.pk}": "900", f"f{count.pk}": 3})
    with change_set("edit", "Merge", by=owner) as changes:
        merge_clients(client=stays, other=goes, take=[f"custom.{count.pk}"], by=owner)
    assert gives(stays, total) == "300"

    undo_changes(changes=changes, by=owner)

    assert gives(stays, total) is None
    assert gives(goes, total) == "2700"


def test_a_value_of_a_list_that_goes_into_another_changes_what_asks_for_it(machines, owner):
    vip, plain = Status.objects.create(name="VIP"), Status.objects.create(name="Plain")
    rate = formula(machines, 'if([Status] = "VIP", 10, 5)', "Rate", owner)
    sinar = actions.add_client(name="PT Sinar", status_id=vip.pk, by=owner)
    assert gives(sinar, rate) == "10"

    with change_set("edit", "x", by=owner) as changes:
        pass
    move_clients.call(by=owner, directory="statuses", item_id=vip.pk, into_id=plain.pk, change_set_id=changes.pk)

    assert gives(sinar, rate) == "5"


def test_built_in_columns_count_when_they_change(machines, owner):
    born = formula(machines, "year([Birthday])", "Born in", owner)
    budi = actions.add_client(name="Budi", kind="person", birthday="1990-05-01", by=owner)
    budi.refresh_from_db()
    assert gives(budi, born) == "1990"

    actions.change_client(client=budi, values={"birthday": None}, by=owner)

    assert gives(budi, born) is None


def test_programs_read_it_and_are_refused_where_they_write_it(price, count, total, sinar_of, owner, client):
    sinar = sinar_of(owner, "100", 2)
    _token, text = make_token(person=owner, name="t", rights=["clients.view", "clients.change"])
    head = {"Authorization": f"Bearer {text}"}
    url = f"/api/v1/clients/{sinar.pk}"

    assert client.get(url, headers=head).json()["custom"][str(total.pk)] == "200"
    body = {"version": sinar.version, "custom": {str(total.pk): "5"}}
    answer = client.patch(url, json.dumps(body), content_type="application/json", headers=head)

    assert answer.status_code == 422
    assert "worked out from other fields" in answer.content.decode()
    assert gives(sinar, total) == "200"


# --- what it gives -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[How many] / 0", None),
        ("[How many] / 3", "1.333333"),
        ("[How many] > 3", True),
        ("not [How many] > 3", False),
        ('if([How many] > 3, "many", "few")', "many"),
        ("2026-01-31 + 30 days", "2026-03-02"),
        ("2026-03-01 - 2026-02-01", "28"),
        ("first([Price], 7)", "7"),
        ("[Price] * 2", None),
        ("[Price] is empty", True),
        ("-[How many]", "-4"),
        ("[How many] * 900000000000 * 100", None),
        ("9000-12-31 + 30 days", None),
        ("[Name of the client]", "PT Sinar"),
    ],
)
def test_it_gives_what_the_language_says_and_nothing_where_there_is_nothing(machines, price, count, owner, text, kept):
    made = formula(machines, text, "Result", owner)

    assert gives(add(owner, **{f"f{count.pk}": 4}), made) == kept


def test_an_amount_is_rounded_to_its_currency(machines, price, owner):
    third = formula(machines, "[Price] / 3", "A third", owner)

    assert gives(add(owner, **{f"f{price.pk}": "100"}), third) == "33"


def test_it_stands_in_filters_sorting_search_and_the_dossier(machines, price, count, total, owner, client):
    grade = formula(machines, 'if([Total] > 500, "Zeppelin", "Small")', "Grade", owner)
    for name, worth in (("a", "100"), ("b", "900"), ("c", "300")):
        add(owner, name, **{f"f{price.pk}": worth, f"f{count.pk}": 1})
    add(owner, "d")

    assert found(owner, f"s=-f{total.pk}") == ["b", "c", "a", "d"]
    assert found(owner, f"f=f{total.pk}:more:200&s=f{total.pk}") == ["c", "b"]
    assert found(owner, f"f=f{total.pk}:empty") == ["d"]
    assert found(owner, f"f=f{grade.pk}:is:zeppelin") == ["b"]
    assert titles(owner, "zeppelin") == ["b"]
    [b] = Client.objects.visible_to(owner).filter(name="b")
    [box] = dossier(Card(b, owner), None).boxes
    assert ("Grade", "Zeppelin") in [(line.lead, line.text) for line in box.lines]
    client.force_login(owner)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{total.pk},f{grade.pk}"})
    shown = client.get("/clients/?s=name").content.decode()
    assert "Zeppelin" in shown and "Total" in shown


def test_a_segment_and_the_builder_ask_for_it_like_for_any_field(price, count, total, owner):
    for name, worth in (("a", "100"), ("b", "900")):
        add(owner, name, **{f"f{price.pk}": worth, f"f{count.pk}": 1})
    condition = as_condition(understood(f"f{total.pk} > 500", Asking(owner)), asked_by(Asking(owner)))

    assert list(Client.objects.visible_to(owner).filter(condition).values_list("name", flat=True)) == ["b"]


# --- writing one -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write what"),
        ("[Price] *", "missing at the end"),
        ("[Prize] * 2", "no field “Prize”"),
        ("[Price] + [How many]", "cannot be taken together"),
        ("today", "what day it is"),
        ("[Price", "closing bracket"),
        ("days_since([Birthday])", "what day it is"),
        ("[Birthday] in last 5 days", "what day it is"),
        ('[Status] = "Nobody"', "nothing called"),
        ("[Status]", "gives a number"),
        ("city", "no field"),
        ("phone", "no field"),
        ("calls.count", "no field"),
    ],
)
def test_what_makes_no_sense_is_refused_and_says_why(machines, price, count, owner, text, said):
    with pytest.raises(ValidationError) as refused:
        shaping.add_field(section=machines, type="formula", name="X", formula=text, by=owner)

    assert said in refused.value.message_dict["formula"][0]
    assert not Field.objects.as_system("a test").filter(name="X").exists()


def test_a_formula_of_formulas_follows_them_and_a_circle_is_named(machines, price, count, total, owner):
    half = formula(machines, "[Total] / 2", "Half", owner)
    sinar = add(owner, **{f"f{price.pk}": "100", f"f{count.pk}": 4})
    assert gives(sinar, half) == "200"

    with pytest.raises(ValidationError) as refused:
        shaping.change_field(field=total, name="Total", formula="[Half] * 2", by=owner)
    with pytest.raises(ValidationError):
        shaping.change_field(field=half, name="Half", formula="[Half]", by=owner)

    assert "Half → Total" in refused.value.message_dict["formula"][0]
    shaping.change_field(field=total, name="Total", formula="[Price] * 3", by=owner)
    run_jobs()
    assert gives(sinar, total) == "300"
    assert gives(sinar, half) == "150"


def test_what_it_gives_never_becomes_another_sort(machines, total, owner):
    with pytest.raises(ValidationError) as refused:
        shaping.change_field(field=total, name="Total", formula="[How many] * 2", by=owner)

    assert "add another field" in refused.value.message_dict["formula"][0]


def test_a_field_that_a_formula_uses_is_neither_hidden_nor_thrown_away(machines, price, count, total, owner, client):
    with pytest.raises(ValidationError, match="“Total” is worked out from “Price”"):
        shaping.trash(definition=price, by=owner)
    with pytest.raises(ValidationError, match="“Total” is worked out from “How many”"):
        shaping.hide(definition=count, is_hidden=True, by=owner)
    client.force_login(owner)
    answer = client.post(reverse("records:trash_definition", args=["fields", price.pk]))

    assert (
        answer.status_code == 204
        and "worked out from" in json.loads(answer.headers["HX-Trigger"])["kartu:toast"]["text"]
    )
    shaping.trash(definition=total, by=owner)
    shaping.trash(definition=price, by=owner)
    shaping.trash(definition=machines, by=owner)


def test_where_an_undo_takes_the_field_away_the_formula_goes_out_of_sight_and_comes_back(machines, count, owner):
    with change_set("edit", "New field", by=owner) as changes:
        extra = shaping.add_field(section=machines, type="whole", name="Extra", by=owner)
    made = formula(machines, "[Extra] * 2", "Twice", owner)
    sinar = add(owner, **{f"f{extra.pk}": 4})

    undoing = undo_changes(changes=changes, by=owner)

    assert made.pk not in {shape.id for shape in fields_for(ENTITY, owner)}
    undo_changes(changes=undoing.change_set, by=owner)
    assert made.pk in {shape.id for shape in fields_for(ENTITY, owner)}
    assert gives(sinar, made) == "8"


def test_names_are_kept_by_key_and_shown_by_label(machines, price, count, total, owner, client):
    assert total.options["text"] == f"f{price.pk} * f{count.pk}"
    shaping.change_field(field=price, name="Cost [net]", by=owner)
    shaping.change_field(field=count, name="Pieces", by=owner)
    client.force_login(owner)

    page = client.get(reverse("records:change_field", args=[total.pk])).content.decode()

    assert f"f{price.pk} * [Pieces]" in page
    assert 'data-insert="[Pieces]"' in page and f'data-insert="f{price.pk}"' in page
    assert 'data-insert="[Total]"' not in page


# --- in the background -------------------------------------------------------------------------------------------


def test_while_it_is_being_worked_out_every_page_says_so(machines, price, count, sinar_of, owner, client):
    sinar = sinar_of(owner, "100", 2)
    made = shaping.add_field(section=machines, type="formula", name="Total", formula="[Price] * [How many]", by=owner)
    client.force_login(owner)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{made.pk}"})
    says = "still being worked out"

    assert says in client.get("/clients/").content.decode()
    assert says in piece(client, sinar, machines)
    assert says in client.get(reverse("records:section", args=[machines.pk])).content.decode()
    assert Client.objects.as_system("a test").get(pk=sinar.pk).worked_out == {}
    assert [*formulas_are_worked_out(), *columns_are_derived()] == []
    run_jobs()

    assert says not in client.get("/clients/").content.decode()
    assert says not in client.get(reverse("records:section", args=[machines.pk])).content.decode()
    assert gives(sinar, made) == "200"


def test_an_undone_change_of_a_formula_is_worked_out_again(machines, price, count, total, sinar_of, owner):
    sinar = sinar_of(owner, "100", 2)
    with change_set("edit", "Formula", by=owner) as changes:
        shaping.change_field(field=total, name="Total", formula="[Price] * 5", by=owner)
    run_jobs()
    assert gives(sinar, total) == "500"

    undo_changes(changes=changes, by=owner)

    assert fields_of(ENTITY)[f"custom.{total.pk}"].is_pending
    run_jobs()
    assert gives(sinar, total) == "200"
    assert not fields_of(ENTITY)[f"custom.{total.pk}"].is_pending


def test_a_formula_that_stands_already_is_left_alone_by_the_work(price, count, total, sinar_of, owner):
    sinar = sinar_of(owner, "100", 2)
    before = Client.objects.as_system("a test").get(pk=sinar.pk).version
    shaping.change_field(field=total, name="Total", formula="[Price] * 5", by=owner)
    run_jobs()

    after = Client.objects.as_system("a test").get(pk=sinar.pk)
    assert (after.version, after.worked_out) == (before, {str(total.pk): "500"})


def test_who_writes_goes_by_the_formula_as_it_is_by_then(price, count, total, sinar_of, owner):
    """Its job may have passed the record already, and does not come back to it."""
    sinar = sinar_of(owner, "100", 2)
    with coming_from(Origin()):
        assert not fields_of(ENTITY)[f"custom.{total.pk}"].is_pending
        with coming_from(Origin()):
            shaping.change_field(field=total, name="Total", formula="[Price] * 5", by=owner)
        put(sinar, count, 3, owner)

    assert Client.objects.as_system("a test").get(pk=sinar.pk).worked_out == {str(total.pk): "500"}


def test_an_import_that_was_made_ready_by_another_formula_is_made_ready_anew(price, total, owner):
    with change_set("edit", "Import", by=owner) as changes:
        pass
    pile = Pile(owner, changes.pk)
    pile.pack()
    shaping.change_field(field=total, name="Total", formula="[Price] * 5", by=owner)

    with pytest.raises(Stale):
        pile.write()


# --- rights ------------------------------------------------------------------------------------------------------


def test_who_does_not_see_a_part_of_it_does_not_see_it(machines, count, owner, head, seller, client):
    margin = shaping.add_field(section=machines, type="money", name="Margin", see_roles=[head.role_id], by=owner)
    made = formula(machines, "[Margin] * 2", "Twice", owner)
    twice = formula(machines, "[Twice] * 2", "Four times", owner)
    sinar = add(owner, "PT Sinar", **{f"f{margin.pk}": "70"})
    actions.hand_over(client=sinar, to=seller, by=owner)

    def known(person) -> set[int]:
        return {shape.id for shape in fields_for(ENTITY, person)} & {made.pk, twice.pk}

    assert (known(owner), known(head), known(seller)) == ({made.pk, twice.pk}, {made.pk, twice.pk}, set())
    client.force_login(seller)
    assert (
        client.get(f"/clients/?f=f{made.pk}:filled").status_code
        == client.get("/clients/?f=f99999:filled").status_code
        == 400
    )
    assert "Twice" not in piece(client, sinar, machines)
    assert "Twice" not in client.get(f"/clients/{sinar.pk}/dossier/").content.decode()
    _token, text = make_token(person=seller, name="t", rights=["clients.view"])
    told = client.get(f"/api/v1/clients/{sinar.pk}", headers={"Authorization": f"Bearer {text}"}).json()
    assert told["custom"] == {}
    client.force_login(head)
    assert "Twice" in piece(client, sinar, machines)


def test_a_text_worked_out_from_what_not_all_see_is_not_found_by_the_search(machines, owner, head):
    secret = shaping.add_field(section=machines, type="text", name="Rumour", see_roles=[head.role_id], by=owner)
    formula(machines, 'first([Rumour], "x")', "Told", owner)
    add(owner, "PT Sinar", **{f"f{secret.pk}": "Zeppelin"})

    assert titles(owner, "zeppelin") == []


def titles(person, text: str) -> list[str]:
    return [found.hit.title for group in find(text, by=person) for found in group.found]


def test_the_example_shows_no_value_that_the_one_who_sets_up_does_not_see(machines, price, count, owner, head):
    margin = shaping.add_field(section=machines, type="money", name="Margin", see_roles=[owner.role_id], by=owner)
    sinar = add(head, "PT Sinar", **{f"f{price.pk}": "7000", f"f{count.pk}": 2})
    put(sinar, margin, "777", owner)

    shown = tried("[Price] * [How many]", machines, by=head)
    hidden = tried("[Margin] * 2", machines, by=head)
    wrong = tried("[Price] ** 2", machines, by=head)

    assert (shown.record, "14" in shown.result and "000" in shown.result) == ("PT Sinar", True)
    assert (hidden.unseen, hidden.result, hidden.operands) == ("Margin", "", [])
    assert (wrong.wrong.before, wrong.wrong.there) == ("[Price] *", "*")


# --- tables ------------------------------------------------------------------------------------------------------


def test_rows_of_a_table_have_formulas_of_their_own(owner, client):
    table = shaping.add_section(entity=ENTITY, kind="table", name="Lines", by=owner)
    price = shaping.add_field(section=table, type="money", name="Price", by=owner)
    sinar = add(owner)
    row = actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{price.pk}": "50"}, by=owner)
    double = formula(table, "[Price] * 2", "Double", owner)

    def now() -> dict:
        return ClientRow.objects.as_system("a test").get(pk=row.pk).worked_out

    assert now() == {str(double.pk): "100"}
    actions.change_row(row=row, values={f"custom.{price.pk}": "70"}, by=owner)
    assert now() == {str(double.pk): "140"}
    client.force_login(owner)
    assert "140" in piece(client, sinar, table)
    # by programs
    _token, text = make_token(person=owner, name="t", rights=["clients.view"])
    told = client.get(f"/api/v1/clients/{sinar.pk}/rows", headers={"Authorization": f"Bearer {text}"}).json()
    assert [each["custom"] for each in told] == [{str(price.pk): "70", str(double.pk): "140"}]
    # by the search
    formula(table, 'if([Price] > 60, "Zeppelin", "Small")', "Grade", owner)
    assert titles(owner, "zeppelin") == ["Zeppelin"]
    # and in the list of all rows, where they are found by it
    page = client.get(f"/clients/rows/{table.pk}/?f=f{double.pk}:is:140&s=f{double.pk}").content.decode()
    assert "PT Sinar" in page and "140" in page
    assert "PT Sinar" not in client.get(f"/clients/rows/{table.pk}/?f=f{double.pk}:is:141").content.decode()
    with pytest.raises(ValidationError):
        shaping.add_field(section=table, type="formula", name="X", formula="[Status] is empty", by=owner)


# --- cost --------------------------------------------------------------------------------------------------------


def test_ten_formulas_take_no_more_queries_than_one(machines, price, count, sinar_of, owner, client):
    sinar_of(owner, "100", 2)
    formula(machines, "[Price] * 1", "T1", owner)
    client.force_login(owner)
    keys = lambda: ",".join(f"f{field.pk}" for field in Field.objects.as_system("a test").filter(type="formula"))  # noqa: E731

    def queries() -> int:
        client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,{keys()}"})
        client.get("/clients/")
        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get("/clients/")
        return len(counted)

    one = queries()
    for number in range(2, 8):
        formula(machines, f"[Price] * {number}", f"T{number}", owner)

    assert queries() == one


def test_the_check_finds_a_value_that_is_not_what_the_formula_gives(price, count, total, sinar_of, owner):
    sinar = sinar_of(owner, "100", 2)
    with audit.acting_as(owner):
        Client.objects.as_system("a test").filter(pk=sinar.pk).update(worked_out={str(total.pk): "1"})

    assert [text.split(" holds")[0] for text in formulas_are_worked_out()] == [f"clients.client {sinar.pk}"]
    assert len(list(own_fields_are_repeated())) == 1


def test_formulas_over_formulas_are_settled_once_each(machines, price, owner):
    """Each uses the two before it: the ways down to the first are more than could ever be walked."""
    last = [price, shaping.add_field(section=machines, type="money", name="Other", by=owner)]
    for number in range(40):
        formula = f"f{last[-1].pk} + f{last[-2].pk}"
        last.append(shaping.add_field(section=machines, type="formula", name=f"F{number}", formula=formula, by=owner))
    run_jobs()

    shaping.change_field(field=price, name="Price", see_roles=[owner.role_id], by=owner)

    assert fields_of(ENTITY)[f"custom.{last[-1].pk}"].see_roles == (owner.role_id,)
