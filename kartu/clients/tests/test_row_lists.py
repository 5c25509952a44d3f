"""The rows of a table section over all clients, as a list of their own."""

from importlib import import_module
from io import BytesIO

import pytest
from django.apps import apps
from django.http import QueryDict
from pypdf import PdfReader

from kartu.clients import actions
from kartu.clients.derived_rows import project_those_without
from kartu.clients.invariants import own_fields_are_repeated
from kartu.clients.models import Client, ClientRow, ClientRowValue
from kartu.core.testing import run_jobs
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question
from kartu.records.lists.spec import list_called
from kartu.records.models import ChangeSet
from kartu.search.find import find
from kartu.search.models import Doc
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db
TEST = "a test"
PIECE = {"HX-Request": "true"}


class Table:
    """A table "Machines" with a model and an hour counter."""

    def __init__(self, owner, name: str = "Machines") -> None:
        self.owner = owner
        self.section = shaping.add_section(entity="clients.client", kind="table", name=name, by=owner)
        self.model = shaping.add_field(section=self.section, type="text", name="Model", by=owner)
        self.hours = shaping.add_field(section=self.section, type="whole", name="Hours", by=owner)
        self.key = f"rows-{self.section.pk}"
        self.url = f"/clients/rows/{self.section.pk}/"

    def add(self, client, model: str, hours: int | None = None) -> ClientRow:
        values = {f"custom.{self.model.pk}": model, f"custom.{self.hours.pk}": hours}
        return actions.add_row(client=client, section_id=self.section.pk, values=values, by=self.owner)

    def found(self, person, query: str = "", size: int = 50) -> list[str]:
        asking = Asking(person)
        finding = Finding(Question.of(list_called(self.key, person), QueryDict(query), asking), asking)
        ids = finding.page(size).ids
        rows = ClientRow.objects.as_system(TEST).in_bulk(ids)
        assert finding.count == len(ids)
        return [rows[pk].custom[str(self.model.pk)] for pk in ids]


@pytest.fixture
def table(owner) -> Table:
    return Table(owner)


@pytest.fixture
def machines(table, owner, seller, stranger) -> Table:
    """K-2 and K-7 of the seller's client "Mine", Z-1 of the stranger's "Theirs"."""
    mine, theirs = actions.add_client(name="Mine", by=seller), actions.add_client(name="Theirs", by=stranger)
    table.add(mine, "K-2", 300)
    table.add(mine, "K-7", 20)
    table.add(theirs, "Z-1")
    return table


def test_everybody_finds_the_rows_of_the_clients_within_reach(machines, owner, seller, stranger):
    assert sorted(machines.found(owner)) == ["K-2", "K-7", "Z-1"]
    assert sorted(machines.found(seller)) == ["K-2", "K-7"]
    assert machines.found(stranger) == ["Z-1"]


def test_rows_are_filtered_sorted_and_looked_through(machines, owner, seller):
    model, hours = f"f{machines.model.pk}", f"f{machines.hours.pk}"

    assert machines.found(owner, f"s={hours}") == ["K-7", "K-2", "Z-1"]
    assert machines.found(owner, f"s=-{hours}") == ["K-2", "K-7", "Z-1"]
    assert machines.found(owner, "s=-client") == ["Z-1", "K-7", "K-2"]
    assert machines.found(owner, f"f={hours}:more:100") == ["K-2"]
    assert machines.found(owner, f"f={hours}:empty") == ["Z-1"]
    assert machines.found(owner, f"f={model}:starts:k&s={model}") == ["K-2", "K-7"]
    assert machines.found(owner, "f=client:has:their") == ["Z-1"]
    assert machines.found(owner, f"f=responsible:any:{seller.pk}&s={model}") == ["K-2", "K-7"]
    assert machines.found(owner, "q=z-1") == ["Z-1"]
    assert sorted(machines.found(owner, "q=mine")) == ["K-2", "K-7"]


def test_pages_follow_each_other_by_the_name_of_the_client(table, owner, client):
    for number in range(120):
        table.add(actions.add_client(name=f"Client {number:03}", by=owner), f"M-{number:03}")
    client.force_login(owner)

    page = client.get(table.url)
    seen = [page]
    while url := page.context["list"].next_url:
        page = client.get(url)
        seen.append(page)

    names = [row.client__name for page in seen for row in page.context["list"].rows]
    assert names == [f"Client {number:03}" for number in range(120)]


