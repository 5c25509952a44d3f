"""Rows that mean clients who are here: known by a key, changed field by field, and changed once."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.imports import importer as importing
from kartu.clients.models import Category, Channel, Client, ClientValue, Contact, Tag, Touch
from kartu.clients.tests.test_import import bring_in, drop, everything, renewed, told
from kartu.core.actors import Scope
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.custom import actions as shaping
from kartu.records.imports import acts, engine
from kartu.records.imports.importers import importers
from kartu.records.imports.mapping import OVERWRITE
from kartu.records.models import Field, Import
from kartu.records.tests.imports.test_samples import FILES
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
State = Import.State
COLUMNS = "Company;Full name;Phone;Email;City;Category;Tag;What they do;Note"
FIRST = (
    f"{COLUMNS}\nPT Maju;Budi;0812345671;info@maju.co.id;Bandung;Grosir;vip;pumps;loyal\n"
    "PT Tirta;;0812345672;;Garut;;;;\n"
)


@pytest.fixture
def client_of():
    def signed_in(person: User) -> Browser:
        browser = Browser()
        browser.force_login(person)
        return browser

    return signed_in


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def overwriting(source: Import) -> dict[int, str]:
    return {choice["at"]: OVERWRITE for choice in source.choices}


def decided(text: str, by: User, *, over: bool = False, **answers: str) -> Import:
    """The text dropped and checked, as a change of those who are here unless `mode` says otherwise."""
    source = drop(text, by)
    modes = overwriting(source) if over else {}
    acts.decide(source=source, targets={}, modes=modes, answers={"mode": "both"} | answers, by=by)
    run_jobs()
    return renewed(source)


def started(source: Import, by: User) -> Import:
    acts.start(source=source, by=by)
    run_jobs()
    return renewed(source)


def changed(text: str, by: User, **options: object) -> Import:
    return started(decided(text, by, **options), by)


def client(name: str) -> Client:
    return everything(Client).get(name=name)


def what_changes(source: Import) -> list[tuple[int, list[list[str]]]]:
    return [(row.number, row.changes) for row in source.rows.filter(fate="change")]


def test_empty_fields_are_filled_and_others_left(owner: User) -> None:
    bring_in(FIRST, owner)

    source = changed(f"{COLUMNS}\nPT Tirta;;0812345672;a@tirta.co.id;Bogor;Eceran;;water;\n", owner)

    tirta = client("PT Tirta")
    assert (tirta.email, tirta.city, str(tirta.category), tirta.about) == ("a@tirta.co.id", "Garut", "Eceran", "water")
    assert (source.new_count, source.change_count, source.same_count) == (0, 1, 0)
    assert tirta.about == "water" and everything(Client).count() == 2


def test_a_column_that_overwrites_says_before_what_becomes_of_each_field(owner: User) -> None:
    bring_in(FIRST, owner)
    text = f"{COLUMNS}\nPT Maju;Budi;0812345671;;Bogor;Eceran;new;valves;\n"

    source = decided(text, owner, over=True)

    assert what_changes(source) == [
        (
            2,
            [
                ["What they do", "pumps", "valves"],
                ["Category", "Grosir", "Eceran"],
                ["City", "Bandung", "Bogor"],
                ["Tags", "", "new"],
            ],
        )
    ]
    assert (client("PT Maju").about, Category.objects.count()) == ("pumps", 1)
    started(source, owner)
    maju = client("PT Maju")
    assert (maju.about, str(maju.category), maju.city) == ("valves", "Eceran", "Bogor")
    assert {tag.tag.name for tag in maju.client_tags.select_related("tag")} == {"vip", "new"}


def test_a_change_stands_in_the_log_and_on_the_history_of_its_client(owner: User) -> None:
    bring_in(FIRST, owner)

    source = changed(f"{COLUMNS}\nPT Maju;;0812345671;;;;;valves;\n", owner, over=True)

    row = AuditRow.objects.select_related("payload").get(change_set_id=source.change_set_id)
    assert (row.verb, row.root_id, row.actor_id) == ("change", client("PT Maju").pk, owner.pk)
    assert row.payload.values == {"before": {"about": "pumps"}, "after": {"about": "valves"}}


def test_phones_people_tags_and_notes_are_added_once(owner: User) -> None:
    bring_in(FIRST, owner)
    text = (
        f"{COLUMNS}\nPT Maju;Budi;0812345671, 0812345679;;;;vip, lama;;loyal\n"
        "PT Maju;Siti;0812345678;;;;;;12.03.2024 called: no answer\n"
    )

    source = changed(text, owner, over=True)

    maju = client("PT Maju")
    assert sorted(way.value for way in maju.channels.filter(kind="phone")) == [
        "+62812345671", "+62812345678", "+62812345679",
    ]  # fmt: skip
    siti = everything(Contact).get(name="Siti")
    assert everything(Channel).get(value="+62812345678").contact_id == siti.pk and not siti.is_main
    assert sorted(tag.tag.name for tag in maju.client_tags.select_related("tag")) == ["lama", "vip"]
    assert [(touch.kind, touch.text) for touch in maju.touches.order_by("id")] == [
        ("note", "loyal"), ("call", "called: no answer"),
    ]  # fmt: skip
    assert (maju.last_touch_text, source.change_count) == ("called: no answer", 2)
    assert decided(text, owner, over=True).change_count == 0


@pytest.mark.parametrize(
    ("known_by", "header", "cells", "fates"),
    [
        ("auto", "Company;Phone", "PT Lain;0812345671", (1, 0, 0)),
        ("phone", "Company;Phone", "PT Lain;0812345671", (0, 1, 0)),
        ("email", "Company;Email", "PT Lain;INFO@maju.co.id", (0, 1, 0)),
        ("name", "Company;City;Phone", "PT MAJU;bandung;0812345000", (0, 1, 0)),
        ("name", "Company;City;Phone", "PT Maju;Garut;0812345000", (1, 0, 0)),
        ("name", "Company;City;Phone", "PT Maju;;0812345000", (0, 1, 0)),
        ("phone", "Company;Phone", "PT Lain;0812345671, 0812345672", (0, 0, 1)),
    ],
)
def test_clients_are_known_by_what_the_person_says(
    owner: User, known_by: str, header: str, cells: str, fates: tuple[int, int, int]
) -> None:
    bring_in(FIRST, owner)

    source = decided(f"{header};What they do\n{cells};x\n", owner, over=True, known_by=known_by)

    assert (source.new_count, source.change_count, source.rejected_count) == fates


def test_the_number_of_an_export_knows_its_client(owner: User) -> None:
    bring_in(FIRST, owner)
    maju = client("PT Maju")

    source = changed(
        f"No. in Kartu;Client;What they do\n{maju.pk};PT Maju Jaya;valves\n999999;PT Lain;x\n", owner, over=True
    )

    assert (client("PT Maju Jaya").pk, client("PT Maju Jaya").about) == (maju.pk, "valves")
    assert (source.change_count, source.new_count) == (1, 1)


def test_only_those_here_are_changed_where_the_person_says_so(owner: User) -> None:
    bring_in(FIRST, owner)

    source = decided(
        f"{COLUMNS}\nPT Maju;;0812345671;;;;;new;\nPT Lain;;0812345000;;;;;;\n", owner, over=True, mode="change"
    )

    assert (source.change_count, source.new_count) == (1, 0)
    assert told(source)[-1] == (3, "rejected", "Not here yet, and this import only changes who is")


def test_the_first_row_of_a_client_speaks_for_it(owner: User) -> None:
    bring_in(FIRST, owner)
    text = "Company;Phone;Email;What they do\nPT Maju;0812345671;;one\nPT Maju;;info@maju.co.id;two\n"

    source = changed(text, owner, over=True)

    assert client("PT Maju").about == "one"
    assert told(source)[-1] == (3, "same", "Means the same client as row 2, which was taken")
    assert decided(text, owner, over=True).change_count == 0


def test_a_client_out_of_reach_is_not_changed(owner: User, head: User, stranger: User) -> None:
    bring_in(FIRST, owner)
    actions.hand_over(client=client("PT Maju"), to=stranger, by=owner)

    source = decided(f"{COLUMNS}\nPT Maju;;0812345671;;;;;new;\n", head, over=True)

    assert (source.change_count, source.same_count) == (0, 1)
    assert told(source) == [(2, "same", "Already here, with a colleague. Ask your manager")]


def test_a_card_that_somebody_changes_meanwhile_is_read_again(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(FIRST, owner)
    source = decided(f"{COLUMNS}\nPT Maju;;0812345671;;;;;valves;\n", owner, over=True)
    prepare = importing.ClientWriter.prepare

    def prepare_and_be_overtaken(self: object, outcomes: object) -> object:
        prepared = prepare(self, outcomes)
        monkeypatch.setattr(importing.ClientWriter, "prepare", prepare)
        maju = Client.objects.visible_to(owner).get(name="PT Maju")
        actions.change_client(client=maju, values={"country": "ID"}, by=owner)
        return prepared

    monkeypatch.setattr(importing.ClientWriter, "prepare", prepare_and_be_overtaken)
    started(source, owner)

    assert (client("PT Maju").about, client("PT Maju").country) == ("valves", "ID")


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


def test_a_killed_import_of_changes_goes_on_where_it_was(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartu.core.models import Job  # noqa: PLC0415 - only here

    rows = [f"PT Nomor {n};0812345{n:04};old" for n in range(60)]
    bring_in("Company;Phone;What they do\n" + "\n".join(rows) + "\n", owner)
    text = "Company;Phone;What they do;Full name\n"
    text += "".join(f"PT Nomor {n // 2};0812345{n // 2:04};new {n};Orang {n}\n" for n in range(160))
    source, advance, runs = decided(text, owner, over=True), engine._advance, []

    def die_now_and_then(*args: object) -> None:
        advance(*args)
        runs.append(1)
        if len(runs) in (3, 40):
            raise Killed

    monkeypatch.setattr(engine, "_advance", die_now_and_then)
    acts.start(source=source, by=owner)
    for _start in range(3):
        try:
            run_jobs()
        except Killed:
            Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.READY, worker="")

    assert renewed(source).state == State.DONE
    assert everything(Client).count() == 80
    assert {each.about for each in everything(Client).filter(pk__lte=60)} <= {f"new {n}" for n in range(0, 120, 2)}
    assert decided(text, owner, over=True).change_count == 0


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
def test_a_second_run_of_a_sample_changes_nothing(samples: Path, owner: User, path: Path) -> None:
    for run in range(2):
        last = AuditRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with path.open("rb") as file:
            source = acts.drop_file(importer=importers["clients"], file=File(file, path.name), name=path.name, by=owner)
        run_jobs()
        source = renewed(source)
        if source.state == State.REFUSED:
            return
        targets: dict[int, str] = {}
        for _try in range(2):
            try:
                acts.decide(
                    source=source,
                    targets=targets,
                    modes=overwriting(source),
                    answers={"dates": "dmy", "mode": "both", "bad": "note"},
                    by=owner,
                )
            except ValidationError:  # nobody in the columns: the first one that holds anything is the name
                targets = {source.layout["columns"][0]["at"]: "name"}
            else:
                break
        run_jobs()
        source = renewed(source)
        assert source.read_count == source.layout["count"] > 0, "the whole file was judged"
        if run:
            assert (source.new_count, source.change_count) == (0, 0), list(source.rows.values_list("number", "changes"))
            assert not AuditRow.objects.filter(pk__gt=last, verb__in=["create", "change"]).exists()
        elif source.may_start:
            assert started(source, owner).state == State.DONE
        else:
            assert source.rejected_count == source.read_count, "nothing comes in only where every row says why"


def test_items_that_rows_bring_are_added_to_their_lists(owner: User) -> None:
    bring_in(FIRST, owner)

    changed(f"{COLUMNS}\nPT Tirta;;0812345672;;;Baru;segar;;\n", owner)

    assert str(client("PT Tirta").category) == "Baru" and Tag.objects.filter(name="segar").exists()
    assert everything(Touch).count() == 1


# ---- the firm's own fields


@pytest.fixture
def model(owner: User) -> Field:
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    return shaping.add_field(section=section, type="text", name="Model", by=owner)


def looked_at(model: Field) -> list[str]:
    """What lists filter by."""
    return list(everything(ClientValue).filter(field=model).order_by("text").values_list("text", flat=True))


OWN = "Company;Phone;Model\nPT Maju;0812345671;K-{}\nPT Tirta;0812345672;K-9\n"


def test_fields_of_the_firms_own_are_filled_and_overwritten_as_any_other(owner: User, model: Field) -> None:
    bring_in(OWN.format(2), owner)
    actions.set_custom(client=client("PT Tirta"), values={f"custom.{model.pk}": None}, by=owner)

    filled = changed(OWN.format(7), owner)
    assert (client("PT Maju").custom, client("PT Tirta").custom) == ({str(model.pk): "K-2"}, {str(model.pk): "K-9"})
    assert (filled.change_count, looked_at(model)) == (1, ["k-2", "k-9"])

    over = changed(OWN.format(7), owner, over=True)
    assert what_changes(over) == [(2, [["Model", "K-2", "K-7"]])]
    assert looked_at(model) == ["k-7", "k-9"]
    assert what_changes(decided(OWN.format(7), owner, over=True)) == []


def test_taken_back_they_are_as_they_were_in_lists_too(owner: User, model: Field) -> None:
    bring_in(OWN.format(2), owner)
    source = changed(OWN.format(7), owner, over=True)

    acts.take_back(source=source, by=owner)
    run_jobs()

    assert client("PT Maju").custom == {str(model.pk): "K-2"}
    assert looked_at(model) == ["k-2", "k-9"]


def test_what_changes_on_cards_is_told_to_who_brings_it_in_and_to_the_owner(owner: User, head: User, client_of) -> None:
    bring_in(FIRST, owner)
    head.role.grants = {**head.role.grants, "clients.import": int(Scope.ALL)}
    head.role.save()
    source = decided(f"{COLUMNS}\nPT Tirta;;0812345672;;;;;secret pumps;\n", owner)
    address = reverse("records:import_rows", args=[source.pk]) + "?what=change"

    mine, other = (client_of(person).get(address) for person in (owner, head))

    assert "secret pumps" in mine.content.decode()
    assert other.status_code == 200
    assert "secret pumps" not in other.content.decode()


def test_a_list_of_guesses_does_not_tell_which_clients_colleagues_have(owner: User, head: User) -> None:
    bring_in(FIRST, owner)
    theirs = client("PT Tirta")
    assert not Client.objects.visible_to(head).filter(pk=theirs.pk).exists()

    by_name = decided("Company\nPT Tirta\nPT Tidak Ada\n", head)
    by_number = decided(f"No. in Kartu;Company\n{theirs.pk};X\n999999;Y\n", head, known_by="id", mode="change")

    assert {row[1] for row in told(by_name)} <= {"new"}
    reasons = {text for _number, _fate, text in told(by_number)}
    assert len(reasons) == 1
    assert decided("Company;Phone\nPT Tirta;0812345672\n", head).new_count == 0
