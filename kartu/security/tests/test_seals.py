"""The log is sealed, and whoever alters it by SQL is found: each column, each row, each seal, on both databases."""

import pytest
from django.db import connection

from conftest import drop_triggers
from kartu.core.actors import System
from kartu.security import audit, triggers
from kartu.security.invariants import verify
from kartu.security.models import AuditRow, Seal, ToldHead, ViewRow
from kartu.security.models.audit import Verb
from kartu.security.seals import sealing
from kartu.security.seals.heads import current_head, tell_head
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.spelling import COLUMNS, FORMAT, MODELS, SEAL_COLUMNS, hashed
from kartu.security.seals.verifying import Anchor, verify_log
from kartu.security.views_log import saw

pytestmark = pytest.mark.django_db


def act(number: int) -> AuditRow:
    return audit.record(
        Verb.SETTING,
        ToldHead(pk=None) if number % 2 else None,
        by=System("tests of seals"),
        values={"before": {"a": number}, "after": {"a": f"ё{number}"}},
    )


@pytest.fixture
def log(seller, monkeypatch) -> list[int]:
    """Thirty acts and six looks under seals of ten rows; the ids of the acts."""
    monkeypatch.setattr(sealing, "CHUNK", 10)
    acts = [act(number).pk for number in range(30)]
    for number in range(6):
        saw(ViewRow.LIST, by=seller, object_type="clients.client", detail={"q": f"ещё {number}", "rows": number})
    seal_new()
    return acts


def tampered(*statements: tuple) -> None:
    """What somebody does who owns the database: lift the triggers, alter, put them back."""
    drop_triggers("default")
    with connection.cursor() as cursor:
        for sql, *params in statements:
            cursor.execute(sql, params)
    triggers.install()
    assert triggers.missing() == []


def found(anchor: str = "") -> list[tuple[str, int | None, int | None]]:
    outcome = verify_log(Anchor.parse(anchor) if anchor else None)
    return [(finding.what, finding.seal, finding.row) for finding in outcome.findings]


def cut(first_act: int, first_seal: int) -> None:
    tampered(
        ("DELETE FROM security_auditpayload WHERE row_id >= %s", first_act),
        ("DELETE FROM security_auditrow WHERE id >= %s", first_act),
        ("DELETE FROM security_viewrow",),
        ("DELETE FROM security_seal WHERE number >= %s", first_seal),
    )


def test_everything_is_sealed_once_in_one_chain(log):
    outcome = verify_log()

    assert (outcome.count, outcome.rows, outcome.seals, outcome.waiting) == (0, 36, 4, 0)
    assert [(seal.number, seal.store, seal.count) for seal in Seal.objects.order_by("number")] == [
        (1, "acts", 10),
        (2, "acts", 10),
        (3, "acts", 10),
        (4, "views", 6),
    ]
    assert outcome.head == str(current_head()) == str(Seal.objects.get(number=4))


def test_where_nothing_is_new_there_is_no_new_seal(log):
    assert seal_new() == 0
    assert Seal.objects.count() == 4


def test_what_is_not_sealed_yet_waits_and_is_no_fault(log):
    act(31)

    outcome = verify_log()

    assert (outcome.count, outcome.waiting) == (0, 1)


@pytest.mark.parametrize("store", MODELS)
def test_the_seal_holds_every_column_of_its_store(store):
    """A column that is added later is not sealed before it gets a format of its own."""
    assert list(COLUMNS[FORMAT, store]) == [field.attname for field in MODELS[store]._meta.concrete_fields]


def test_the_hash_of_a_seal_is_over_every_column_of_it():
    assert list(SEAL_COLUMNS) == [field.attname for field in Seal._meta.concrete_fields]


ANOTHER = {
    "at": "'2020-01-01 00:00:00'",
    "actor_id": "77",
    "object_id": "77",
    "root_id": "77",
    "change_set_id": "77",
    "detail": "'{\"q\": 1}'",
}


