"""A column names the colleagues who take part in a client: only added, by those who may, told once, and taken back."""

from pathlib import Path

import pytest
from django.test import Client as Browser

from kartu.clients import actions
from kartu.clients.imports import importer as importing
from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import SHARE, reaches
from kartu.clients.tests.test_import import bring_in, everything, renewed, told
from kartu.clients.tests.test_import_grid import brought
from kartu.clients.tests.test_import_updates import changed, client, decided, what_changes
from kartu.core.actors import Scope
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.records.imports import acts

pytestmark = pytest.mark.django_db
HEAD = "Company;Phone;Also take part"
NO_RIGHT = "You may not name colleagues who take part. Leave this column out, or ask your manager"
NOT_HERE = "You may not name colleagues on this client. Leave the cell empty, or ask your manager"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def file(*cells: str) -> str:
    """A file of clients, each with a cell of colleagues."""
    rows = (f'PT Nomor {n};0812345{n:04};"{cell}"' for n, cell in enumerate(cells))
    return "\n".join([HEAD, *rows, ""])


def taking_part(name: str) -> list[str]:
    rows = everything(Collaborator).filter(client=client(name), trashed_at=None)
    return sorted(rows.values_list("person__name", flat=True))


def namesakes(name: str) -> None:
    """Two more sellers who are called `name`."""
    for each in ("one", "two"):
        User.objects.filter(pk=make_person(each, "seller").pk).update(name=name)


def again(person: User) -> User:
    return User.objects.select_related("role", "team").get(pk=person.pk)


def may_import(person: User, **rights: int) -> User:
    person.role.grants = {**person.role.grants, "clients.import": int(Scope.ALL), **rights}
    person.role.save()
    return again(person)


def test_names_and_emails_become_those_who_take_part(owner: User, stranger: User, seller: User) -> None:
    rina = make_person("Rina Kusuma, S.E.", "seller")

    source = bring_in(file(f" VIKTOR ; {seller.email.upper()};;Viktor", "Viktor, Rina Kusuma, S.E.", ""), owner)

    assert (source.new_count, told(source)) == (3, [])
    assert taking_part("PT Nomor 0") == ["Sari", "Viktor"]
    assert taking_part("PT Nomor 1") == ["Rina Kusuma, S.E.", "Viktor"] and taking_part("PT Nomor 2") == []
    row = everything(Collaborator).get(person=rina)
    assert (row.added_by_id, row.may_change) == (owner.pk, False)
    names = {each.name for each in Client.objects.visible_to(again(stranger))}
    assert names == {"PT Nomor 0", "PT Nomor 1"} and reaches(again(rina), client("PT Nomor 1"))


def test_each_wrong_name_is_told_by_row_and_column_with_what_to_do(owner: User, stranger: User) -> None:
    namesakes("Budi")
    make_person("Joko", "storekeeper")
    gone = make_person("Lena", "seller")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    source = decided(file("Viktor; Nobody", "Budi", "Lena", "Joko", "two@example.com"), owner)

    assert told(source) == [
        (2, "rejected", "No colleague is called so. Write the name or the e-mail as they stand on the page of people"),
        (3, "rejected", "Several colleagues are called so. Write the e-mail"),
        (4, "rejected", "This colleague has no access any more. Name another, or leave the cell empty"),
        (5, "rejected", "Joko may not see clients at all. Give another role first."),
    ]
    assert source.rows.get(number=2).problems[0] == [2, told(source)[0][2], "Nobody", ""]
    assert source.new_count == 1


def test_what_is_wrong_may_go_into_the_note_and_the_others_are_named(owner: User, stranger: User) -> None:
    bring_in(file("Viktor; Nobody"), owner, bad="note")

    assert taking_part("PT Nomor 0") == ["Viktor"]
    assert [touch.text for touch in client("PT Nomor 0").touches.all()] == ["Also take part: Nobody"]


def test_the_person_who_looks_after_the_client_is_not_named_beside(owner: User, seller: User) -> None:
    text = 'Company;Responsible;Also take part\nPT Maju;Sari;"Sari; Olga"\n'

    bring_in(text, owner)

    assert taking_part("PT Maju") == ["Olga"]


# ---- clients who are here


def test_on_a_card_they_are_only_added_and_a_second_run_changes_nothing(
    owner: User, stranger: User, seller: User
) -> None:
    bring_in(file("Viktor"), owner)

    source = changed(file("Sari"), owner)

    assert taking_part("PT Nomor 0") == ["Sari", "Viktor"]
    assert what_changes(source) == [(2, [["Also take part", "", "Sari"]])]
    assert what_changes(decided(file("Sari; Viktor"), owner, over=True)) == []
    assert decided(file(""), owner, over=True).change_count == 0


def test_who_is_on_the_card_is_no_news_though_he_has_left_or_has_a_namesake(owner: User, stranger: User) -> None:
    bring_in(file("Viktor", "Viktor"), owner)
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    namesakes("Viktor")

    source = decided(file("Viktor", "one@example.com"), owner)

    assert told(source) == [(2, "same", "Here already, just so")]
    assert what_changes(source) == [(3, [["Also take part", "", "Viktor"]])]


