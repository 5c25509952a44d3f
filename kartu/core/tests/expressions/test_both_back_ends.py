"""The two back ends say the same of every row, whatever the expression: in Python, and on the database at hand."""

from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kartu.core.expressions import (
    Asked,
    ExpressionError,
    Kind,
    as_condition,
    as_value,
    checked,
    evaluate,
    evaluating,
    parse,
    written,
)
from kartu.core.tests.expressions.things import (
    CONDITIONS,
    DINARS,
    NUMBERS,
    SCHEMA,
    TODAY,
    Thing,
    askings,
    rows,
    values_of,
)
from kartu.core.tests.tables import create_table

ONE_TABLE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.fixture
def table(db):
    create_table(Thing)


def saved(thing: Thing) -> Thing:
    """A new row like `thing`: Hypothesis shows the same one again."""
    return Thing.objects.create(**{field.name: getattr(thing, field.name) for field in Thing._meta.fields[1:]})


def sensible(node, wants):
    try:
        return checked(node, SCHEMA, wants=wants)
    except ExpressionError:
        assume(False)


def found_by_both(node, things, asked):
    """(numbers found by SQL, numbers found by Python)"""
    expression = sensible(node, Kind.YESNO)
    with transaction.atomic():
        Thing.objects.all().delete()
        made = [(saved(thing), note) for thing, note in things]
        by_sql = set(Thing.objects.filter(as_condition(expression, asked)).values_list("pk", flat=True))
        turned = set(Thing.objects.filter(as_condition(expression, asked, turned=True)).values_list("pk", flat=True))
    assert turned == {thing.pk for thing, _note in made} - by_sql, "turned round, it must find all others"
    by_python = {thing.pk for thing, note in made if evaluate(expression, values_of(thing, note), asked)}
    return by_sql, by_python


@given(node=CONDITIONS, things=st.lists(rows(), min_size=1, max_size=6), asked=askings)
@settings(max_examples=150, deadline=None, suppress_health_check=ONE_TABLE)
def test_conditions_find_the_same_rows(table, node, things, asked):
    by_sql, by_python = found_by_both(node, things, asked)

    assert by_sql == by_python, written(node)


@given(node=NUMBERS | DINARS, things=st.lists(rows(), min_size=1, max_size=4), asked=askings)
@settings(max_examples=80, deadline=None, suppress_health_check=ONE_TABLE)
def test_values_are_the_same_to_the_last_place(table, node, things, asked):
    expression = sensible(node, None)
    value = as_value(expression, asked)
    with transaction.atomic():
        Thing.objects.all().delete()
        made = [(saved(thing), note) for thing, note in things]
        found = dict(Thing.objects.annotate(found=value.expression).values_list("pk", "found"))

    for thing, note in made:
        assert value.said(found[thing.pk]) == evaluate(expression, values_of(thing, note), asked), written(node)


@pytest.mark.parametrize(
    ("text", "spoilt", "by"),
    [
        ('name = "елка"', "compared_texts", lambda how, one, other, spelling, is_written: one == other),
        ("count / 3 = 0.333333", "settled", lambda value: value),
        ("born + 1 days = 2026-11-29", "moved", lambda day, days: day),
    ],
)
def test_control_a_back_end_that_means_something_else_is_seen(table, monkeypatch, text, spoilt, by):
    things = [(Thing(name="ЁЛКА", name_key="елка", count=1, born=TODAY), "")]
    asked = Asked(TODAY, ZoneInfo("UTC"))
    by_sql, by_python = found_by_both(parse(text), things, asked)
    assert by_sql == by_python != set()

    monkeypatch.setattr(evaluating, spoilt, by)
    by_sql, by_python = found_by_both(parse(text), things, asked)

    assert by_sql != by_python


@given(node=CONDITIONS)
@settings(max_examples=50, deadline=None, suppress_health_check=ONE_TABLE)
def test_what_is_written_is_read_as_the_same(node):
    assert written(parse(written(node))) == written(node)
