"""Fields of the firm's own that point at a client: chosen and told by rights, moved by a merge, let go by a purge."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.actions.merging import catch_up, merge_clients
from kartu.clients.history import lines_of
from kartu.clients.invariants import merged_cards_are_empty
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client, ClientRow
from kartu.clients.segments.fields import asked_by
from kartu.clients.segments.meaning import understood
from kartu.core.expressions import as_condition
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.custom.references import astray
from kartu.records.imports import acts as imports
from kartu.records.imports.importers import importers
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question
from kartu.records.lists.rows import read_rows
from kartu.records.models import Field, Section
from kartu.records.purging import remove_over
from kartu.records.uses import uses_of
from kartu.security import audit
from kartu.security.models import AuditRow
from kartu.security.tokens import make_token

pytestmark = pytest.mark.django_db

ENTITY = "clients.client"


@pytest.fixture
def links(owner) -> Section:
    return shaping.add_section(entity=ENTITY, kind="fields", name="Links", by=owner)


@pytest.fixture
def dealer(links, owner) -> Field:
    return shaping.add_field(section=links, type="reference", name="Dealer", by=owner)


@pytest.fixture
def agung(owner) -> Client:
    """Out of the seller's reach."""
    return actions.add_client(name="PT Agung", by=owner)


@pytest.fixture
def toko(seller) -> Client:
    return actions.add_client(name="Toko Jaya", by=seller)


@pytest.fixture
def sinar(seller) -> Client:
    return actions.add_client(name="PT Sinar", by=seller)


def put(client: Client, field: Field, value, by) -> Client:
    return actions.set_custom(client=client, values={f"custom.{field.pk}": value}, by=by)


def points_at(client: Client, field: Field) -> int | None:
    assert list(astray()) == []
    return Client.objects.as_system("a test").get(pk=client.pk).custom.get(str(field.pk))


def piece(client, whose: Client, section: Section) -> str:
    url = reverse("clients:own_section", args=[whose.pk, section.pk])
    return client.get(url, headers={"HX-Request": "true"}).content.decode()


def found(person, query: str) -> list[str]:
    asking = Asking(person)
    names = dict(Client.objects.visible_to(person).values_list("pk", "name"))
    return [names[pk] for pk in Finding(Question.of(CLIENTS, QueryDict(query), asking), asking).page(50).ids]


# --- who may choose what, and what is told of it -------------------------------------------------------------------


def test_only_what_one_sees_is_pointed_at_and_all_else_is_no_record(dealer, sinar, toko, agung, seller, owner):
    put(sinar, dealer, toko.pk, seller)
    assert points_at(sinar, dealer) == toko.pk
    told = []
    for pk in (agung.pk, 999_999, "x", True):
        with pytest.raises(ValidationError) as refused:
            put(sinar, dealer, pk, seller)
        told.append(refused.value.message_dict)
    assert told == [{f"custom.{dealer.pk}": ["There is no such record"]}] * 4
    put(sinar, dealer, agung.pk, owner)
    assert points_at(sinar, dealer) == agung.pk


def test_a_program_writes_and_reads_the_number_within_its_rights(dealer, sinar, toko, agung, seller, client):
    _token, text = make_token(person=seller, name="t", rights=["clients.view", "clients.change"])
    head, url = {"Authorization": f"Bearer {text}"}, f"/api/v1/clients/{sinar.pk}"

    def send(pk: int, version: int):
        body = json.dumps({"version": version, "custom": {str(dealer.pk): pk}})
        return client.patch(url, body, content_type="application/json", headers=head)

    assert send(agung.pk, 1).status_code == send(999_999, 1).status_code == 422
    assert send(toko.pk, 1).json()["custom"] == {str(dealer.pk): toko.pk}


def test_a_target_out_of_reach_is_a_name_and_one_within_it_a_link(
    dealer, links, sinar, toko, agung, seller, owner, client
):
    client.force_login(seller)
    put(sinar, dealer, toko.pk, seller)
    assert f'href="/clients/{toko.pk}/"' in piece(client, sinar, links)

    put(sinar, dealer, agung.pk, owner)

    html = piece(client, sinar, links)
    assert "PT Agung" in html and f"/clients/{agung.pk}/" not in html
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{dealer.pk}"})
    shown = client.get("/clients/").content.decode()
    assert "PT Agung" in shown and f"/clients/{agung.pk}/" not in shown
    client.force_login(owner)
    assert f'href="/clients/{agung.pk}/"' in piece(client, sinar, links)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{dealer.pk}"})
    assert f'<a class="ink cut" href="/clients/{agung.pk}/"' in client.get("/clients/").content.decode()


