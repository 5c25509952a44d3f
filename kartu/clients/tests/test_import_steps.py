"""Rows left out of an import, put right after it: they follow as steps of the same import, once, and go with it."""

import io
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.models import Channel, Client, Contact
from kartu.clients.tests.test_import import check, drop, everything, renewed
from kartu.clients.tests.test_import_undo import brought_back, standing, taken_back
from kartu.clients.tests.test_import_updates import decided, started
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts, steps
from kartu.records.imports.chunks import Pace
from kartu.records.imports.fixing import fix_row
from kartu.records.imports.importers import importers
from kartu.records.invariants import nothing_stays_hidden
from kartu.records.models import ChangeSet, Import
from kartu.records.tests.imports.test_samples import FILES

pytestmark = pytest.mark.django_db
State = Import.State
HEAD = "Company;Full name;Phone\n"
BAD = f"{HEAD}PT Satu;;12\nPT Dua;Budi;0812345678\nPT Tiga;;13\n"


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def done(text: str, by: User, **answers: str) -> Import:
    return started(decided(text, by, **answers) if answers else check(drop(text, by), by), by)


def put_right(source: Import, number: int, by: User, **cells: str):
    return fix_row(source=renewed(source), number=number, cells={int(at[1:]): text for at, text in cells.items()})


def rest(source: Import, by: User) -> Import:
    acts.take_the_rest(source=renewed(source), by=by)
    run_jobs()
    return renewed(source)


def counts(source: Import) -> tuple[int, int, int, int, int]:
    source = renewed(source)
    return source.read_count, source.new_count, source.change_count, source.same_count, source.rejected_count


def browser(person: User) -> Browser:
    window = Browser()
    window.force_login(person)
    return window


def test_a_row_left_out_is_put_right_and_follows(owner: User) -> None:
    source = done(BAD, owner)
    assert counts(source) == (3, 1, 0, 0, 2)

    row = put_right(source, 2, owner, c2="0812345677")

    assert row.fate == "new" and counts(source) == (3, 1, 0, 0, 2), "it is not in yet"
    source = rest(source, owner)
    assert (source.state, counts(source)) == (State.DONE, (3, 2, 0, 0, 1))
    assert everything(Client).get(name="PT Satu").phone == "+62812345677"
    assert Client.objects.visible_to(owner).count() == 2
    assert not list(nothing_stays_hidden())


def test_what_is_in_is_neither_read_anew_nor_taken_twice(owner: User) -> None:
    source = done(BAD, owner)
    put_right(source, 2, owner, c2="0812345677")
    source = rest(source, owner)

    for number in (2, 3):
        with pytest.raises(ValidationError, match="gone on"):
            put_right(source, number, owner, c2="0812345600")
    put_right(source, 4, owner, c2="14")
    with pytest.raises(ValidationError, match="brings anything new"):
        acts.take_the_rest(source=renewed(source), by=owner)
    assert everything(Client).count() == 2 and renewed(source).state == State.DONE


def test_a_step_that_is_asked_for_twice_begins_once(owner: User) -> None:
    source = done(BAD, owner)
    put_right(source, 2, owner, c2="0812345677")
    acts.take_the_rest(source=renewed(source), by=owner)

    with pytest.raises(ValidationError, match="gone on"):
        acts.take_the_rest(source=renewed(source), by=owner)
    with pytest.raises(ValidationError, match="gone on"):
        put_right(source, 4, owner, c2="0812345676")
    run_jobs()

    assert (renewed(source).steps.count(), everything(Client).count()) == (1, 2)


def test_what_somebody_built_on_stays_when_the_import_is_taken_back(owner: User) -> None:
    source = done(BAD, owner)
    put_right(source, 2, owner, c2="0812345677")
    source = rest(source, owner)
    followed = Client.objects.visible_to(owner).get(name="PT Satu")
    actions.log_touch(client=followed, kind="note", text="spoke", by=owner)

    source = taken_back(source, owner)

    assert [client.name for client in Client.objects.visible_to(owner)] == ["PT Satu"]
    assert (source.restored_count, source.kept_count) == (1, 1)
    assert [conflict["object_id"] for conflict in source.undo_set.conflicts] == [followed.pk]


