"""From a file to clients: every row has a fate, what is taken is whole, what is stopped or undone is gone."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from kartu.clients.imports.importer import ClientImporter
from kartu.clients.models import Category, Channel, Client, ClientEntity, Contact, Tag, Touch
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts, engine
from kartu.records.imports.importers import importers
from kartu.records.imports.rows import staged_path
from kartu.records.models import ChangeSet, Import, ImportRow
from kartu.security import audit
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db
State = Import.State


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def drop(text: str, by: User, name: str = "clients.csv") -> Import:
    source = acts.drop_file(importer=importers["clients"], file=ContentFile(text.encode(), name=name), name=name, by=by)
    run_jobs()
    return renewed(source)


def renewed(source: Import) -> Import:
    return Import.objects.get(pk=source.pk)


def check(source: Import, by: User, **answers: str) -> Import:
    acts.decide(source=source, targets={}, answers=answers, by=by)
    run_jobs()
    return renewed(source)


def bring_in(text: str, by: User, **answers: str) -> Import:
    source = check(drop(text, by), by, **answers)
    if source.may_start:
        acts.start(source=source, by=by)
        run_jobs()
    return renewed(source)


def everything(model: type):
    return model.objects.as_system("a test looks at what an import has written")


def told(source: Import) -> list[tuple[int, str, str]]:
    return [(row.number, row.fate, row.problems[0][1]) for row in source.rows.exclude(problems=[])]


MAJU = (
    "PT Maju Jaya;Bapak Budi Santoso;Direktur;022-4201234, 0812 3456 789;info@maju.co.id;Bandung;0013121660091000;"
    "Grosir;vip, lama;loyal"
)
SHEET = (
    "Nama Perusahaan;Nama PIC;Jabatan;Telp;Email;Kota;NPWP;Kategori;Tag;Keterangan\n"
    f"{MAJU}\nCV Tirta;;;0813 1111 2222;;Garut;;Grosir;;\n"
)


def test_a_row_becomes_a_client_with_all_its_parts(owner: User) -> None:
    source = bring_in(SHEET, owner)

    assert (source.state, source.read_count, source.new_count) == (State.DONE, 2, 2)
    maju = Client.objects.visible_to(owner).get(name="PT Maju Jaya")
    assert (maju.kind, maju.city, maju.responsible, maju.created_by) == ("company", "Bandung", owner, owner)
    assert (maju.phone, maju.email) == ("+62224201234", "info@maju.co.id")
    person = maju.contacts.get()
    assert (person.name, person.salutation, person.position, person.is_main) == (
        "Budi Santoso",
        "Bapak",
        "Direktur",
        True,
    )
    assert [(way.kind, way.value, way.contact_id, way.is_main) for way in maju.channels.order_by("id")] == [
        ("phone", "+62224201234", person.pk, True),
        ("phone", "+628123456789", person.pk, False),
        ("email", "info@maju.co.id", None, True),
    ]
    assert maju.entities.get().registry_ids == {"npwp": "0013121660091000"}
    assert maju.entities.get().tax_id == "0013121660091000"
    assert str(maju.category) == "Grosir"
    assert sorted(tag.tag.name for tag in maju.client_tags.select_related("tag")) == ["lama", "vip"]
    assert [touch.text for touch in maju.touches.all()] == ["loyal"]


def test_an_imported_client_is_what_a_client_made_by_hand_is(owner: User) -> None:
    """Column by column, the derived ones too, and so are the audit rows of both."""
    bring_in("Nama Perusahaan;Telp;Email\nPT Satu;022-4201234;a@satu.co.id\n", owner)
    imported = everything(Client).get()
    copy = Client.objects.as_system("a copy made by hand").get(pk=imported.pk)
    copy.pk, copy._state.adding, copy.batch_id = None, True, None
    with audit.acting_as(owner):
        copy.save()

    by_import = AuditRow.objects.get(object_type="clients.client", object_id=imported.pk)
    by_hand = AuditRow.objects.get(object_type="clients.client", object_id=copy.pk)
    after, by_hand_after = by_import.payload.values["after"], by_hand.payload.values["after"]
    assert after | {"batch_id": None, "created_at": by_hand_after["created_at"]} == by_hand_after
    assert by_import.digest == audit.digest(by_import.payload.values)
    columns = ("verb", "actor_id", "why", "root_type", "object_type", "session", "address")
    assert [getattr(by_import, name) for name in columns] == [getattr(by_hand, name) for name in columns]
    assert (by_import.root_id, by_import.change_set_id) == (imported.pk, Import.objects.get().change_set_id)
    before = {field.attname: getattr(imported, field.attname) for field in Client._meta.concrete_fields}
    derived = {name: before[name] for name in Client.derived_fields}
    Client.derive(imported)
    from kartu.clients.derived import renew  # noqa: PLC0415 - to compare with what it would have written

    renew([imported.pk])
    again = everything(Client).get(pk=imported.pk)
    assert {name: getattr(again, name) for name in Client.derived_fields} == derived


def test_every_part_has_its_audit_row_on_the_history_of_its_client(owner: User) -> None:
    bring_in(SHEET, owner)
    maju = everything(Client).get(name="PT Maju Jaya")

    rows = AuditRow.objects.filter(root_type="clients.client", root_id=maju.pk, verb=Verb.CREATE)

    parts = [Contact, Channel, ClientEntity, Touch]
    assert rows.count() == 1 + sum(everything(model).filter(client=maju).count() for model in parts) + 1 + 2
    assert all(row.digest == audit.digest(row.payload.values) for row in rows.select_related("payload"))


def test_every_row_has_a_fate_and_each_rejection_its_reason(owner: User) -> None:
    text = (
        "Company;Phone;Email;Note\nPT Satu;0812345678;;\nPT Dua;12;x;\n;;;a note of nobody\n"
        "PT Satu;0812345678;;again\nPT Tiga;;;fine\n"
    )

    source = check(drop(text, owner), owner)

    assert (source.read_count, source.new_count, source.same_count, source.rejected_count) == (5, 2, 1, 2)
    assert told(source) == [
        (3, "rejected", "7 digits or more, like 0812-345-678"),
        (4, "rejected", "No name, no phone, no e-mail: nobody is meant by this row"),
        (5, "same", "The same as row 2"),
    ]
    assert [problem[0] for problem in source.rows.get(number=3).problems] == [1, 2]
    assert not everything(Client).exists()


def test_what_cannot_be_read_goes_into_the_note_when_told_so(owner: User) -> None:
    source = bring_in("Company;Phone;Note\nPT Satu;ask Sari;loyal\n", owner, bad="note")

    assert (source.new_count, source.rejected_count, source.remark_count) == (1, 0, 1)
    assert everything(Touch).get().text == "loyal\nPhone: ask Sari"
    assert told(source)[0][:2] == (2, "new")


def test_people_of_one_company_come_onto_one_card(owner: User) -> None:
    text = (
        "Company;Full name;Phone\nPT Maju;Budi;08123456781\nCV Lain;Rani;08123456789\n"
        "PT Maju;Siti;08123456782\nPT Maju;Siti;08123456782\n"
    )

    source = bring_in(text, owner)

    assert (source.new_count, source.same_count) == (3, 1)
    maju = everything(Client).get(name="PT Maju")
    assert [(person.name, person.is_main) for person in maju.contacts.order_by("id")] == [
        ("Budi", True),
        ("Siti", False),
    ]
    assert [way.contact.name for way in maju.channels.select_related("contact").order_by("id")] == ["Budi", "Siti"]


def test_companies_of_one_name_in_two_cities_stay_two(owner: User) -> None:
    bring_in("Company;Contact;City\nToko Jaya;Budi;Bandung\nToko Jaya;Siti;Garut\n", owner)

    assert everything(Client).filter(name="Toko Jaya").count() == 2


def test_a_client_that_is_here_already_is_told_and_left_alone(owner: User) -> None:
    bring_in(SHEET, owner)

    source = bring_in(SHEET.replace("022-4201234, ", ""), owner)

    assert (source.state, source.new_count, source.same_count) == (State.CHECKED, 0, 2)
    assert everything(Client).count() == 2
    assert source.rows.get(number=2).problems[0][1:3] == ["Already here", "PT Maju Jaya"]


@pytest.mark.parametrize(
    ("header", "cells", "is_same"),
    [
        ("Company;Phone", "PT MAJU JAYA;0224201234", True),
        ("Company;Phone", "Maju Jaya, PT;+62 22 4201234", True),
        ("Company;Phone", "PT Lain;0224201234", False),
        ("Company;Email", "PT Maju Jaya;INFO@MAJU.CO.ID", True),
        ("Company;Phone", "PT Maju Jaya;0224209999", False),
        ("Company;NPWP", "PT Apa Saja;001.312.166.0-091.000", True),
        ("Full name;Phone", "Budi Santoso;0812 3456 789", True),
    ],
)
def test_the_same_client_is_known_by_number_or_by_way_and_name(
    owner: User, header: str, cells: str, is_same: bool
) -> None:
    bring_in(SHEET, owner)

    source = check(drop(f"{header}\n{cells}\n", owner), owner)

    assert (source.same_count, source.new_count, source.rejected_count) == (int(is_same), int(not is_same), 0)


def test_branches_with_their_own_kpp_are_clients_of_their_own(owner: User, firm) -> None:
    type(firm).objects.update(country="RU")
    text = "Клиент;ИНН;КПП\nПАО Сбербанк;7707083893;773601001\nСбербанк филиал;7707083893;540602001\nСбер;7707083893;\n"

    source = check(drop(text, owner), owner)

    assert (source.new_count, source.same_count) == (2, 1)


def test_a_strangers_client_is_not_told_by_name(owner: User, head: User, stranger: User) -> None:
    bring_in("Company;Phone\nPT Rahasia;0812345678\n", owner)
    client = everything(Client).get()
    Client.objects.as_system("a test gives it away").filter(pk=client.pk)
    with audit.acting_as(owner):
        audit.change_many([client], {"responsible_id": stranger.pk, "team_id": stranger.team_id})

    source = check(drop("Company;Phone\nPT Rahasia;0812345678\n", head), head)

    assert source.rows.get().problems == [[None, "Already here, with a colleague. Ask your manager", "", ""]]


def test_nobody_sees_a_row_before_the_last_one_is_written(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Company;Phone\n" + "".join(f"PT Nomor {n};0812345{n:04}\n" for n in range(120))
    source = check(drop(text, owner), owner)
    seen: list[int] = []
    advance = engine._advance
    monkeypatch.setattr(
        engine, "_advance", lambda *args: (advance(*args), seen.append(Client.objects.visible_to(owner).count()))
    )

    acts.start(source=source, by=owner)
    run_jobs()

    assert len(seen) > 1 and set(seen) == {0}
    assert Client.objects.visible_to(owner).count() == 120


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


def test_a_killed_import_goes_on_where_it_was(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Company;Full name;Phone\n" + "".join(f"PT Grup {n % 40};Orang {n};0812345{n:04}\n" for n in range(200))
    whole = check(drop(text, owner), owner)
    advance, runs = engine._advance, []

    def die_now_and_then(*args: object) -> None:
        advance(*args)
        runs.append(1)
        if len(runs) in (1, 3):
            raise Killed

    monkeypatch.setattr(engine, "_advance", die_now_and_then)
    monkeypatch.setattr(engine.Pace, "end", lambda self: setattr(self, "rows", 40))
    acts.start(source=whole, by=owner)
    for _start in range(3):
        try:
            run_jobs()
        except Killed:
            Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.READY, worker="")
    source = renewed(whole)

    assert (source.state, source.new_count, source.applied) == (State.DONE, 200, 200)
    assert everything(Client).count() == 40
    assert everything(Contact).count() == everything(Channel).count() == 200
    assert {client.contacts.count() for client in everything(Client)} == {5}


def test_a_stopped_import_leaves_nothing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Company;Phone\n" + "".join(f"PT Nomor {n};0812345{n:04}\n" for n in range(200))
    source = check(drop(text, owner), owner)
    advance = engine._advance

    def stop_midway(*args: object) -> None:
        advance(*args)
        if renewed(source).applied > 60 and renewed(source).state == State.RUNNING:
            monkeypatch.setattr(engine, "_advance", advance)
            acts.cancel(source=renewed(source), by=owner)

    monkeypatch.setattr(engine, "_advance", stop_midway)
    acts.start(source=source, by=owner)
    run_jobs()

    source = renewed(source)
    assert source.state == State.CANCELLED
    assert not Client.objects.visible_to(owner).exists()
    assert not everything(Client).filter(trashed_at=None).exists()
    assert not ChangeSet.objects.filter(is_hidden=True).exists()


def test_a_finished_import_is_taken_back_but_for_what_was_built_on(owner: User) -> None:
    text = "Company;Phone\n" + "".join(f"PT Nomor {n};0812345{n:04}\n" for n in range(150))
    source = bring_in(text, owner)
    from kartu.clients.actions import log_touch  # noqa: PLC0415 - the act that counts as building on

    kept = Client.objects.visible_to(owner).get(name="PT Nomor 7")
    log_touch(client=kept, kind="call", text="spoke to them", by=owner)

    acts.take_back(source=source, by=owner)
    run_jobs()

    source = renewed(source)
    assert (source.state, source.restored_count, source.kept_count) == (State.UNDONE, 149, 1)
    assert list(Client.objects.visible_to(owner)) == [kept]
    assert Client.objects.visible_to(owner, trashed=True).count() == 149
    assert source.change_set.is_undone
    undoing = ChangeSet.objects.get(undoes=source.change_set)
    assert AuditRow.objects.filter(change_set_id=undoing.pk, verb=Verb.TRASH).count() == 149


def test_the_same_file_can_come_again_after_it_was_taken_back(owner: User) -> None:
    source = bring_in(SHEET, owner)
    acts.take_back(source=source, by=owner)
    run_jobs()

    again = bring_in(SHEET, owner)

    assert (again.state, again.new_count) == (State.DONE, 2)


def test_the_mapping_of_a_header_is_remembered(owner: User) -> None:
    first = drop("Wer;Was\nPT Satu;0812345678\n", owner)
    acts.decide(source=first, targets={0: "company", 1: "note"}, answers={"responsible": "nobody"}, by=owner)
    run_jobs()
    acts.start(source=renewed(first), by=owner)
    run_jobs()

    second = drop("Wer;Was\nPT Dua;0812345679\n", owner)

    assert [choice["target"] for choice in second.choices] == ["company", "note"]
    assert second.answers == {"responsible": "nobody"}
    assert everything(Client).get().responsible is None


def test_a_mapping_without_anybody_is_refused(owner: User) -> None:
    source = drop("Name;City\nPT Satu;Garut\n", owner)

    with pytest.raises(ValidationError) as refused:
        acts.decide(source=source, targets={0: "", 1: "city"}, answers={}, by=owner)

    assert "name of the client" in refused.value.messages[0]
    assert renewed(source).state == State.READY


def test_dates_that_can_be_read_both_ways_are_asked_for(owner: User) -> None:
    source = drop("Full name;Birthday\nBudi Santoso;03/04/1990\n", owner)
    with pytest.raises(ValidationError) as refused:
        acts.decide(source=source, targets={}, answers={}, by=owner)
    assert "dates" in refused.value.error_dict

    acts.decide(source=source, targets={}, answers={"dates": "mdy"}, by=owner)
    run_jobs()
    acts.start(source=renewed(source), by=owner)
    run_jobs()

    assert everything(Client).get().birthday.isoformat() == "1990-03-04"


def test_dates_that_tell_their_order_are_not_asked_for(owner: User) -> None:
    bring_in("Full name;Birthday\nBudi Santoso;03/04/1990\nSiti Aminah;12/31/1991\n", owner)

    assert [client.birthday.isoformat() for client in everything(Client).order_by("id")] == ["1990-03-04", "1991-12-31"]


def test_new_values_of_lists_are_told_before_and_added_once(owner: User) -> None:
    Category.objects.create(name="Grosir")
    source = check(drop(SHEET.replace(";Grosir;;", ";eceran;VIP;"), owner), owner)

    told = {news["title"]: [(new["name"], new["rows"]) for new in news["values"]] for news in source.layout["news"]}
    assert told == {"New categories": [("eceran", 1)], "New tags": [("vip", 2), ("lama", 1)]}
    assert Tag.objects.count() == 0
    acts.start(source=source, by=owner)
    run_jobs()
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Grosir", "eceran"]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["lama", "vip"]


def test_a_head_cannot_add_to_lists_that_are_not_his(head: User) -> None:
    from kartu.clients.rights import DIRECTORIES  # noqa: PLC0415 - only here

    head.role.grants = {DIRECTORIES: 0}
    head.role.save()

    source = check(drop("Company;Category\nPT Satu;Grosir\n", head), head)

    assert (source.rejected_count, source.rows.get().problems[0][1]) == (
        1, "This is not in the list, and you may not add to it",
    )  # fmt: skip


def test_colleagues_are_known_by_name_and_by_e_mail(owner: User, seller: User) -> None:
    bring_in("Company;Manager\nPT Satu;sari\nPT Dua;SARI@example.com\nPT Tiga;\n", owner)

    assert {client.name: client.responsible.name for client in everything(Client)} == {
        "PT Satu": "Sari", "PT Dua": "Sari", "PT Tiga": "Olga",
    }  # fmt: skip
    assert everything(Client).get(name="PT Satu").team_id == seller.team_id


def test_a_head_adds_clients_for_his_own_team_only(head: User, seller: User, stranger: User) -> None:
    source = check(drop("Company;Manager\nPT Satu;Sari\nPT Dua;Viktor\nPT Tiga;Nobody\n", head), head)

    assert source.new_count == 1
    assert [problem for _number, _fate, problem in told(source)] == [
        "You may not add clients for this colleague", "No colleague is called so",
    ]  # fmt: skip


def test_a_seller_may_not_import(seller: User) -> None:
    with pytest.raises(PermissionDenied):
        acts.drop_file(importer=importers["clients"], file=ContentFile(b"Name\nA\n"), name="a.csv", by=seller)

    assert not Import.objects.exists()


def test_a_file_that_is_no_table_is_refused_in_words(owner: User) -> None:
    source = drop("%PDF-1.7 something", owner, "clients.pdf")

    assert source.state == State.REFUSED
    assert source.refusal.startswith("This is a PDF.")


def test_another_sheet_or_header_can_be_chosen(owner: User) -> None:
    source = drop("PT Satu;0812345678\nPT Dua;0812345679\n", owner)
    assert source.layout["header_rows"] == []

    acts.read_again(source=source, header_row=1, by=owner)
    run_jobs()
    assert (renewed(source).layout["header_rows"], renewed(source).layout["count"]) == ([1], 1)

    acts.read_again(source=renewed(source), wanted={"delimiter": ","}, by=owner)
    run_jobs()
    assert len(renewed(source).layout["columns"]) == 1


def test_a_dismissed_persons_import_is_taken_back(owner: User, head: User) -> None:
    text = "Company;Phone\n" + "".join(f"PT Nomor {n};0812345{n:04}\n" for n in range(10))
    source = check(drop(text, head), head)
    acts.start(source=source, by=head)
    User.objects.filter(pk=head.pk).update(is_active=False)
    run_jobs()
    assert renewed(source).state == State.RUNNING
    from kartu.records.imports.chores import sweep  # noqa: PLC0415 - what the clock calls

    sweep()
    run_jobs()

    assert renewed(source).state == State.CANCELLED
    assert not everything(Client).filter(trashed_at=None).exists()


def test_lost_staged_rows_are_laid_out_again(owner: User) -> None:
    source = check(drop(SHEET, owner), owner)
    staged_path(source).unlink()

    acts.start(source=source, by=owner)
    run_jobs()

    assert renewed(source).new_count == 2


def test_old_files_are_deleted_and_the_result_stays(owner: User) -> None:
    from datetime import timedelta  # noqa: PLC0415 - only here

    from django.utils import timezone  # noqa: PLC0415 - only here

    from kartu.records.imports.chores import clear  # noqa: PLC0415 - what the clock calls

    source = bring_in(SHEET, owner)
    path = Path(source.file.path)

    assert clear(timezone.now()) == 0 and path.exists()
    assert clear(timezone.now() + timedelta(days=91)) == 1

    assert not path.exists() and not staged_path(source).exists()
    assert renewed(source).new_count == 2


def test_the_registry_knows_the_importer() -> None:
    assert isinstance(importers["clients"], ClientImporter)
    assert ImportRow.Fate.values == ["new", "change", "same", "rejected"]
