"""What is read, what is refused, and that a refusal says what is wrong and where."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from kartu.core.expressions import (
    Asked,
    ExpressionError,
    Field,
    Kind,
    Schema,
    Type,
    checked,
    evaluate,
    parse,
    parser,
    words,
    written,
)
from kartu.core.expressions.schema import NUMBER
from kartu.core.money import CurrencyMismatch, Money
from kartu.core.tests.expressions.things import SCHEMA, TODAY

pytestmark = pytest.mark.no_database

ASKED = Asked(TODAY, ZoneInfo("Asia/Jakarta"), me=1)


def said(text: str, **values: object) -> object:
    return evaluate(checked(parse(text), SCHEMA), values, ASKED)


SAME = {
    'name starts with "A"': 'name starts with "A"',
    "name starts “A”": 'name starts with "A"',
    "name = «Ёлка»": 'name = "Ёлка"',
    "count ≥ 3 AND count <> 5": "count >= 3 and count != 5",
    "count between 1 and 5": "count >= 1 and count <= 5",
    "not not is_big": "not not is_big",
    "owner not in (me, #3)": "owner not in (me, #3)",
    "born is not empty": "born is not empty",
    "born in next 1 day": "born in next 1 days",
    "(count + 1) * 2 − 3 > 1 or is_big and name is empty": "(count + 1) * 2 - 3 > 1 or is_big and name is empty",
    "count - (weight - 1) = 0": "count - (weight - 1) = 0",
    'name = "a \\"quoted\\" \\\\ one"': 'name = "a \\"quoted\\" \\\\ one"',
}


@pytest.mark.parametrize("text", SAME)
def test_many_spellings_are_one(text):
    assert written(parse(text)) == SAME[text]


WRONG = {
    "": (0, "Something is missing at the end"),
    "count >": (7, "Something is missing at the end"),
    "count > 3 count": (10, "“count” is not expected here"),
    "(count > 3": (10, "“)” is missing at the end"),
    'name = "abc': (7, "This text has no closing quote"),
    "count ; 3": (6, "“;” means nothing here"),
    "nonsense = 1": (0, "There is no field “nonsense”"),
    "name.__class__ = 1": (0, "There is no field “name.__class__”"),
    "__import__(1) = 1": (0, "There is no field “__import__”"),
    "count(30) > 1": (0, "“count” is not counted over days"),
    'count = "x"': (8, "a number and a text cannot be taken together"),
    "price > debt": (8, "Amounts in IDR and KWD cannot be taken together"),
    "price + count > 1": (0, "an amount and a number cannot be taken together"),
    "count": (0, "This is a value, not a condition: compare it with something"),
    "not count": (4, "This is a value, not a condition: compare it with something"),
    'owner = "Nobody"': (8, "There is nothing called “Nobody” here"),
    "owner > 3": (0, "This has no order: ask whether it is the same"),
    "born = 2026-02-30": (7, "There is no such day"),
    "seen in last 40000 days": (13, "A whole number of days is expected here, at most 36600"),
    "count = 1234567890123": (8, "A number has at most 12 digits, and 6 behind the point"),
    "year(1) = 1": (5, "year does not take this: it wants a day or a moment"),
    "if(is_big, 1) = 1": (0, "if takes 3 values"),
    "count in last 3 days": (0, "Only a day can be near today"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_place(text):
    with translation.override("en"), pytest.raises(ExpressionError) as refused:
        said(text)

    assert (refused.value.at, refused.value.message) == WRONG[text]


@pytest.mark.parametrize("language", ["id", "ru"])
@pytest.mark.parametrize("text", WRONG)
def test_it_is_said_in_the_readers_language(text, language):
    with translation.override(language), pytest.raises(ExpressionError) as refused:
        said(text)

    assert refused.value.message != WRONG[text][1]


LIMITS = {
    "LONGEST": ("count = 1 " + " " * 4000, 4000),
    "DEEPEST": ("(" * 21 + "count = 1" + ")" * 21, 20),
    "MOST_NODES": (" or ".join(["count = 1"] * 150), 400),
    "MOST_VALUES": (f"count in ({', '.join(['1'] * 201)})", 200),
    "MOST_DAYS": ("seen in last 36601 days", 36_600),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_no_text_makes_much_work(limit, monkeypatch):
    text, most = LIMITS[limit]
    module = words if limit == "LONGEST" else parser
    assert getattr(module, limit) == most
    with pytest.raises(ExpressionError):
        parse(text)

    monkeypatch.setattr(module, limit, 10**6)
    assert parse(text)


@pytest.mark.parametrize("text", ["not " * 500 + "is_big", "-" * 500 + "1 = 1", "1" + "+1" * 500 + " = 1"])
def test_nor_does_a_long_row_of_signs(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_names_walk_plain_dictionaries_only():
    class Tempting(dict):
        count = 5

    assert said("count is empty", **{}) is True
    assert evaluate(checked(parse("quick.count is empty"), SCHEMA), {"quick": Tempting()}, ASKED) is True
    assert evaluate(checked(parse("quick.count is empty"), SCHEMA), {"quick": Tempting(count=1)}, ASKED) is False


def test_money_of_another_currency_is_no_value_of_the_field():
    assert said("debt > 1.5", debt=Money("1.501", "KWD")) is True
    with pytest.raises(CurrencyMismatch):
        said("debt > 1.5", debt=Money(2, "USD"))


def test_empty_is_only_told_by_asking_for_it():
    assert said("count = count", count=None) is False
    assert said("count != 3", count=None) is True
    assert said("not count > 3", count=None) is True
    assert said("count / 0 is empty", count=4) is True
    assert said("name is empty", name="  \u00a0") is True


def test_a_moment_is_of_the_day_where_the_one_is_who_asks():
    late = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)  # midnight in Jakarta

    assert said("seen = today", seen=late) is True
    assert said(f"seen = {date(2026, 11, 27)}", seen=late) is False


LABELLED = Schema.of(
    Field("f5", NUMBER, label="Service price"),
    Field("f6", NUMBER, label="Same"),
    Field("f7", NUMBER, label="same"),
    Field("f8", Type(Kind.ONE, of="f8"), label="Drive", options=lambda: [("c1", "Diesel")]),
    Field("f9", Type(Kind.MONEY, currency="IDR"), label="Cost"),
)


def test_a_field_may_be_called_as_people_call_it_and_is_kept_by_its_key():
    made = checked(parse('[service  PRICE] * 2 > 4 and [Drive] = "Diesel"'), LABELLED)

    assert written(made.node) == 'f5 * 2 > 4 and f8 = "c1"'
    assert evaluate(made, {"f5": 3, "f8": "c1"}, ASKED) is True
    assert written(parse("[Service price] + f6")) == "[Service price] + f6"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[Price] = 1", (0, "There is no field “Price”")),
        ("1 = [Same]", (4, "There are several fields “Same”: write f6 or f7")),
        ("f5 = [Same", (5, "This name has no closing bracket")),
    ],
)
def test_a_label_that_is_none_or_two_is_said_with_its_place(text, told):
    with translation.override("en"), pytest.raises(ExpressionError) as refused:
        checked(parse(text), LABELLED)

    assert (refused.value.at, refused.value.message) == told


def test_a_written_number_beside_an_amount_is_one():
    made = checked(parse("if(f5 > 1, f9, 0)"), LABELLED, wants=None)

    assert made.type == Type(Kind.MONEY, currency="IDR")
    assert evaluate(made, {"f5": 0, "f9": 3}, ASKED) == 0
    assert checked(parse("first(0.5, f9)"), LABELLED, wants=None).type.kind is Kind.MONEY
    with pytest.raises(ExpressionError):
        checked(parse("first(f5, f9)"), LABELLED, wants=None)