@pytest.mark.parametrize("column", [column for column in COLUMNS[FORMAT, "acts"] if column != "id"])
def test_an_altered_column_of_an_act_is_found_with_its_row(log, column):
    tampered(
        (
            f"UPDATE security_auditrow SET {column} = {ANOTHER.get(column, chr(39) + 'x' + chr(39))} WHERE id = %s",
            log[13],
        )
    )

    assert found()[0] == ("changed", 2, log[13])


@pytest.mark.parametrize("column", [column for column in COLUMNS[FORMAT, "views"] if column != "id"])
def test_an_altered_column_of_a_look_is_found_with_its_row(log, column):
    row = ViewRow.objects.order_by("pk")[3].pk
    tampered(
        (f"UPDATE security_viewrow SET {column} = {ANOTHER.get(column, chr(39) + 'x' + chr(39))} WHERE id = %s", row)
    )

    assert found() == [("changed", 4, row)]


@pytest.mark.parametrize("column", [column for column in SEAL_COLUMNS if column not in ("number", "leaves")])
def test_an_altered_column_of_a_seal_is_found(log, column):
    value = {**ANOTHER, "format": "7", "count": "7", "reach": "7", "awaits": "'[[1,2,3,4]]'"}.get(column, "'x'")
    tampered((f"UPDATE security_seal SET {column} = {value} WHERE number = 2",))

    assert {seal for _what, seal, _row in found()} <= {2, 3}
    assert found()[0][1] == 2


def test_an_altered_leaf_of_a_seal_is_found(log):
    tampered(("UPDATE security_seal SET leaves = %s WHERE number = 2", b"x" * 80))

    assert found() == [("seal_changed", 2, None)]


def test_what_an_act_told_cannot_be_told_anew(log):
    tampered(
        (
            "UPDATE security_auditpayload SET values = %s WHERE row_id = %s".replace(" values", ' "values"'),
            '{"a": 2}',
            log[13],
        )
    )

    assert found() == [("told", 2, log[13])]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_auditpayload SET \"values\" = '{}' WHERE row_id = %s",
        "DELETE FROM security_auditpayload WHERE row_id = %s",
    ],
)
def test_an_act_that_lost_what_it_told_is_found(log, statement):
    tampered((statement, log[13]))

    assert found() == [("emptied", 2, log[13])]


def test_a_payload_altered_together_with_its_digest_is_found(log):
    tampered(
        ('UPDATE security_auditpayload SET "values" = %s WHERE row_id = %s', '{"a":2}', log[13]),
        ("UPDATE security_auditrow SET digest = %s WHERE id = %s", audit.digest({"a": 2}), log[13]),
    )

    assert found() == [("changed", 2, log[13])]


def test_a_deleted_row_is_found(log):
    tampered(
        ("DELETE FROM security_auditpayload WHERE row_id = %s", log[13]),
        ("DELETE FROM security_auditrow WHERE id = %s", log[13]),
    )

    assert found() == [("missing", 2, log[13])]


def test_a_deleted_look_is_found(log):
    row = ViewRow.objects.order_by("pk")[3].pk
    tampered(("DELETE FROM security_viewrow WHERE id = %s", row))

    assert found() == [("missing", 4, row)]


def test_a_row_slipped_in_is_found(log):
    """At a number that nobody has: before the first one, and in the place of one that was never given out."""
    columns = ", ".join(COLUMNS[FORMAT, "acts"][1:])
    copy = f"INSERT INTO security_auditrow (id, {columns}) SELECT %s, {columns} FROM security_auditrow WHERE id = %s"
    tampered((copy, -5, log[3]))

    assert found() == [("inserted", None, -5)]


def test_two_rows_that_changed_places_are_found(log):
    columns = ", ".join(COLUMNS[FORMAT, "acts"][1:])
    move = "UPDATE security_auditrow SET ({0}) = (SELECT {0} FROM security_auditrow o WHERE o.id = %s) WHERE id = %s"
    insert = (
        f"INSERT INTO security_auditrow (id, {columns}) SELECT 99999, {columns} FROM security_auditrow WHERE id = %s"
    )
    tampered(
        (insert, log[4]),
        (move.format(columns), log[16], log[4]),
        (move.format(columns), 99999, log[16]),
        ("DELETE FROM security_auditrow WHERE id = 99999",),
    )

    assert [finding for finding in found() if finding[0] == "changed"] == [
        ("changed", 1, log[4]),
        ("changed", 2, log[16]),
    ]


