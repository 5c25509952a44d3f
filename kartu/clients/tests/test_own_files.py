"""Files in a section of the card: there for whoever sees the section, and for nobody else by any way."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.card import Card, client_for_card
from kartu.clients.dossier import parts
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client
from kartu.clients.own_sections import dossier
from kartu.clients.segments.fields import asked_by
from kartu.clients.segments.meaning import understood
from kartu.core.expressions import as_condition
from kartu.firm.models import User
from kartu.records.actions import attach_file, rename_file, trash_file, undo_changes
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.files.about import files_about
from kartu.records.lists.asking import Asking
from kartu.records.models import ChangeSet, File, Section
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.models import AuditRow
from kartu.security.tokens import make_token

pytestmark = pytest.mark.django_db
ENTITY = "clients.client"
PIECE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def contracts(owner) -> Section:
    return shaping.add_section(entity=ENTITY, kind="files", name="Contracts", by=owner)


@pytest.fixture
def passports(owner, seller) -> Section:
    """Seen by sellers and the owner; the head, who sees all clients of his team, does not see it."""
    return shaping.add_section(entity=ENTITY, kind="files", name="Passports", see_roles=[seller.role_id], by=owner)


def attach(client: Client, section: Section | None, by: User, name: str = "rahasia.txt", **options) -> File:
    pk = section.pk if section else None
    return attach_file(target=client, name=name, chunks=[b"3 pumps"], section=pk, by=by, **options)


def panel(client: Client, section: Section | None = None) -> str:
    args = [ENTITY, client.pk]
    return (
        reverse("records:section_files", args=[*args, section.pk]) if section else reverse("records:files", args=args)
    )


def test_a_file_is_dropped_into_a_section_and_counted_on_its_tab(contracts, sinar, seller, client):
    client.force_login(seller)
    upload = io.BytesIO(b"3 pumps")
    upload.name = "contract.txt"

    assert client.post(panel(sinar, contracts), {"file": upload}, headers=PIECE).status_code == 204

    [file] = File.objects.visible_to(seller)
    assert (file.section_id, file.about_id, file.name) == (contracts.pk, sinar.pk, "contract.txt")
    assert "contract.txt" in client.get(panel(sinar, contracts), headers=PIECE).content.decode()
    assert "Contracts" in client.get(panel(sinar), headers=PIECE).content.decode()
    tabs = {tab["key"]: tab["count"] for tab in client.get(f"/clients/{sinar.pk}/").context["tabs"]}
    assert (tabs[f"s{contracts.pk}"], tabs["files"]) == (1, 1)
    piece = client.get(reverse("clients:own_section", args=[sinar.pk, contracts.pk]), headers=PIECE).content.decode()
    assert panel(sinar, contracts) in piece


def test_a_card_takes_one_query_more_for_all_sections_of_files_and_as_many_for_ten_files(
    contracts, passports, sinar, owner, client
):
    client.force_login(owner)

    def queries() -> int:
        client.get(f"/clients/{sinar.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/clients/{sinar.pk}/")
        return len(asked)

    with_sections = queries()
    for number in range(10):
        attach(sinar, (contracts, passports)[number % 2], owner, f"{number}.txt")
    assert queries() == with_sections
    for section in (contracts, passports):
        shaping.hide(definition=section, is_hidden=True, by=owner)
    assert queries() == with_sections - 1


# --- nobody else ------------------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(passports, sinar, seller) -> File:
    return attach(sinar, passports, seller)


def test_who_does_not_see_the_section_reaches_the_file_by_no_address(passports, hidden, sinar, head, owner, client):
    for person, answer in ((head, 404), (owner, 200)):
        client.force_login(person)
        for address in (
            panel(sinar, passports), hidden.url, reverse("records:file_look", args=[hidden.pk]),
            reverse("records:file_versions", args=[hidden.pk]),
            reverse("clients:own_section", args=[sinar.pk, passports.pk]),
        ):  # fmt: skip
            assert client.get(address, headers=PIECE).status_code == answer, address
    client.force_login(head)
    for name in ("file_trash", "file_rename"):
        assert client.post(reverse(f"records:{name}", args=[hidden.pk]), {"name": "x"}).status_code == 404
    upload = io.BytesIO(b"x")
    upload.name = "x.txt"
    assert client.post(panel(sinar, passports), {"file": upload}).status_code == 404


def test_who_does_not_see_the_section_is_not_told_of_the_file(passports, hidden, sinar, head, owner, client):
    with change_set("edit", "x", by=owner):
        rename_file(file=hidden, name="rahasia dua.txt", note="", by=owner)
    client.force_login(owner)
    client.get(hidden.url)
    pages = (
        f"/clients/{sinar.pk}/", panel(sinar), f"/clients/{sinar.pk}/history/", f"/clients/{sinar.pk}/timeline/",
        f"/clients/{sinar.pk}/dossier/", "/search/?q=rahasia", "/trash/", f"/clients/{sinar.pk}/preview/", "/changes/",
    )  # fmt: skip
    assert "rahasia" in client.get(panel(sinar), headers=PIECE).content.decode()
    assert "rahasia" in client.get(f"/clients/{sinar.pk}/history/", headers=PIECE).content.decode()

    client.force_login(head)

    for page in pages:
        told = client.get(page, headers=PIECE if "clients" in page else {}).content.decode()
        assert "rahasia" not in told.replace('value="rahasia"', "").replace("“rahasia”", ""), page
        assert "Passports" not in told, page
    tabs = {tab["key"]: tab["count"] for tab in client.get(f"/clients/{sinar.pk}/").context["tabs"]}
    assert tabs["files"] == 0 and f"s{passports.pk}" not in tabs


def test_the_log_of_looks_does_not_tell_of_downloads_from_a_section_one_does_not_see(
    hidden, sinar, head, owner, client
):
    client.force_login(owner)
    client.get(hidden.url)
    log = f"/clients/{sinar.pk}/access-log/"
    assert "ile-export" in client.get(log, headers=PIECE).content.decode()

    client.force_login(head)

    assert "ile-export" not in client.get(log, headers=PIECE).content.decode()


def test_lines_of_a_file_that_is_gone_are_told_to_who_sees_all_sections(hidden, sinar, head, owner, client):
    File.objects.as_system("a test").filter(pk=hidden.pk)._raw_delete("default")

    for person, is_told in ((owner, True), (head, False)):
        client.force_login(person)
        page = client.get(f"/clients/{sinar.pk}/history/", headers=PIECE).content.decode()
        assert ("rahasia" in page) is is_told


def test_a_size_does_not_tell_that_there_is_a_file(contracts, hidden, sinar, head, owner):
    def found(person: User) -> list[str]:
        asking = Asking(person)
        condition = as_condition(understood("files.count > 0", asking), asked_by(asking))
        return [row.name for row in Client.objects.visible_to(person).filter(condition)]

    assert found(head) == found(owner) == []
    attach(sinar, contracts, owner)
    assert found(head) == ["PT Sinar Abadi"]


def test_the_program_interface_keeps_to_the_sections_one_sees(
    passports, contracts, hidden, sinar, head, seller, client
):
    def of(person: User) -> dict:
        token = make_token(
            person=person,
            name="t",
            rights=["files.view", "files.attach", "files.download", "clients.view", "clients.change"],
        )
        return {"Authorization": f"Bearer {token[1]}"}

    listed = f"/api/v1/files/of/{ENTITY}/{sinar.pk}"
    assert client.get(listed, headers=of(head)).json() == []
    [told] = client.get(listed, headers=of(seller)).json()
    assert (told["name"], told["section"]) == ("rahasia.txt", passports.pk)
    assert client.get(f"{listed}?section={passports.pk}", headers=of(head)).status_code == 404
    assert client.get(f"{listed}?section={contracts.pk}", headers=of(seller)).json() == []
    for address in (f"/api/v1/files/{hidden.pk}", f"/api/v1/files/{hidden.pk}/content"):
        assert client.get(address, headers=of(head)).status_code == 404
        assert client.get(address, headers=of(seller)).status_code == 200

    upload = io.BytesIO(b"x")
    upload.name = "rahasia baru.txt"
    made = client.post(f"{listed}?section={passports.pk}", {"file": upload}, headers=of(seller))
    assert made.status_code == 201 and made.json()["section"] == passports.pk
    assert not ChangeSet.objects.filter(title__contains="rahasia").exists()


def test_only_who_sees_a_section_of_files_puts_one_there(passports, contracts, sinar, volga, owner, head, seller):
    with pytest.raises(Refused):
        attach(sinar, passports, head)
    fields = shaping.add_section(entity=ENTITY, kind="fields", name="Machines", by=owner)
    with pytest.raises(Refused):
        attach(sinar, fields, seller)
    with pytest.raises(Refused):
        attach(volga, None, owner, replaces=attach(sinar, contracts, owner))
    assert not File.objects.as_system("a test").exclude(section=contracts).exists()


def test_narrowing_a_section_takes_its_files_along_and_hiding_takes_them_from_everybody(
    contracts, sinar, owner, seller, head
):
    attach(sinar, contracts, seller)
    assert files_about(ENTITY, sinar.pk, by=head).count() == 1

    shaping.change_section(section=contracts, name="Contracts", see_roles=[seller.role_id], by=owner)
    assert [files_about(ENTITY, sinar.pk, by=person).count() for person in (head, seller, owner)] == [0, 1, 1]

    shaping.trash(definition=contracts, by=owner)
    assert [files_about(ENTITY, sinar.pk, by=person).count() for person in (head, seller, owner)] == [0, 0, 0]
    shaping.restore(definition=contracts, by=owner)
    assert [files_about(ENTITY, sinar.pk, by=person).count() for person in (head, seller, owner)] == [0, 1, 1]


# --- what else is done with them --------------------------------------------------------------------------------------


def test_a_newer_version_lies_where_the_older_one_does(passports, hidden, sinar, seller, client):
    client.force_login(seller)
    upload = io.BytesIO(b"4 pumps")
    upload.name = "passport 2.txt"

    client.post(f"{panel(sinar)}?replaces={hidden.pk}", {"file": upload}, headers=PIECE)

    [newest] = files_about(ENTITY, sinar.pk, by=seller)
    assert (newest.name, newest.section_id) == ("passport 2.txt", passports.pk)
    page = client.get(reverse("records:file_versions", args=[newest.pk])).content.decode()
    assert page.index("passport 2.txt") < page.index("rahasia.txt")
    trash_file(file=newest, by=seller)
    assert [file.name for file in files_about(ENTITY, sinar.pk, by=seller)] == ["rahasia.txt"]


def test_a_merge_takes_hidden_files_along_and_its_undo_brings_them_back(passports, sinar, seller, head):
    other = actions.add_client(name="PT Sinar", by=seller)
    hidden = attach(other, passports, seller)
    with change_set("merge", "x", by=head) as changes:
        actions.merge_clients(client=sinar, other=other, by=head)
    assert File.objects.visible_to(seller).get(pk=hidden.pk).about_id == sinar.pk

    undoing = undo_changes(changes=changes, by=head)

    assert undoing.conflicts == []
    assert File.objects.visible_to(seller).get(pk=hidden.pk).about_id == other.pk


def test_the_dossier_names_the_files_of_a_section_with_it(passports, contracts, hidden, sinar, seller, head):
    attach(sinar, None, seller, "price.txt")

    def printed(person: User) -> tuple[list[str], list[str]]:
        card = Card(client_for_card(sinar.pk, person), person)
        boxes = [f"{box.name}: {line.text}" for box in dossier(card, Period()).boxes for line in box.lines]
        return boxes, [line.text for line in parts.files(card, Period()).lines]

    assert printed(seller) == (["Passports: rahasia.txt"], ["price.txt"])
    assert printed(head) == ([], ["price.txt"])


def test_the_search_knows_no_names_of_files(hidden, owner):
    assert find("rahasia", by=owner) == []
    assert AuditRow.objects.filter(object_type="records.file").exists()


def test_the_tab_that_stands_open_stays_lit_when_the_card_is_renewed(contracts, sinar, seller, client):
    client.force_login(seller)
    here = {**PIECE, "HX-Current-URL": f"http://localhost/clients/{sinar.pk}/?tab=s{contracts.pk}"}

    assert client.get(reverse("clients:pieces", args=[sinar.pk]), headers=here).context["tab"] == f"s{contracts.pk}"


def test_programs_are_not_told_of_it_by_the_log_either(hidden, sinar, head, owner, client):
    client.force_login(owner)
    client.get(hidden.url)

    def told(person: User, what: str) -> str:
        token = make_token(person=person, name="t", rights=["clients.view", "clients.history", "clients.access_log"])
        answer = client.get(f"/api/v1/clients/{sinar.pk}/{what}", headers={"Authorization": f"Bearer {token[1]}"})
        assert answer.status_code == 200
        return answer.content.decode()

    assert "rahasia" in told(owner, "history") and "rahasia" not in told(head, "history")
    assert "downloaded" in told(owner, "looks") and "downloaded" not in told(head, "looks")
