"""Fields of the firm's own that hold a file: put in, replaced, taken out, and seen with the field and nowhere else."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.actions.merging import merge_clients
from kartu.clients.card import Card, client_for_card
from kartu.clients.dossier.period import Period
from kartu.clients.forms.client import NewClientForm
from kartu.clients.forms.custom import OwnForm, fields_of_client
from kartu.clients.imports.fields import targets_for, words_for
from kartu.clients.invariants import own_fields_are_repeated
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client
from kartu.clients.own_sections import dossier
from kartu.clients.segments.fields import asked_by
from kartu.clients.segments.meaning import understood
from kartu.core.expressions import as_condition
from kartu.firm.models import User
from kartu.records.actions import attach_file, put_file, rename_file, restore_file, trash_file, undo_changes
from kartu.records.changes import EditConflicts, change_set
from kartu.records.custom import actions as shaping
from kartu.records.custom.definitions import fields_for
from kartu.records.custom.held_files import misplaced
from kartu.records.custom.references import astray
from kartu.records.files import store
from kartu.records.files.about import files_about
from kartu.records.files.keeping import bytes_kept
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question
from kartu.records.models import ChangeSet, Field, File, Section
from kartu.records.purging import remove_over
from kartu.search.find import find
from kartu.security import audit
from kartu.security.actions import Refused
from kartu.security.tokens import make_token

pytestmark = pytest.mark.django_db
ENTITY = "clients.client"
PIECE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def papers(owner) -> Section:
    return shaping.add_section(entity=ENTITY, kind="fields", name="Papers", by=owner)


@pytest.fixture
def charter(papers, owner) -> Field:
    return shaping.add_field(section=papers, type="file", name="Charter", by=owner)


@pytest.fixture
def passport(papers, owner, seller) -> Field:
    """Seen by sellers and the owner; the head, who sees all clients of his team, does not see it."""
    return shaping.add_field(section=papers, type="file", name="Passport", see_roles=[seller.role_id], by=owner)


def upload(name: str = "rahasia.txt", content: bytes = b"3 pumps") -> io.BytesIO:
    made = io.BytesIO(content)
    made.name = name
    return made


def shape_of(field: Field, by: User):
    return next(each for each in fields_for(ENTITY, by) if each.id == field.pk)


def put(client: Client, field: Field, by: User, name: str = "rahasia.txt", base: int | None = None) -> File:
    with bytes_kept([b"3 pumps"]) as stored, change_set("edit", "x", by=by):
        told = {"client": client, "shape": shape_of(field, by), "name": name, "stored": stored, "base": base}
        actions.put_own_file(**told, by=by)
    return files().latest("pk")


def files():
    return File.objects.as_system("a test")


def held(client: Client, field: Field) -> int | None:
    """The file that the field holds, which is where it should be."""
    assert list(astray()) == list(misplaced()) == list(own_fields_are_repeated()) == []
    return Client.objects.as_system("a test").get(pk=client.pk).custom.get(str(field.pk))


def is_trashed(file: File) -> bool:
    return files().get(pk=file.pk).trashed_at is not None


def address(client: Client, field: Field, what: str = "put_own_file") -> str:
    return reverse(f"clients:{what}", args=[client.pk, field.pk])


def section_piece(client, whose: Client, section: Section) -> str:
    return client.get(reverse("clients:own_section", args=[whose.pk, section.pk]), headers=PIECE).content.decode()


def of_token(person: User) -> dict:
    wanted = "files.view files.attach files.download clients.view clients.change clients.history clients.access_log"
    rights = [right for right in wanted.split() if person.may(right)]
    return {"Authorization": f"Bearer {make_token(person=person, name='t', rights=rights)[1]}"}


def found(person: User, query: str) -> list[str]:
    asking = Asking(person)
    names = dict(Client.objects.visible_to(person).values_list("pk", "name"))
    return [names[pk] for pk in Finding(Question.of(CLIENTS, QueryDict(query), asking), asking).page(50).ids]


# --- put in, replaced, taken out --------------------------------------------------------------------------------------


def test_a_file_is_dropped_into_a_field_replaced_and_taken_out(charter, papers, sinar, seller, client):
    client.force_login(seller)
    page = section_piece(client, sinar, papers)
    assert f'data-drop="{address(sinar, charter)}?base="' in page

    answer = client.post(f"{address(sinar, charter)}?base=", {"file": upload("charter.txt")}, headers=PIECE)

    assert answer.status_code == 204
    first = files().get()
    assert (held(sinar, charter), first.field_id, first.about_id) == (first.pk, charter.pk, sinar.pk)
    page = section_piece(client, sinar, papers)
    assert f'href="{first.url}">charter.txt</a>' in page and first.look_url in page
    assert client.get(first.url).status_code == 200

    again = f"{address(sinar, charter)}?base={first.pk}"
    assert client.post(again, {"file": upload("charter 2.txt")}, headers=PIECE).status_code == 204
    second = files().latest("pk")
    assert held(sinar, charter) == second.pk and is_trashed(first) and not is_trashed(second)

    assert client.post(address(sinar, charter, "remove_own_file"), headers=PIECE).status_code == 204
    assert held(sinar, charter) is None and is_trashed(second)
    assert not ChangeSet.objects.filter(title__contains="charter").exists()


def test_each_step_is_taken_back_and_done_again(charter, sinar, seller):
    def undo() -> None:
        assert undo_changes(changes=ChangeSet.objects.latest("pk"), by=seller).conflicts == []

    first = put(sinar, charter, seller)
    second = put(sinar, charter, seller, "b.txt", base=first.pk)
    undo()
    assert (held(sinar, charter), is_trashed(first), is_trashed(second)) == (first.pk, False, True)
    undo()
    assert (held(sinar, charter), is_trashed(first), is_trashed(second)) == (second.pk, True, False)
    with change_set("edit", "x", by=seller):
        actions.set_custom(client=sinar, values={f"custom.{charter.pk}": None}, by=seller)
    assert is_trashed(second)
    undo()
    assert (held(sinar, charter), is_trashed(second)) == (second.pk, False)


def test_the_trash_empties_the_field_and_fills_it_again_if_it_is_empty(charter, sinar, seller):
    first = put(sinar, charter, seller)
    trash_file(file=files().get(pk=first.pk), by=seller)
    assert held(sinar, charter) is None
    restore_file(file=files().get(pk=first.pk), by=seller)
    assert held(sinar, charter) == first.pk

    trash_file(file=files().get(pk=first.pk), by=seller)
    second = put(sinar, charter, seller, "b.txt")
    restore_file(file=files().get(pk=first.pk), by=seller)
    assert held(sinar, charter) == second.pk
    assert {file.name for file in files_about(ENTITY, sinar.pk, by=seller)} == {"rahasia.txt", "b.txt"}


def test_who_did_not_see_the_file_that_stands_there_does_not_put_his_over_it(charter, sinar, seller, client):
    first = put(sinar, charter, seller)
    client.force_login(seller)

    answer = client.post(f"{address(sinar, charter)}?base=", {"file": upload("b.txt")}, headers=PIECE)

    assert answer.status_code == 422 and "meanwhile" in answer.content.decode()
    assert held(sinar, charter) == first.pk and files().count() == 1
    assert len(list(store.names_on_disk())) == 1
    with pytest.raises(EditConflicts):
        put(sinar, charter, seller, "b.txt", base=17)


def test_a_bad_file_is_refused_and_leaves_nothing(charter, sinar, seller, client, settings):
    client.force_login(seller)
    empty, program = upload("a.txt", b""), upload("a.pdf", b"MZ90")
    for sent in (empty, program):
        assert client.post(address(sinar, charter), {"file": sent}, headers=PIECE).status_code == 422
    assert client.post(address(sinar, charter), headers=PIECE).status_code == 422
    settings.MAX_FILE_SIZE = 3
    assert client.post(address(sinar, charter), {"file": upload()}, headers=PIECE).status_code == 422
    assert held(sinar, charter) is None and not files().exists() and list(store.names_on_disk()) == []


# --- nobody else ------------------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(passport, sinar, seller) -> File:
    return put(sinar, passport, seller)


def test_who_does_not_see_the_field_reaches_the_file_by_no_address(passport, hidden, sinar, head, owner, client):
    pages = (hidden.url, hidden.look_url, reverse("records:file_versions", args=[hidden.pk]))
    for person, answer in ((head, 404), (owner, 200)):
        client.force_login(person)
        for page in pages:
            assert client.get(page, headers=PIECE).status_code == answer, page
        for name in ("read_file", "content"):
            url = f"/api/v1/files/{hidden.pk}" + ("/content" if name == "content" else "")
            assert client.get(url, headers=of_token(person)).status_code == answer
    client.force_login(head)
    for name in ("file_trash", "file_rename"):
        assert client.post(reverse(f"records:{name}", args=[hidden.pk]), {"name": "x"}).status_code == 404
    for what in ("put_own_file", "remove_own_file"):
        assert client.post(address(sinar, passport, what), {"file": upload()}).status_code == 404
    assert held(sinar, passport) == hidden.pk


def test_who_does_not_see_the_field_is_not_told_of_the_file(passport, hidden, papers, sinar, head, owner, client):
    with change_set("edit", "x", by=owner):
        rename_file(file=files().get(), name="rahasia dua.txt", note="", by=owner)
    client.force_login(owner)
    client.get(hidden.url)
    panel = reverse("records:files", args=[ENTITY, sinar.pk])
    at = f"/clients/{sinar.pk}"
    own = reverse("clients:own_section", args=[sinar.pk, papers.pk])
    pages = (
        f"{at}/", panel, own, f"{at}/history/", f"{at}/timeline/", f"{at}/dossier/", f"{at}/preview/",
        "/search/?q=rahasia", "/trash/", "/changes/", f"{at}/access-log/",
    )  # fmt: skip
    for page in (panel, own, f"{at}/history/"):
        assert "rahasia" in client.get(page, headers=PIECE).content.decode(), page
    assert "ile-export" in client.get(f"{at}/access-log/", headers=PIECE).content.decode()

    client.force_login(head)

    for page in pages:
        told = client.get(page, headers=PIECE if "clients" in page else {}).content.decode()
        assert "rahasia" not in told.replace('value="rahasia"', "").replace("“rahasia”", ""), page
        assert "Passport" not in told, page
    assert "ile-export" not in client.get(f"{at}/access-log/", headers=PIECE).content.decode()
    tabs = {tab["key"]: tab["count"] for tab in client.get(f"{at}/").context["tabs"]}
    assert tabs["files"] == 0
    client.force_login(owner)
    tabs = {tab["key"]: tab["count"] for tab in client.get(f"{at}/").context["tabs"]}
    assert tabs["files"] == 1


def test_programs_are_not_told_of_it_either(passport, hidden, sinar, head, owner, client):
    client.force_login(owner)
    client.get(hidden.url)
    listed = f"/api/v1/files/of/{ENTITY}/{sinar.pk}"
    assert client.get(listed, headers=of_token(head)).json() == []
    [told] = client.get(listed, headers=of_token(owner)).json()
    assert (told["name"], told["field"], told["id"]) == ("rahasia.txt", passport.pk, hidden.pk)
    one = f"/api/v1/clients/{sinar.pk}"
    for url, word in ((f"{one}/history", "rahasia"), (f"{one}/looks", "downloaded"), (one, f'"{passport.pk}"')):
        assert word in client.get(url, headers=of_token(owner)).content.decode(), url
        assert word not in client.get(url, headers=of_token(head)).content.decode(), url
    client.patch(
        f"/api/v1/files/{hidden.pk}", json.dumps({"note": "x"}), content_type="application/json",
        headers=of_token(owner),
    )  # fmt: skip
    assert not ChangeSet.objects.filter(title__contains="rahasia").exists()


def test_a_list_a_size_and_the_search_say_nothing_of_it(passport, charter, hidden, sinar, head, owner, client):
    def counted(person: User) -> list[str]:
        asking = Asking(person)
        condition = as_condition(understood("files.count > 0", asking), asked_by(asking))
        return [row.name for row in Client.objects.visible_to(person).filter(condition)]

    assert counted(head) == counted(owner) == []
    assert find("rahasia", by=owner) == []
    client.force_login(head)
    assert client.get(f"/clients/?f=f{passport.pk}:filled").status_code == 400
    put(sinar, charter, owner, "b.txt")
    assert counted(head) == ["PT Sinar Abadi"]


def test_lines_of_a_file_that_is_gone_are_told_to_who_sees_all_fields(hidden, sinar, head, owner, client):
    files().filter(pk=hidden.pk)._raw_delete("default")

    for person, is_there in ((owner, True), (head, False)):
        client.force_login(person)
        page = client.get(f"/clients/{sinar.pk}/history/", headers=PIECE).content.decode()
        assert ("rahasia" in page) is is_there


def test_who_may_see_no_files_sees_no_such_field_and_who_may_attach_none_changes_none(
    charter, papers, sinar, seller, owner, client
):
    file = put(sinar, charter, owner)
    role = seller.role
    client.force_login(seller)

    def without(right: str) -> User:
        role.grants = {**role.grants, right: 0}
        role.save()
        return User.objects.get(pk=seller.pk)

    person = without("files.attach")
    assert "rahasia" in section_piece(client, sinar, papers)
    with pytest.raises(Refused):
        actions.set_custom(client=sinar, values={f"custom.{charter.pk}": None}, by=person)
    assert client.post(address(sinar, charter), {"file": upload()}, headers=PIECE).status_code == 404

    person = without("files.view")
    assert "rahasia" not in section_piece(client, sinar, papers)
    assert fields_for(ENTITY, person) == []
    assert "rahasia" not in client.get(f"/clients/{sinar.pk}/history/", headers=PIECE).content.decode()
    assert held(sinar, charter) == file.pk


def test_narrowing_a_field_takes_its_file_along_and_hiding_takes_it_from_everybody(charter, sinar, owner, seller, head):
    put(sinar, charter, seller)

    def seen() -> list[int]:
        return [files_about(ENTITY, sinar.pk, by=person).count() for person in (head, seller, owner)]

    assert seen() == [1, 1, 1]
    shaping.change_field(field=charter, name="Charter", see_roles=[seller.role_id], by=owner)
    assert seen() == [0, 1, 1]
    shaping.hide(definition=charter, is_hidden=True, by=owner)
    assert seen() == [0, 0, 0]


# --- set by its number ------------------------------------------------------------------------------------------------


def test_a_program_names_a_file_of_the_client_that_stands_nowhere_else(
    charter, passport, hidden, sinar, volga, seller, owner, head, client
):
    loose = attach_file(target=sinar, name="a.txt", chunks=[b"x"], by=seller)
    elsewhere = attach_file(target=volga, name="b.txt", chunks=[b"x"], by=owner)
    mine = actions.add_client(name="Toko Jaya", by=seller)
    of_another = attach_file(target=mine, name="g.txt", chunks=[b"x"], by=seller)
    section = shaping.add_section(entity=ENTITY, kind="files", name="Contracts", by=owner)
    placed = attach_file(target=sinar, name="c.txt", chunks=[b"x"], section=section.pk, by=owner)
    thrown = attach_file(target=sinar, name="d.txt", chunks=[b"x"], by=seller)
    trash_file(file=thrown, by=seller)
    newer = attach_file(target=sinar, name="e.txt", chunks=[b"x"], by=seller)
    newest = attach_file(target=sinar, name="f.txt", chunks=[b"x"], replaces=newer, by=seller)

    def send(pk: object) -> int:
        version = Client.objects.as_system("a test").get(pk=sinar.pk).version
        body = json.dumps({"version": version, "custom": {str(charter.pk): pk}})
        url = f"/api/v1/clients/{sinar.pk}"
        return client.patch(url, body, content_type="application/json", headers=of_token(seller)).status_code

    for pk in (elsewhere.pk, of_another.pk, placed.pk, thrown.pk, hidden.pk, newer.pk, newest.pk, 999_999, "x", True):
        assert send(pk) == 422, pk
    assert held(sinar, charter) is None
    assert send(loose.pk) == 200
    assert held(sinar, charter) == loose.pk and files().get(pk=loose.pk).field_id == charter.pk
    assert send(None) == 200
    assert held(sinar, charter) is None and is_trashed(loose)
    with pytest.raises(ValidationError):
        actions.add_client(name="Baru", custom={f"custom.{charter.pk}": loose.pk}, by=seller)


def test_a_program_puts_a_file_into_a_field_in_one_call(passport, sinar, seller, head, client):
    url = f"/api/v1/clients/{sinar.pk}/custom/{passport.pk}/file"

    def send(person: User, name: str, query: str = ""):
        return client.post(f"{url}{query}", {"file": upload(name)}, headers=of_token(person))

    assert send(head, "a.txt").status_code == 404
    answer = send(seller, "a.txt")
    assert answer.status_code == 200 and answer.json()["custom"] == {str(passport.pk): files().get().pk}
    first = files().get()
    assert send(seller, "b.txt", "?base=999999").status_code == 409
    assert held(sinar, passport) == first.pk and len(list(store.names_on_disk())) == 1
    assert send(seller, "c.txt", f"?base={first.pk}").status_code == 200
    assert send(seller, "d.txt").status_code == 200
    assert files().get(pk=held(sinar, passport)).name == "d.txt" and is_trashed(first)
    assert not files_about(ENTITY, sinar.pk, by=head).exists()


def test_only_who_may_change_a_field_of_files_puts_one_there(
    papers, charter, passport, sinar, owner, seller, head, client
):
    words_field = shaping.add_field(section=papers, type="text", name="Words", by=owner)
    sealed = shaping.add_field(section=papers, type="file", name="Seal", change_roles=[head.role_id], by=owner)
    for field, by in ((passport, head), (words_field, seller), (sealed, seller)):
        with pytest.raises(Refused), bytes_kept([b"x"]) as stored:
            put_file(target=sinar, name="a.txt", stored=stored, field=field.pk, by=by)
    assert not files().exists()
    client.force_login(seller)
    for field in (words_field, sealed):
        for what in ("put_own_file", "remove_own_file"):
            assert client.post(address(sinar, field, what), {"file": upload()}).status_code == 404


def test_a_newer_version_is_put_into_the_field_and_not_over_its_file(charter, sinar, seller):
    file = put(sinar, charter, seller)
    with pytest.raises(ValidationError):
        attach_file(target=sinar, name="b.txt", chunks=[b"x"], replaces=file, by=seller)
    assert held(sinar, charter) == file.pk


# --- lists, forms and what else goes by types -------------------------------------------------------------------------


def test_a_list_finds_and_sorts_by_the_name_and_leads_to_the_file(charter, sinar, seller, client):
    other = actions.add_client(name="Toko Jaya", by=seller)
    actions.add_client(name="Kosong", by=seller)
    file = put(sinar, charter, seller, "Zeta.txt")
    put(other, charter, seller, "alfa.bin")
    key = f"f{charter.pk}"
    assert found(seller, f"f={key}:has:ZET") == ["PT Sinar Abadi"]
    assert found(seller, f"f={key}:empty") == ["Kosong"]
    assert found(seller, f"s={key}") == ["Toko Jaya", "PT Sinar Abadi", "Kosong"]
    client.force_login(seller)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,{key}"})
    page = client.get("/clients/").content.decode()
    assert f'href="{file.look_url}" data-drawer tabindex="-1">Zeta.txt</a>' in page

    with change_set("edit", "x", by=seller):
        rename_file(file=files().get(pk=file.pk), name="Omega.txt", note="", by=seller)

    assert found(seller, f"f={key}:has:omega") == ["PT Sinar Abadi"]
    assert held(sinar, charter) == file.pk
    asking = Asking(seller)
    condition = as_condition(understood(f'{key} contains "omega"', asking), asked_by(asking))
    assert [row.name for row in Client.objects.visible_to(seller).filter(condition)] == ["PT Sinar Abadi"]


def test_it_stands_in_no_form_no_import_and_no_table(charter, papers, sinar, owner, seller, client):
    assert f"f{charter.pk}" not in NewClientForm(by=seller).fields
    assert OwnForm(row=sinar, shapes=fields_of_client(seller), by=seller).names() == []
    assert f"f{charter.pk}" not in targets_for(seller) and not words_for(owner).knows("Charter")
    client.force_login(seller)
    page = client.get(reverse("clients:edit_section", args=[sinar.pk, papers.pk])).content.decode()
    assert "Files are put in on the card" in page
    assert client.get(reverse("clients:own_field", args=[sinar.pk, charter.pk])).status_code == 404
    table = shaping.add_section(entity=ENTITY, kind="table", name="Machines", by=owner)
    with pytest.raises(ValidationError):
        shaping.add_field(section=table, type="file", name="Photo", by=owner)
    client.force_login(owner)
    new = reverse("records:new_field", args=[table.pk, "file"])
    assert new not in client.get(reverse("records:section", args=[table.pk])).content.decode()
    form = client.get(reverse("records:new_field", args=[papers.pk, "file"])).content.decode()
    assert 'name="see_roles"' in form and 'name="is_required"' not in form
    required = shaping.add_field(section=papers, type="file", name="Photo", is_required=True, by=owner)
    assert not required.is_required


def test_the_dossier_names_the_file_to_who_sees_the_field(passport, hidden, sinar, seller, head):
    def printed(person: User) -> list[str]:
        card = Card(client_for_card(sinar.pk, person), person)
        return [f"{line.lead}: {line.text}" for box in dossier(card, Period()).boxes for line in box.lines]

    assert printed(seller) == ["Passport: rahasia.txt"]
    assert printed(head) == []


def test_thirty_rows_take_as_many_queries_as_one(charter, sinar, owner, client):
    client.force_login(owner)
    client.post(reverse("records:list_columns", args=["clients"]), {"columns": f"name,f{charter.pk}"})

    def queries(count: int) -> int:
        for number in range(count):
            put(actions.add_client(name=f"c{number}", by=owner), charter, owner, f"{number}.txt")
        client.get("/clients/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/clients/")
        return len(asked)

    assert queries(1) == queries(29)


# --- merging, removing, checking --------------------------------------------------------------------------------------


@pytest.mark.parametrize("takes", [True, False])
def test_a_merge_loses_no_file_and_its_undo_brings_each_back(passport, sinar, seller, head, takes, owner):
    other = actions.add_client(name="PT Sinar", by=seller)
    mine, theirs = put(sinar, passport, seller, "mine.txt"), put(other, passport, seller, "theirs.txt")
    by = owner if takes else head  # the head does not see the field, and merges all the same
    with change_set("merge", "x", by=by) as changes:
        merge_clients(client=sinar, other=other, take=[f"custom.{passport.pk}"] if takes else [], by=by)
    assert held(sinar, passport) == (theirs.pk if takes else mine.pk)
    assert files().get(pk=theirs.pk).about_id == sinar.pk
    assert is_trashed(mine) is takes and not is_trashed(theirs)
    assert not files_about(ENTITY, sinar.pk, by=head).exists()

    assert undo_changes(changes=changes, by=by).conflicts == []

    assert (held(sinar, passport), held(other, passport)) == (mine.pk, theirs.pk)
    assert not is_trashed(mine) and not is_trashed(theirs)
    assert files().get(pk=theirs.pk).about_id == other.pk


def test_what_is_removed_for_good_is_held_by_nothing_and_cannot_be_undone_into_the_field(charter, sinar, seller, owner):
    first = put(sinar, charter, seller)
    with change_set("edit", "x", by=seller) as emptying:
        actions.set_custom(client=sinar, values={f"custom.{charter.pk}": None}, by=seller)
    with audit.acting_as(owner):
        audit.change_many(list(files()), {"trashed_at": timezone.now() - timedelta(days=400)})
    remove_over(by=owner)
    assert not files().exists()

    undoing = undo_changes(changes=emptying, by=seller)

    assert all(conflict.is_gone for conflict in undoing.conflicts) and undoing.conflicts
    assert held(sinar, charter) is None and first.pk


def test_a_client_and_a_field_that_are_removed_take_their_files_along(charter, sinar, seller, owner):
    put(sinar, charter, seller)
    shaping.trash(definition=charter, by=owner)
    with audit.acting_as(owner):
        rows = Field.objects.as_system("a test").filter(pk=charter.pk)
        audit.change_many(list(rows), {"trashed_at": timezone.now() - timedelta(days=400)})

    remove_over(by=owner)

    assert not files().exists() and list(misplaced()) == []


def test_the_check_finds_what_a_field_does_not_hold_any_more(charter, sinar, volga, owner, seller):
    file = put(sinar, charter, seller)
    for values in ({"trashed_at": timezone.now()}, {"trashed_at": None, "about_id": volga.pk}, {"field_id": None}):
        with audit.acting_as(owner):
            audit.change_many(list(files().filter(pk=file.pk)), values)
        assert [text.split(":")[0] for text in misplaced()] == [f"clients.client {sinar.pk}"], values
    files().filter(pk=file.pk)._raw_delete("default")
    assert [text.split(":")[0] for text in astray()] == [f"clients.client {sinar.pk}"]