def test_two_seals_that_changed_places_are_found(log):
    tampered(
        ("UPDATE security_seal SET number = 99 WHERE number = 2",),
        ("UPDATE security_seal SET number = 2 WHERE number = 3",),
        ("UPDATE security_seal SET number = 3 WHERE number = 99",),
    )

    assert ("seal_loose", 2, None) in found() and ("seal_changed", 2, None) in found()


def test_a_lost_seal_is_found(log):
    tampered(("DELETE FROM security_seal WHERE number = 2",))

    assert found() == [("seal_missing", 2, None)]


def test_rows_cut_off_at_the_end_are_found(log):
    tampered(
        ("DELETE FROM security_auditpayload WHERE row_id >= %s", log[25]),
        ("DELETE FROM security_auditrow WHERE id >= %s", log[25]),
    )

    assert found() == [("missing", 3, row) for row in log[25:]]


def test_an_end_cut_off_with_its_seals_is_found_by_the_anchor_alone(log):
    anchor = str(current_head())
    cut(log[10], 2)

    assert found() == []  # nothing in here can know
    assert found(anchor) == [("cut", 4, None)]


def test_an_end_cut_off_with_its_seals_is_found_by_what_was_told(log, owner):
    tell_head()
    cut(log[10], 2)

    assert found() == [("cut", 4, None)]


def test_a_log_written_anew_is_found_by_the_anchor(log):
    anchor = str(Seal.objects.get(number=3))
    cut(log[0], 1)
    tampered(("DELETE FROM security_seal",))
    for number in range(40):
        act(number + 500)
    seal_new()

    assert found() == []
    assert found(anchor) == [("replaced", 3, None)]


def test_seals_made_by_somebody_else_with_nonsense_in_them_are_found(log):
    tampered(("UPDATE security_seal SET members = '1-999999999999' WHERE number = 4",))
    forged = Seal.objects.get(number=4)
    rehashed = hashed(sealing.values_of(forged)).hex()
    tampered(("UPDATE security_seal SET hash = %s WHERE number = 4", rehashed))

    assert found() == [("seal_changed", 4, None)]


def test_an_anchor_that_the_log_leads_through_is_no_fault(log):
    anchor = str(Seal.objects.get(number=2))
    act(31)
    seal_new()

    assert found(anchor) == []


def test_many_findings_are_counted_and_the_first_ones_named(log):
    tampered(("UPDATE security_auditrow SET why = 'x'",))

    outcome = verify_log()

    assert outcome.count == 30
    assert [finding.row for finding in outcome.findings] == log[:20]
    assert str(outcome.findings[0]) == f"Line {log[0]} of the log of acts was altered after seal 1 was put on it."


def broken() -> list[str]:
    return [line for finding in verify(["I6.seals"]) for line in finding.broken]


def test_the_check_of_the_data_looks_at_the_newest_seals(log):
    assert broken() == []

    tampered(("UPDATE security_auditrow SET verb = 'print' WHERE id = %s", log[13]))

    assert broken() == [f"Line {log[13]} of the log of acts was altered after seal 2 was put on it."]


def test_several_thousand_clean_rows_raise_no_alarm(seller):
    with audit.acting_as(System("tests of seals")):
        pairs = [
            audit.audit_pair(Verb.SETTING, None, by=seller, values={"n": number, "t": "ё" * (number % 7)})
            for number in range(6000)
        ]
    AuditRow.objects.bulk_create([row for row, _payload in pairs])
    for row, payload in pairs:
        payload.row_id = row.pk
    type(pairs[0][1]).objects.bulk_create([payload for _row, payload in pairs])

    assert seal_new() == 6000

    outcome = verify_log()
    assert (outcome.count, outcome.rows, outcome.seals) == (0, 6000, 2)