def test_a_list_that_goes_out_comes_back_the_same(owner: User, stranger: User, seller: User) -> None:
    bring_in(file("Viktor; Sari", "", "Sari"), owner)
    window = Browser()
    window.force_login(owner)
    window.post("/lists/clients/columns/", {"columns": "name,number,phone,collaborators"})

    def exported() -> bytes:
        answer = window.post("/lists/clients/export/xlsx/", {"purpose": "A test"})
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    book = exported()
    assert brought(book, owner, mode="both").same_count == 3
    for row in Collaborator.objects.visible_to(owner):
        actions.remove_collaborator(collaborator=row, by=owner)

    source = brought(book, owner, mode="both")
    acts.start(source=source, by=owner)
    run_jobs()

    assert [taking_part(f"PT Nomor {n}") for n in range(3)] == [["Sari", "Viktor"], [], ["Sari"]]
    assert brought(exported(), owner, mode="both").same_count == 3


# ---- rights


def test_whoever_may_not_share_names_nobody(owner: User, seller: User, stranger: User) -> None:
    importer = may_import(seller, **{SHARE: 0})

    source = decided(file("Viktor", ""), importer)

    assert told(source) == [(2, "rejected", NO_RIGHT)] and source.new_count == 1
    assert not Collaborator.objects.as_system("a test").exists()


def test_with_the_right_to_share_the_same_file_goes_in(seller: User, stranger: User) -> None:
    """The negative control of the test before."""
    source = bring_in(file("Viktor", ""), may_import(seller))

    assert (source.new_count, taking_part("PT Nomor 0")) == (2, ["Viktor"])


def test_a_client_whom_one_may_change_but_not_share_gets_nobody(
    owner: User, seller: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(file("", ""), owner)
    importer = may_import(seller)
    for name in ("PT Nomor 0", "PT Nomor 1"):
        actions.name_collaborator(client=client(name), person=importer, may_change=True, by=owner)
    actions.hand_over(client=client("PT Nomor 1"), to=importer, by=owner)

    source = changed(file("Viktor", "Viktor"), again(importer))

    assert told(source) == [(2, "rejected", NOT_HERE)]
    assert (taking_part("PT Nomor 0"), taking_part("PT Nomor 1")) == (["Sari"], ["Sari", "Viktor"])


def test_a_new_client_of_a_colleague_beyond_reach_gets_nobody(owner: User, head: User, seller: User) -> None:
    rudi = make_person("Rudi", "seller", team=head.team)
    text = f"Company;Responsible;Also take part\nPT Satu;;{rudi.name}\nPT Dua;{rudi.name};{head.name}\n"
    importer = may_import(head, **{SHARE: int(Scope.OWN), "clients.create": int(Scope.TEAM)})

    source = decided(text, importer)

    assert told(source) == [(3, "rejected", NOT_HERE)] and source.new_count == 1


def test_a_row_that_falls_for_its_names_does_not_stand_for_its_client(owner: User, stranger: User) -> None:
    bring_in(file(""), owner)
    text = f"{HEAD}\nPT Nomor 0;08123450000;Nobody\nPT Nomor 0;08123450000;Viktor\n"

    source = changed(text, owner)

    assert (source.rejected_count, source.change_count, taking_part("PT Nomor 0")) == (1, 1, ["Viktor"])


# ---- telling, meeting others, taking back


def test_each_is_told_once_with_how_many_there_are(owner: User, stranger: User, seller: User) -> None:
    bring_in(file(*["Viktor; Olga"] * 30, "Sari"), owner)
    run_jobs()

    notice = Notification.objects.visible_to(stranger).get()
    assert (notice.kind, notice.title) == ("clients.shared", "Further clients in which you take part: 30")
    assert (notice.text, notice.url) == ("Olga named you in a file", "/clients/?v=take_part")
    assert Notification.objects.visible_to(seller).get().title.endswith(": 1")
    assert not Notification.objects.visible_to(owner).exists()
    window = Browser()
    window.force_login(again(stranger))
    assert window.get(notice.url).content.decode().count("data-id=") == 30


def test_somebody_who_names_the_same_colleague_meanwhile_is_met(
    owner: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(file(""), owner)
    source = decided(file("Viktor"), owner)
    prepare = importing.ClientWriter.prepare

    def prepare_and_be_overtaken(self: object, outcomes: object) -> object:
        prepared = prepare(self, outcomes)
        monkeypatch.setattr(importing.ClientWriter, "prepare", prepare)
        mine = Client.objects.visible_to(owner).get(name="PT Nomor 0")
        actions.name_collaborator(client=mine, person=stranger, may_change=True, by=owner)
        return prepared

    monkeypatch.setattr(importing.ClientWriter, "prepare", prepare_and_be_overtaken)
    acts.start(source=source, by=owner)
    run_jobs()

    assert (renewed(source).state, taking_part("PT Nomor 0")) == ("done", ["Viktor"])
    assert everything(Collaborator).get().may_change


def test_taking_the_import_back_takes_them_off_and_bringing_back_names_them(owner: User, stranger: User) -> None:
    bring_in(file(""), owner)
    source = changed(file("Viktor", "Viktor"), owner)
    assert reaches(again(stranger), client("PT Nomor 0"))

    for act, names in ((acts.take_back, []), (acts.bring_back, ["Viktor"]), (acts.take_back, [])):
        act(source=renewed(source), by=owner)
        run_jobs()

        assert taking_part("PT Nomor 0") == names
        assert reaches(again(stranger), client("PT Nomor 0")) is bool(names)
    assert not Client.objects.visible_to(again(stranger)).exists()


def test_a_file_without_such_a_column_asks_nothing_of_it(
    owner: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kartu.clients.imports.sharing.Sharing._people", None)

    assert bring_in("Company;Phone\nPT Maju;0812345671\n", owner).new_count == 1