def test_a_filter_says_no_name_that_the_reader_may_not_know(dealer, sinar, toko, agung, seller, owner):
    put(sinar, dealer, agung.pk, owner)
    put(toko, dealer, sinar.pk, seller)
    spec = CLIENTS.columns_for(seller)[f"f{dealer.pk}"]

    assert spec.kind.said(agung.pk, Asking(seller)) == f"#{agung.pk}"
    assert spec.kind.said(sinar.pk, Asking(seller)) == "PT Sinar"
    assert found(seller, f"f=f{dealer.pk}:any:{agung.pk}") == ["PT Sinar"]
    assert found(seller, f"f=f{dealer.pk}:none:{agung.pk}") == ["Toko Jaya"]
    assert found(owner, f"f=f{dealer.pk}:empty") == ["PT Agung"]


def test_a_segment_may_ask_for_it_by_number(dealer, sinar, toko, seller):
    put(sinar, dealer, toko.pk, seller)

    def finds(text: str) -> set[str]:
        condition = as_condition(understood(text, Asking(seller)), asked_by(Asking(seller)))
        return set(Client.objects.visible_to(seller).filter(condition).values_list("name", flat=True))

    assert finds(f"f{dealer.pk} = #{toko.pk}") == {"PT Sinar"}
    assert finds(f"f{dealer.pk} is empty") == {"Toko Jaya"}


def test_the_form_keeps_what_stands_there_though_the_person_does_not_reach_it(
    dealer, links, sinar, agung, seller, owner, client
):
    other = shaping.add_field(section=links, type="text", name="Word", by=owner)
    put(sinar, dealer, agung.pk, owner)
    client.force_login(seller)
    url = reverse("clients:edit_section", args=[sinar.pk, links.pk])

    page = client.get(url).content.decode()
    client.post(url, {f"f{dealer.pk}": agung.pk, f"f{other.pk}": "x"})

    assert f'<option value="{agung.pk}" selected>PT Agung</option>' in page
    assert points_at(sinar, dealer) == agung.pk
    assert Client.objects.as_system("a test").get(pk=sinar.pk).custom[str(other.pk)] == "x"


def test_the_log_tells_names(dealer, sinar, toko, seller, head):
    put(sinar, dealer, toko.pk, seller)
    put(sinar, dealer, None, seller)

    rows = AuditRow.objects.filter(root_type=ENTITY, root_id=sinar.pk).select_related("payload")
    told = [(each.label, each.before, each.after) for line in lines_of(rows, head) for each in line.changes]
    assert told == [("Dealer", "", "Toko Jaya"), ("Dealer", "Toko Jaya", "")]


# --- import and export ---------------------------------------------------------------------------------------------


def brought(text: str, by):
    file = ContentFile(text.encode())
    source = imports.drop_file(importer=importers["clients"], file=file, name="a.tsv", by=by, inline=True)
    return imports.decide(source=source, targets={}, answers={}, by=by, inline=True)


def test_a_file_names_the_record_or_its_number_and_is_told_where_it_is_not_one(dealer, toko, owner):
    for _number in range(2):
        actions.add_client(name="Twice", by=owner)
    lines = f"Name\tDealer\nA\ttoko  JAYA\nB\t#{toko.pk}\nC\tTwice\nD\tNobody\n"

    source = brought(lines, owner)
    problems = {row.number: [problem[1] for problem in row.problems] for row in source.rows.all() if row.problems}
    imports.start(source=source, by=owner, inline=True)

    assert [["Several" in text or "Nothing here" in text for text in each] for each in problems.values()] == [
        [True]
    ] * 2
    new = Client.objects.visible_to(owner).filter(name__in="AB").order_by("name")
    assert [row.custom for row in new] == [{str(dealer.pk): toko.pk}] * 2
    assert sorted(found(owner, f"f=f{dealer.pk}:any:{toko.pk}")) == ["A", "B"]


def test_a_file_finds_no_record_that_its_bringer_does_not_see(dealer, agung, head, stranger, owner):
    hidden = actions.add_client(name="Hidden", by=stranger)

    source = brought(f"Name\tDealer\nA\tHidden\nB\t#{hidden.pk}\n", head)

    assert [bool(row.problems) for row in source.rows.all()] == [True, True]


def test_an_export_holds_the_name(dealer, sinar, toko, owner):
    put(sinar, dealer, toko.pk, owner)
    column = CLIENTS.columns_for(owner)[f"f{dealer.pk}"]

    [row] = read_rows(CLIENTS, [column], [sinar.pk], Asking(owner))

    assert column.kind.value(row, column.field) == "Toko Jaya"
    assert column.edit is None and not column.can_sort


# --- what becomes of the target ------------------------------------------------------------------------------------


@pytest.fixture
def row_of_table(owner, sinar, toko):
    table = shaping.add_section(entity=ENTITY, kind="table", name="Visits", by=owner)
    field = shaping.add_field(section=table, type="reference", name="With", by=owner)
    return actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{field.pk}": toko.pk}, by=owner), field