def test_further_steps_take_what_is_put_right_later(owner: User) -> None:
    source = done(BAD, owner)
    put_right(source, 2, owner, c2="0812345677")
    rest(source, owner)
    put_right(source, 4, owner, c2="0812345676")

    source = rest(source, owner)

    assert (source.step, counts(source)) == (2, (3, 3, 0, 0, 0))
    assert [step.count for step in source.steps.order_by("number")] == [1, 1]


def test_two_rows_put_right_that_mean_the_same_are_one_client(owner: User) -> None:
    source = done(f"{HEAD}PT Satu;;12\nPT Satu;;13\nPT Dua;;0812345678\n", owner)
    put_right(source, 2, owner, c2="0812345677")
    put_right(source, 3, owner, c2="0812345677")

    source = rest(source, owner)

    assert counts(source) == (3, 2, 0, 1, 0)
    assert everything(Client).count() == 2


def test_a_row_that_came_in_already_stays_out(owner: User) -> None:
    source = done(f"{HEAD}PT Satu;;12\nPT Satu;;0812345677\n", owner, mode="both")

    row = put_right(source, 2, owner, c2="0812345677")

    assert (row.fate, row.problems[0][1]) == ("same", "Came in with this list already")
    assert counts(source) == (2, 1, 0, 1, 0)


def test_a_row_that_changes_a_client_is_the_only_one_that_does(owner: User) -> None:
    actions.add_client(name="PT Lama", phone="0812345677", by=owner)
    rows = "PT Lama;0812345677;Bogor;\nPT Lama;0812345677;Garut;99.99.1999\nPT Baru;0812345670;;\n"
    text = f"Company;Phone;City;Birthday\n{rows}"
    source = done(text, owner, mode="both")

    row = put_right(source, 3, owner, c3="")

    assert (row.fate, row.problems[0][1]) == ("same", "Means the same client as row 2, which was taken")


def test_people_of_a_company_that_is_in_join_it(owner: User) -> None:
    source = done(f"{HEAD}PT Satu;Budi;0812345678\nPT Satu;Siti;12\nPT Satu;Tono;13\n", owner)
    put_right(source, 3, owner, c2="0812345677")
    put_right(source, 4, owner, c2="0812345676")

    source = rest(source, owner)

    assert counts(source) == (3, 1, 2, 0, 0)
    company = everything(Client).get()
    assert sorted(person.name for person in company.contacts.all()) == ["Budi", "Siti", "Tono"]
    assert {way.contact.name: way.value for way in company.channels.all()}["Siti"] == "+62812345677"


def test_of_another_city_it_is_another_company(owner: User) -> None:
    text = "Company;Full name;Phone;City\nPT Satu;Budi;0812345678;Bogor\nPT Satu;Siti;12;Garut\n"
    source = done(text, owner)
    put_right(source, 3, owner, c2="0812345677")

    rest(source, owner)

    assert sorted(client.city for client in everything(Client)) == ["Bogor", "Garut"]


def test_taking_the_import_back_takes_its_steps_and_brings_them_back(owner: User) -> None:
    actions.add_client(name="PT Lama", phone="0812345671", by=owner)
    before = standing()
    text = f"{HEAD}PT Satu;Budi;0812345678\nPT Satu;Siti;12\nPT Dua;;13\nPT Lama;Anna;14\n"
    source = done(text, owner, mode="both", known_by="name")
    for number, phone in ((3, "0812345677"), (4, "0812345676"), (5, "0812345675")):
        put_right(source, number, owner, c2=phone)
    source = rest(source, owner)
    after = standing()
    assert everything(Contact).live().filter(client__name="PT Lama").count() == 1

    source = taken_back(source, owner)

    assert (standing(), source.state, source.kept_count) == (before, State.UNDONE, 0)
    source = brought_back(source, owner)
    assert (standing(), source.state) == (after, State.DONE)
    assert standing() != before and (taken_back(source, owner).state, standing()) == (State.UNDONE, before)


def test_a_step_after_bringing_back_goes_with_the_rest(owner: User) -> None:
    before = standing()
    source = done(BAD, owner)
    brought_back(taken_back(source, owner), owner)
    put_right(source, 2, owner, c2="0812345677")
    rest(source, owner)
    assert everything(Client).live().count() == 2

    taken_back(source, owner)

    assert standing() == before