def test_rows_in_the_trash_and_those_of_clients_there_are_neither_shown_nor_counted(machines, owner, seller):
    hours = f"f{machines.hours.pk}"
    first, second, _third = ClientRow.objects.as_system(TEST).order_by("pk")
    actions.remove_row(row=first, by=owner)
    assert machines.found(owner, f"f={hours}:filled") == ["K-7"]

    actions.trash_client(client=second.client, by=owner)
    assert machines.found(owner, f"f={hours}:filled") == []
    assert machines.found(owner) == ["Z-1"]


def test_two_tables_keep_their_rows_apart(machines, owner):
    other = Table(owner, "Pets")
    other.add(ClientRow.objects.as_system(TEST).first().client, "Cat")

    assert other.found(owner) == ["Cat"]
    assert "Cat" not in machines.found(owner)


def test_a_table_out_of_sight_is_no_list(machines, owner, seller, client):
    client.force_login(seller)
    assert client.get(machines.url).status_code == 200
    shaping.change_section(section=machines.section, name="Machines", see_roles=[owner.role_id], by=owner)

    for url in (machines.url, f"/lists/{machines.key}/columns/"):
        assert client.get(url).status_code == 404
    assert client.post(f"/lists/{machines.key}/export/csv/").status_code == 404
    assert "Machines" not in client.get("/clients/").content.decode()
    client.force_login(owner)
    assert "Machines" in client.get("/clients/").content.decode()


def test_a_field_out_of_sight_is_no_column_and_finds_nothing(machines, owner, seller, client):
    shaping.change_field(field=machines.model, name="Model", see_roles=[owner.role_id], by=owner)
    client.force_login(seller)

    page = client.get(machines.url)

    assert "K-2" not in page.content.decode()
    assert "Model" not in page.content.decode()
    assert machines.found(seller, "q=k-2") == []
    assert machines.found(owner, "q=k-2") == ["K-2"]
    assert client.get(f"{machines.url}?f=f{machines.model.pk}:is:K-2").status_code == 400


def test_a_cell_is_changed_where_it_stands(machines, owner, seller, stranger, client):
    row = ClientRow.objects.as_system(TEST).order_by("pk").first()
    url = f"/lists/{machines.key}/cells/{row.pk}/f{machines.hours.pk}/"
    client.force_login(stranger)
    assert client.post(url, {"value": "5", "version": "300"}).status_code == 404
    client.force_login(seller)

    assert client.post(url, {"value": "310", "version": "300"}).status_code == 200
    assert client.post(url, {"value": "5", "version": "300"}).status_code == 409

    row = ClientRow.objects.as_system(TEST).get(pk=row.pk)
    assert row.custom[str(machines.hours.pk)] == 310
    assert machines.found(owner, f"f=f{machines.hours.pk}:is:310") == ["K-2"]


def test_it_is_taken_out_only_by_who_may_and_that_is_logged(machines, owner, seller, client):
    client.force_login(seller)
    assert client.post(f"/lists/{machines.key}/export/csv/").status_code == 404
    client.force_login(owner)

    answer = client.post(
        f"/lists/{machines.key}/export/csv/", {"query": f"s=f{machines.model.pk}", "purpose": "A test"}
    )

    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    lines = text.decode("utf-8-sig").splitlines()
    assert [name in lines[1] for name in ("Mine", "K-2", "300")] == [True, True, True]
    assert AuditRow.objects.filter(verb=Verb.EXPORT, actor_id=owner.pk).exists()


def test_it_is_printed(machines, owner, client):
    client.force_login(owner)
    answer = client.get(f"/lists/{machines.key}/print/")
    paper = b"".join(answer.streaming_content) if answer.streaming else answer.content
    (page,) = PdfReader(BytesIO(paper)).pages
    assert "K-7" in page.extract_text()
    assert "Machines" in page.extract_text()


def test_a_row_leads_to_the_card_of_its_client(machines, seller, stranger, client):
    row = ClientRow.objects.as_system(TEST).order_by("pk").first()
    client.force_login(stranger)
    assert client.get(f"/clients/row/{row.pk}/").status_code == 404
    client.force_login(seller)

    answer = client.get(f"/clients/row/{row.pk}/")

    assert answer.url == f"/clients/{row.client_id}/?tab=s{machines.section.pk}#row-{row.pk}"
    assert (
        f'id="row-{row.pk}"'
        in client.get(f"/clients/{row.client_id}/sections/{machines.section.pk}/", headers=PIECE).content.decode()
    )