def test_a_merge_repoints_and_its_undo_points_back(dealer, sinar, toko, agung, row_of_table, owner):
    row, column = row_of_table
    put(sinar, dealer, toko.pk, owner)
    put(agung, dealer, toko.pk, owner)

    def rows_value() -> int:
        return ClientRow.objects.as_system("a test").get(pk=row.pk).custom[str(column.pk)]

    with change_set("edit", "Merge", by=owner) as changes:
        merge_clients(client=agung, other=toko, by=owner)
    assert (points_at(sinar, dealer), points_at(agung, dealer), rows_value()) == (agung.pk, None, agung.pk)
    assert found(owner, f"f=f{dealer.pk}:any:{agung.pk}") == ["PT Sinar"]

    undoing = undo_changes(changes=changes, by=owner)

    assert undoing.conflicts == []
    assert (points_at(sinar, dealer), points_at(agung, dealer), rows_value()) == (toko.pk, toko.pk, toko.pk)
    assert found(owner, f"f=f{dealer.pk}:any:{agung.pk}") == []


def test_what_pointed_at_a_card_in_the_moment_of_its_merging_follows_at_night(dealer, sinar, toko, agung, owner):
    with change_set("edit", "Merge", by=owner):
        merge_clients(client=agung, other=toko, by=owner)
    row = Client.objects.as_system("a test").get(pk=sinar.pk)
    with audit.acting_as(owner):
        audit.change_many([row], {"custom": {str(dealer.pk): toko.pk}})
        row.project()
    assert len(list(merged_cards_are_empty())) == 1

    catch_up(owner)

    assert points_at(sinar, dealer) == agung.pk
    assert list(merged_cards_are_empty()) == []


def test_what_is_removed_for_good_is_pointed_at_by_nothing(dealer, sinar, toko, row_of_table, owner):
    row, column = row_of_table
    put(sinar, dealer, toko.pk, owner)
    actions.trash_client(client=toko, by=owner)
    assert points_at(sinar, dealer) == toko.pk
    with audit.acting_as(owner):
        rows = Client.objects.as_system("a test").filter(pk=toko.pk)
        audit.change_many(list(rows), {"trashed_at": timezone.now() - timedelta(days=400)})

    remove_over(by=owner)

    assert not Client.objects.as_system("a test").filter(pk=toko.pk).exists()
    assert points_at(sinar, dealer) is None
    assert ClientRow.objects.as_system("a test").get(pk=row.pk).custom.get(str(column.pk)) is None


def test_used_in_tells_of_it_to_who_sees_the_field(links, dealer, sinar, toko, row_of_table, owner, seller, client):
    secret = shaping.add_field(section=links, type="reference", name="Rival", see_roles=[owner.role_id], by=owner)
    put(sinar, dealer, toko.pk, owner)
    put(sinar, secret, toko.pk, owner)

    def told(person) -> dict[str, int]:
        return {use.label: use.count for use in uses_of(toko, by=person) if use.label.startswith("Clients: ")}

    assert told(owner) == {"Clients: Dealer": 1, "Clients: Rival": 1, "Clients: With": 1}
    assert told(seller) == {"Clients: Dealer": 1, "Clients: With": 1}
    urls = {use.label: use.url for use in uses_of(toko, by=owner)}
    assert found(owner, urls["Clients: Dealer"].partition("?")[2].replace("%3A", ":")) == ["PT Sinar"]
    client.force_login(owner)
    page = client.get(urls["Clients: With"]).content.decode()
    assert "PT Sinar" in page
    assert f'<a class="ink cut" href="/clients/{toko.pk}/"' in page


def test_the_check_finds_what_points_at_nothing(dealer, sinar, owner):
    with audit.acting_as(owner):
        audit.change_many([Client.objects.as_system("a test").get(pk=sinar.pk)], {"custom": {str(dealer.pk): 999_999}})

    assert [text.split(":")[0] for text in astray()] == [f"clients.client {sinar.pk}"]


def test_thirty_rows_take_as_many_queries_as_one(dealer, links, sinar, toko, agung, owner, client):
    client.force_login(owner)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{dealer.pk}"})
    table = shaping.add_section(entity=ENTITY, kind="table", name="Visits", by=owner)
    field = shaping.add_field(section=table, type="reference", name="With", by=owner)

    def queries(count: int) -> tuple[int, int]:
        for number in range(count):
            other = actions.add_client(name=f"c{number}", by=owner)
            put(other, dealer, toko.pk if number % 2 else agung.pk, owner)
            actions.add_row(client=sinar, section_id=table.pk, values={f"custom.{field.pk}": other.pk}, by=owner)
        counts = []
        for ask in (lambda: client.get("/clients/"), lambda: piece(client, sinar, table)):
            ask()
            with CaptureQueriesContext(connection) as counted:
                ask()
            counts.append(len(counted))
        return tuple(counts)

    assert queries(1) == queries(12)