def many(owner: User, count: int = 60) -> Import:
    text = HEAD + "".join(f"PT Grup {n % 20};Orang {n};1{n % 10}\n" for n in range(count)) + "PT Utuh;;0812345678\n"
    source = done(text, owner)
    for n in range(count):
        put_right(source, n + 2, owner, c2=f"081234{n:04}")
    return renewed(source)


def test_a_killed_step_goes_on_where_it_was(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    source = many(owner)
    advance, runs = steps.StepLedger._advance, []

    def die_now_and_then(*args: object) -> None:
        advance(*args)
        runs.append(1)
        if len(runs) in (1, 3):
            raise Killed

    monkeypatch.setattr(steps.StepLedger, "_advance", die_now_and_then)
    monkeypatch.setattr(Pace, "end", lambda self: setattr(self, "rows", 10))
    monkeypatch.setattr("kartu.records.imports.pace.FIRST_CHUNK", 10)
    acts.take_the_rest(source=source, by=owner)
    for _start in range(3):
        try:
            run_jobs()
        except Killed:
            Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.READY, worker="")

    assert (renewed(source).state, counts(source)) == (State.DONE, (61, 61, 0, 0, 0))
    assert everything(Client).count() == 21
    assert everything(Contact).count() == 60 and everything(Channel).count() == 61
    assert {client.contacts.count() for client in everything(Client).exclude(name="PT Utuh")} == {3}