@pytest.mark.parametrize("url", ["{table}", "/clients/"])
def test_thirty_rows_take_as_many_queries_as_one(url, machines, owner, client, django_assert_max_num_queries):
    client.force_login(owner)
    for number in range(30):
        machines.add(actions.add_client(name=f"c{number}", by=owner), f"v{number}", number)
    url = url.format(table=f"{machines.url}?f=f{machines.hours.pk}:filled&s=f{machines.hours.pk}")
    client.get(url)

    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200


def hits(person, text: str) -> list[tuple[str, str, str]]:
    found = [each.hit for group in find(text, by=person, kinds=["row"]) for each in group.found]
    return [(hit.title, hit.second, hit.fact) for hit in found]


def test_the_search_finds_a_row_by_what_everybody_sees_of_it(machines, owner, seller, stranger):
    assert hits(seller, "k-7") == [("K-7", "Mine", "Machines")]
    assert hits(stranger, "k-7") == []

    shaping.change_field(field=machines.model, name="Model", see_roles=[owner.role_id], by=owner)
    run_jobs()
    assert hits(seller, "k-7") == []
    assert hits(owner, "k-7") == []


def test_a_row_is_found_by_its_new_words_and_not_in_the_trash(machines, owner, seller):
    row = ClientRow.objects.as_system(TEST).order_by("pk").first()
    actions.change_row(row=row, values={f"custom.{machines.model.pk}": "Zeppelin"}, by=owner)
    assert hits(seller, "k-2") == []
    assert hits(seller, "zeppelin") == [("Zeppelin", "Mine", "Machines")]

    actions.remove_row(row=row, by=owner)
    assert hits(seller, "zeppelin") == []


def test_rows_from_before_are_projected_once(machines, owner):
    Doc.objects.filter(kind="row").delete()
    ClientRowValue.objects.as_system(TEST)._raw_delete("default")
    assert len(list(own_fields_are_repeated())) == 3
    assert machines.found(owner, f"f=f{machines.hours.pk}:filled") == []

    project_those_without(using="default", apps=apps)

    assert list(own_fields_are_repeated()) == []
    assert hits(owner, "k-7")
    assert len(machines.found(owner, f"f=f{machines.hours.pk}:filled")) == 2


def test_the_receiver_waits_for_its_table():
    empty = import_module("django.apps.registry").Apps()
    project_those_without(using="default", apps=empty)


def test_a_row_of_a_table_out_of_sight_is_nobodys_business(machines, owner, seller, head, client):
    """Neither its address, nor how many there are, nor its title under Changes, nor its undo lead to it."""
    row = ClientRow.objects.as_system(TEST).order_by("pk").first()
    shaping.change_section(section=machines.section, name="Machines", see_roles=[owner.role_id], by=owner)
    client.force_login(owner)
    client.post(f"/clients/{row.client_id}/rows/{row.pk}/remove/")
    removed = ChangeSet.objects.latest("pk")
    assert "Machines" not in removed.title

    client.force_login(seller)
    for pk in ClientRow.objects.as_system(TEST).values_list("pk", flat=True):
        assert client.get(f"/clients/row/{pk}/").status_code == 404
    assert "Rows of sections" not in client.get(f"/used-in/clients.client/{row.client_id}/").content.decode()

    undoing = undo_changes(changes=removed, by=head)
    assert undoing.restored == 0
    assert ClientRow.objects.as_system(TEST).get(pk=row.pk).trashed_at is not None


def test_a_merge_takes_rows_along_that_its_maker_does_not_see_and_gives_them_back(machines, owner, head, seller):
    twin = actions.add_client(name="Mine too", by=seller)
    mine = Client.objects.visible_to(owner).get(name="Mine")
    shaping.change_section(section=machines.section, name="Machines", see_roles=[owner.role_id], by=owner)

    with change_set(ChangeSet.Kind.EDIT, "merge", by=head) as merged:
        actions.merge_clients(client=twin, other=mine, by=head)
    assert ClientRow.objects.as_system(TEST).filter(client=twin).count() == 2

    undo_changes(changes=merged, by=head)
    assert ClientRow.objects.as_system(TEST).filter(client=mine).count() == 2
