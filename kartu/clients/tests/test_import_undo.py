"""An import is taken back and brought back: what it made, what it changed, and nothing that others did since."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.clients import actions
from kartu.clients.models import Address, Channel, Client, ClientEntity, ClientTag, Collaborator, Contact, Touch
from kartu.clients.tests.test_import import bring_in, everything, renewed
from kartu.clients.tests.test_import_updates import COLUMNS, FIRST, changed, client
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.actions import undo_changes
from kartu.records.imports import acts, taking_back
from kartu.records.models import ChangeSet, Import
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
State = Import.State
TEXT = (
    f"{COLUMNS}\nPT Maju;Budi;0812345671;;Bogor;Eceran;new;valves;spoke of valves\n"
    "PT Maju;Siti;0812345675;;;;;;\nPT Baru;Tono;0812345676;;Garut;;;;\n"
)
WATCHED = (Client, Contact, Channel, Address, ClientEntity, ClientTag, Collaborator, Touch)
UNWATCHED = {"version", "trashed_at"}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def standing() -> dict[tuple[str, int], dict[str, Any]]:
    """All that is there and not in the trash, column by column."""
    return {
        (model.__name__, row["id"]): {name: value for name, value in row.items() if name not in UNWATCHED}
        for model in WATCHED
        for row in everything(model).live().values()
    }


def taken_back(source: Import, by: User) -> Import:
    acts.take_back(source=renewed(source), by=by)
    run_jobs()
    return renewed(source)


def brought_back(source: Import, by: User) -> Import:
    acts.bring_back(source=renewed(source), by=by)
    run_jobs()
    return renewed(source)


def seen(name: str, by: User) -> Client:
    return Client.objects.visible_to(by).get(name=name)


def test_taking_back_leaves_what_was_there_before(owner: User) -> None:
    bring_in(FIRST, owner)
    before = standing()
    source = changed(TEXT, owner, over=True)
    assert standing() != before

    source = taken_back(source, owner)

    assert standing() == before
    assert (source.state, source.kept_count) == (State.UNDONE, 0)


def test_what_was_taken_back_comes_back_and_goes_again(owner: User) -> None:
    bring_in(FIRST, owner)
    before = standing()
    source = changed(TEXT, owner, over=True)
    after = standing()
    taken_back(source, owner)

    source = brought_back(source, owner)
    assert (source.state, standing()) == (State.DONE, after)
    source = taken_back(source, owner)

    assert (source.state, standing()) == (State.UNDONE, before)
    assert source.kept_count == 0


@pytest.mark.parametrize(("column", "cell"), [("Tag", "new"), ("Also take part", "Viktor")])
def test_what_was_given_again_meanwhile_stays_and_the_rest_comes_back(
    owner: User, stranger: User, column: str, cell: str
) -> None:
    bring_in(FIRST, owner)
    model = {"Tag": ClientTag, "Also take part": Collaborator}[column]
    before = list(everything(model).values_list("pk", flat=True))
    text = f"Company;Phone;City;{column}\nPT Maju;0812345671;;{cell}\nPT Tirta;0812345672;Bogor;{cell}\n"
    source = changed(text, owner, over=True)
    taken_back(source, owner)
    changed(f"Company;Phone;{column}\nPT Maju;0812345671;{cell}\n", owner)

    source = brought_back(source, owner)

    assert (source.state, source.restored_count, source.kept_count) == (State.DONE, 2, 1)
    rows = everything(model).live().exclude(pk__in=before)
    assert sorted(rows.values_list("client__name", flat=True)) == ["PT Maju", "PT Tirta"]
    assert client("PT Tirta").city == "Bogor"


def test_what_others_wrote_since_stays_and_is_listed_with_both_values(owner: User) -> None:
    bring_in(FIRST, owner)
    source = changed(TEXT, owner, over=True)
    actions.change_client(client=seen("PT Maju", owner), values={"about": "taps"}, by=owner)
    actions.log_touch(client=seen("PT Baru", owner), kind="call", text="spoke to them", by=owner)

    source = taken_back(source, owner)

    maju = seen("PT Maju", owner)
    assert (maju.about, str(maju.category), maju.city) == ("taps", "Grosir", "Bandung")
    assert seen("PT Baru", owner).channels.count() == 1
    told = {(each["object_id"], each["column"], each["theirs"], each["ours"]) for each in source.undo_set.conflicts}
    assert told == {(maju.pk, "about", "taps", "pumps"), (seen("PT Baru", owner).pk, "", None, None)}
    assert source.kept_count == 2


def test_a_killed_taking_back_goes_on_where_it_was(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"PT Nomor {n};0812345{n:04};old" for n in range(80)]
    bring_in("Company;Phone;What they do\n" + "\n".join(rows) + "\n", owner)
    before = standing()
    text = "Company;Phone;What they do\n" + "".join(f"PT Nomor {n};0812345{n:04};new\n" for n in range(160))
    source, advance, runs = changed(text, owner, over=True), taking_back.Back._advance, []

    class Killed(BaseException):
        """As kill -9: nothing of ours runs after it."""

    def die_once(self: object, *args: object, **options: object) -> None:
        advance(self, *args, **options)
        runs.append(1)
        if len(runs) == 2:
            raise Killed

    monkeypatch.setattr(taking_back.Back, "_advance", die_once)
    acts.take_back(source=source, by=owner)
    with pytest.raises(Killed):
        run_jobs()
    Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.READY, worker="")
    run_jobs()

    assert (renewed(source).state, standing()) == (State.UNDONE, before)
    assert (renewed(source).restored_count, renewed(source).kept_count) == (160, 0)


def test_a_stopped_import_gives_back_what_it_had_changed(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartu.records.imports import engine  # noqa: PLC0415 - only here

    bring_in(FIRST, owner)
    before = standing()
    advance = engine._advance

    def stop_now(source: Import, *args: object) -> None:
        advance(source, *args)
        monkeypatch.setattr(engine, "_advance", advance)
        Import.objects.filter(pk=source.pk).update(state=State.CANCELLING)
        engine.queue(source, "take_back", by=owner)

    monkeypatch.setattr(engine, "_advance", stop_now)
    source = changed(TEXT, owner, over=True)

    assert (source.state, standing()) == (State.CANCELLED, before)
    assert not ChangeSet.objects.filter(is_hidden=True).exists()


def test_an_import_and_its_taking_back_are_undone_on_their_own_page(owner: User) -> None:
    bring_in(FIRST, owner)
    source = taken_back(changed(TEXT, owner, over=True), owner)

    for changes in (source.change_set, source.undo_set):
        with pytest.raises(ValidationError, match="on its own page"):
            undo_changes(changes=changes, by=owner)


VALUES = ("", "a", "b", "c")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    here=st.lists(st.sampled_from(VALUES), min_size=3, max_size=3),
    rows=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(VALUES), st.sampled_from(VALUES)), max_size=6),
    edits=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["about", "country"])), max_size=3),
    over=st.booleans(),
)
def test_import_and_undo_are_nothing_whatever_others_do_between(
    owner: User, here: list[str], rows: list[tuple[int, str, str]], edits: list[tuple[int, str]], over: bool
) -> None:
    """Afterwards all is as if only the others had written: their fields are theirs, all else is as before."""
    everything(Client)
    stamp = AuditRow.objects.count()
    header = "Company;Phone;What they do;City"
    first = "".join(f"PT {stamp} {n};08{n}{stamp:08};{about};\n" for n, about in enumerate(here))
    bring_in(f"{header}\n{first}", owner)
    before = standing()
    text = "".join(f"PT {stamp} {n};08{n}{stamp:08};{about};{city}\n" for n, about, city in rows)
    if not text:
        return
    from kartu.clients.tests.test_import_updates import decided, started  # noqa: PLC0415 - only here

    source = decided(f"{header}\n{text}", owner, over=over)
    if not source.may_start:
        assert standing() == before
        return
    source = started(source, owner)
    theirs = {}
    for n, column in edits:
        row = client(f"PT {stamp} {n}")
        value = {"about": "theirs", "country": "ID"}[column]
        actions.change_client(client=seen(row.name, owner), values={column: value}, by=owner)
        theirs["Client", row.pk] = theirs.get(("Client", row.pk), {}) | {column: value}

    source = taken_back(source, owner)

    expected = {key: values | theirs.get(key, {}) for key, values in before.items()}
    assert standing() == expected
    listed = {(each["object_id"], each["column"]) for each in source.undo_set.conflicts}
    assert listed <= {(pk, column) for (_label, pk), columns in theirs.items() for column in columns}
    again = brought_back(source, owner)
    assert again.state == State.DONE


def test_what_hangs_on_a_new_record_is_told_by_the_lines_of_that_record_and_not_by_all(owner):
    source = bring_in(TEXT, owner)
    acts.take_back(source=renewed(source), by=owner)
    back = taking_back.Back(renewed(source), owner, was_seen=True)

    plan = back._told(source.change_set_id).explain()

    # PostgreSQL turns it round as one join; SQLite looks for each line, and must not go through all of them for it.
    assert "Anti Join" in plan or "audit_root" in plan, plan