def test_nobody_sees_a_step_before_its_end_and_a_stopped_one_never_was(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = many(owner)
    before, counted = standing(), counts(source)
    advance, seen = steps.StepLedger._advance, []

    def stop_midway(ledger: steps.StepLedger, *args: object) -> None:
        advance(ledger, *args)
        seen.append(Client.objects.visible_to(owner).count())
        if len(seen) == 2:
            acts.cancel(source=renewed(source), by=owner)

    monkeypatch.setattr(steps.StepLedger, "_advance", stop_midway)
    monkeypatch.setattr(Pace, "end", lambda self: setattr(self, "rows", 10))
    acts.take_the_rest(source=source, by=owner)
    run_jobs()

    assert set(seen) == {1}
    source = renewed(source)
    assert (source.state, counts(source), standing()) == (State.DONE, counted, before)
    assert (source.waiting.count(), source.undo_set, source.step) == (60, None, 0)
    assert not ChangeSet.objects.filter(is_hidden=True).exists()
    monkeypatch.setattr(steps.StepLedger, "_advance", advance)
    assert counts(rest(source, owner)) == (61, 61, 0, 0, 0)
    assert everything(Client).live().count() == 21


def test_a_row_that_fits_no_longer_when_its_step_runs_is_left_out(owner: User) -> None:
    source = done(BAD, owner)
    put_right(source, 2, owner, c2="0812345677")
    actions.add_client(name="PT Satu", phone="0812345677", by=owner)

    source = rest(source, owner)

    assert counts(source) == (3, 1, 0, 1, 1)
    assert everything(Client).filter(name="PT Satu").count() == 1


def test_the_page_lets_rows_be_put_right_and_brings_them_in(owner: User) -> None:
    source, window = done(BAD, owner), browser(owner)
    url = reverse("records:import", args=[source.pk])
    assert 'name="cell-2"' in window.get(url).content.decode()

    answer = window.post(reverse("records:import_row", args=[source.pk, 2]), {"cell-2": "0812345677"})

    assert "put right, will be taken" in answer.content.decode() and "Bring 1 row in" in answer.content.decode()
    page = window.get(url).content.decode()
    assert "1 row is put right and waits" in page and "put right, will be taken" in page
    answer = window.post(reverse("records:import_rest", args=[source.pk]))
    run_jobs()
    assert answer.status_code == 302 and everything(Client).count() == 2
    assert "is put right and waits" not in window.get(url).content.decode()


def test_rows_are_put_right_as_long_as_the_file_is_kept(owner: User) -> None:
    source, window = done(BAD, owner), browser(owner)
    Import.objects.filter(pk=source.pk).update(file="")

    page = window.get(reverse("records:import", args=[source.pk])).content.decode()

    assert "cell-2" not in page
    assert window.post(reverse("records:import_row", args=[source.pk, 2]), {"cell-2": "1"}).status_code == 404
    with pytest.raises(ValidationError, match="no longer kept"):
        acts.take_the_rest(source=renewed(source), by=owner)


# ---- the rows left out as a sheet


def left_out_sheet(source: Import, by: User) -> openpyxl.Workbook:
    answer = browser(by).get(reverse("records:import_rejected", args=[source.pk]))
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def dropped_again(book: openpyxl.Workbook, by: User) -> Import:
    content = io.BytesIO()
    book.save(content)
    file = ContentFile(content.getvalue(), name="rows-left-out.xlsx")
    source = acts.drop_file(importer=importers["clients"], file=file, name=file.name, by=by)
    run_jobs()
    source = renewed(source)
    acts.decide(source=source, targets={}, answers=source.answers, by=by)
    run_jobs()
    return renewed(source)


@pytest.mark.parametrize("language", ["en", "ru", "id"])
def test_the_sheet_of_rows_left_out_comes_back_mapped_as_the_list_was(owner: User, language: str) -> None:
    owner.language = language
    User.objects.filter(pk=owner.pk).update(language=language)
    source = check(drop("A;B;C\nPT Satu;12;x\nPT Dua;0812345678;y\n", owner), owner)
    acts.decide(source=source, targets={0: "company", 1: "phone", 2: "about"}, answers={}, by=owner)
    run_jobs()
    source = started(renewed(source), owner)
    book = left_out_sheet(source, owner)
    book.active["D2"] = "0812345677"

    again = dropped_again(book, owner)

    assert [choice["target"] for choice in again.choices] == ["", "", "company", "phone", "about"]
    assert (again.new_count, again.rejected_count) == (1, 0)
    started(again, owner)
    assert everything(Client).get(name="PT Satu").about == "x"
    once_more = dropped_again(book, owner)
    assert (once_more.new_count, once_more.same_count) == (0, 1)
    assert [choice["target"] for choice in once_more.choices] == ["", "", "company", "phone", "about"]
    plain = drop("A;B;C\nPT Lain;0812345600;z\n", owner)
    assert [choice["target"] for choice in plain.choices] == ["company", "phone", "about"]


# ---- files of other programs


def brought(path: Path, by: User) -> Import:
    """A sample dropped and checked, rows at fault left out."""
    with path.open("rb") as file:
        source = acts.drop_file(importer=importers["clients"], file=File(file, path.name), name=path.name, by=by)
    run_jobs()
    source = renewed(source)
    if source.state == State.REFUSED:
        return source
    for targets in ({}, {source.layout["columns"][0]["at"]: "name"}):
        with suppress(ValidationError):
            acts.decide(source=source, targets=targets, answers={"dates": "dmy", "mode": "both"}, by=by)
            run_jobs()
            return renewed(source)
    raise AssertionError("a mapping with a name is taken")


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
def test_rows_of_a_sample_that_are_put_right_come_in_and_rest(samples: Path, owner: User, path: Path) -> None:
    source = brought(path, owner)
    if not source.may_start or not source.rejected_count:
        return
    source = started(source, owner)
    for row in source.rows.filter(fate="rejected")[:15]:
        at_fault = {f"c{problem[0]}": "" for problem in row.problems if problem[0] is not None}
        put_right(source, row.number, owner, **at_fault)
    waiting = renewed(source).waiting.count()
    if not waiting:
        return

    after = rest(source, owner)

    assert after.read_count == sum(counts(after)[1:]) == source.read_count
    assert after.taken_count + after.same_count - source.taken_count - source.same_count <= waiting
    assert after.steps.get().count == waiting and not after.waiting.exists()
    again = brought(path, owner)
    assert (again.new_count, again.change_count) == (0, 0), list(again.rows.values_list("number", "fate", "changes"))


def test_a_row_is_judged_with_the_eyes_of_whose_import_it_is_whoever_puts_it_right(owner, head, stranger) -> None:
    secret = actions.add_client(name="Secret Pumps", phone="0812 5555 000", by=stranger)
    theirs, own = done(BAD, head), done(BAD.replace("Dua", "Lima").replace("5678", "5600"), owner)

    for source in (theirs, own):
        assert put_right(source, 2, owner, c0="Secret Pumps", c2="0812 5555 000").fate == "same"

    for source, person, is_told in ((theirs, head, False), (own, owner, True)):
        page = browser(person).get(f"/imports/{source.pk}/rows/").content.decode()
        assert (f"/clients/{secret.pk}/" in page) == is_told
