from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.models import Avg, F, Sum, Value
from django.test.utils import isolate_apps
from django.utils import translation

from kartu.core.fields import CurrencyField, FoldedField, Minor, MoneyField, QuantityField, UnitPriceField, prefix_range
from kartu.core.money import CurrencyMismatch, Money, UnknownCurrency
from kartu.core.number_checks import no_inexact_numbers
from kartu.core.number_forms import NumberField
from kartu.core.tests.tables import create_table
from kartu.core.text import sort_key


@pytest.fixture
def line(db):
    with isolate_apps("kartu.core"):

        class Line(models.Model):
            name = FoldedField()
            total = MoneyField(null=True)
            discount = MoneyField(default=0)
            currency = CurrencyField(blank=True)
            quantity = QuantityField(default=0)
            price = UnitPriceField(default=0)

            class Meta:
                app_label = "core"

            def __str__(self) -> str:
                return self.name

        create_table(Line)
        yield Line


def raw(model: type[models.Model], column: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_money_lies_in_minor_units_and_comes_back_as_money(line):
    line.objects.create(total=Money("1234.50", "RUB"), currency="RUB")
    line.objects.create(total=Decimal("1234"), currency="IDR")

    assert raw(line, "total") == [123450, 1234]
    assert [row.total for row in line.objects.order_by("id")] == [Money("1234.50", "RUB"), Money(1234, "IDR")]


def test_an_empty_sum_of_money_stays_empty(line):
    line.objects.create(currency="RUB")

    row = line.objects.get()
    assert row.total is None
    assert row.discount == Money.zero("RUB")


def test_money_in_another_currency_than_its_row_is_refused(line):
    with pytest.raises(CurrencyMismatch, match="total is in USD"):
        line.objects.create(total=Money(1, "USD"), currency="RUB")


def test_an_amount_without_a_currency_is_refused(line):
    with pytest.raises(UnknownCurrency):
        line.objects.create(total=Decimal(5))


def test_half_a_kopeck_is_refused_and_not_rounded_in_secret(line):
    with pytest.raises(ValueError, match="round it first"):
        line.objects.create(total=Money("0.005", "RUB"), currency="RUB")


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("0.005", "RUB", "RUB has 2 digits after the mark"),
        ("0.5", "IDR", "IDR has no cents"),
        ("1e20", "RUB", "This number is too large"),
    ],
)
def test_cleaning_says_what_is_wrong_with_an_amount(line, amount, currency, message):
    with pytest.raises(ValidationError) as refused:
        line(name="a", total=Decimal(amount), currency=currency).full_clean()

    assert refused.value.message_dict == {"total": [message]}


def test_an_unknown_currency_is_refused_by_cleaning(line):
    with pytest.raises(ValidationError, match="There is no currency ZZZ"):
        line(name="a", currency="ZZZ").full_clean(exclude=["discount"])


def test_money_is_looked_up_by_money_only(line):
    for amount in ("5", "10", "15"):
        line.objects.create(total=Money(amount, "RUB"), currency="RUB")

    assert line.objects.filter(total__gte=Money(10, "RUB")).count() == 2
    assert line.objects.filter(total__in=[Money(5, "RUB"), Money(15, "RUB")]).count() == 2
    assert line.objects.filter(total__range=(Money(6, "RUB"), Money(11, "RUB"))).count() == 1
    assert line.objects.filter(total__gt=0).count() == 3
    with pytest.raises(TypeError, match="of which currency"):
        line.objects.filter(total__gt=100).count()


def test_sums_and_averages_of_money_are_minor_units(line):
    for minor in (100, 101):
        line.objects.create(total=Money.from_minor(minor, "RUB"), currency="RUB")

    totals = line.objects.aggregate(sum=Sum("total"), average=Avg("total"))
    assert totals == {"sum": 201, "average": 101}
    assert isinstance(totals["sum"], Minor)
    assert line.objects.filter(total__lt=F("total") + F("total")).count() == 2


def test_expressions_take_money_and_refuse_bare_numbers(line):
    line.objects.create(total=Money(10, "RUB"), discount=Money(3, "RUB"), currency="RUB")

    line.objects.update(total=F("total") - F("discount") + Value(Money("0.5", "RUB"), output_field=MoneyField()))
    assert line.objects.get().total == Money("7.50", "RUB")
    line.objects.update(total=F("total") * 2)
    assert line.objects.get().total == Money(15, "RUB")
    for nonsense in (F("total") + 1, F("total") + Decimal(1), F("total") * F("discount"), F("total") + F("quantity")):
        with pytest.raises(FieldError):
            line.objects.annotate(nonsense=nonsense).first()


def test_quantities_keep_six_digits(line):
    line.objects.create(quantity=Decimal("2.5"), price="0.0125")

    assert (raw(line, "quantity"), raw(line, "price")) == ([2_500_000], [12_500])
    row = line.objects.get()
    assert (row.quantity, row.price) == (Decimal("2.5"), Decimal("0.0125"))
    assert str(line.objects.create(quantity=100).quantity) == "100"
    assert str(line.objects.last().quantity) == "100"


def test_quantities_are_summed_averaged_and_compared_as_decimals(line):
    for quantity in ("0.1", "0.2", "0.3"):
        line.objects.create(quantity=quantity)

    assert line.objects.aggregate(sum=Sum("quantity"), average=Avg("quantity")) == {
        "sum": Decimal("0.6"),
        "average": Decimal("0.2"),
    }
    assert line.objects.filter(quantity__gt=Decimal("0.15")).count() == 2
    assert line.objects.annotate(twice=F("quantity") * 2).filter(twice=Decimal("0.4")).count() == 1


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("0.0000001", "Up to 6 digits after the mark"),
        ("9223372036855", "This number is too large"),
        ("nan", "Write a number"),
        ("abc", "Write a number"),
    ],
)
def test_a_quantity_that_does_not_fit_is_refused_at_every_door(line, quantity, message):
    with pytest.raises(ValidationError, match=message):
        line(name="a", quantity=quantity, currency="RUB").full_clean()
    with pytest.raises(ValidationError, match=message):
        line.objects.create(quantity=quantity)


def test_a_float_is_never_a_quantity(line):
    with pytest.raises(TypeError, match="never exact"):
        line.objects.create(quantity=0.1)


def test_a_quantity_times_a_price_is_no_column(line):
    with pytest.raises(FieldError):
        line.objects.annotate(sum=F("quantity") * F("price")).first()


def test_folded_text_sorts_and_finds_prefixes_alike_on_both_databases(line):
    names = ["Ёлка", "елань", "Яр", "PT Sinar", "pt-sinar", "Aa", "zz", "Ж", "ж!", "Édouard", "a b", "ab"]
    for name in names:
        line.objects.create(name=sort_key(name), currency="RUB")

    stored = list(line.objects.order_by("name", "id").values_list("name", flat=True))
    low, high = prefix_range("pt")
    assert stored == sorted(map(sort_key, names))
    assert set(line.objects.filter(name__gte=low, name__lt=high).values_list("name", flat=True)) == {
        "pt sinar",
        "pt-sinar",
    }


def test_forms_read_amounts_in_the_writing_of_the_person(line):
    class LineForm(forms.ModelForm):
        class Meta:
            model = line
            fields = ["total", "currency", "quantity"]

    with translation.override("id"):
        form = LineForm({"total": "Rp 1.250.000", "currency": "IDR", "quantity": "2,5"})
        assert form.is_valid(), form.errors
        saved = form.save()

        shown = str(LineForm(instance=saved)["total"])
    assert (saved.total, saved.quantity) == (Money(1250000, "IDR"), Decimal("2.5"))
    assert 'value="1.250.000"' in shown
    assert 'inputmode="decimal"' in shown


def test_a_form_keeps_what_was_typed_and_says_how_to_write_it(line):
    form = forms.Form({"quantity": "много"})
    form.fields["quantity"] = NumberField(decimals=2, min_value=1)

    with translation.override("ru"):
        errors = form.errors["quantity"]

    assert errors == ["Write a number, like 1\u00a0250,5"]
    assert 'value="много"' in str(form["quantity"])


@pytest.mark.parametrize(
    ("typed", "message"),
    [("0,5", "Не меньше 1"), ("11", "Не больше 10"), ("1,255", "Не больше 2 цифр после запятой")],
)
def test_a_number_field_holds_its_limits(typed, message):
    field = NumberField(decimals=2, min_value=1, max_value=10)

    with translation.override("ru"), pytest.raises(ValidationError, match=message):
        field.clean(typed)


def test_a_number_that_is_only_written_otherwise_has_not_changed():
    field = NumberField()

    with translation.override("id"):
        assert not field.has_changed(Decimal("1000"), "1.000,00")
        assert field.has_changed(Decimal("1000"), "1,000")


def test_no_model_of_kartu_has_an_inexact_number():
    assert no_inexact_numbers(None) == []


@pytest.mark.parametrize("field", [models.DecimalField(max_digits=9, decimal_places=2), models.FloatField()])
@isolate_apps("kartu.core")
def test_an_inexact_number_turns_the_check_red(field):
    class Wrong(models.Model):
        sum = field

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return "wrong"

    app = Wrong._meta.apps.get_app_config("core")
    assert [error.id for error in no_inexact_numbers([app])] == ["kartu.E100"]


@isolate_apps("kartu.core")
def test_money_without_its_currency_column_turns_the_check_red():
    class Wrong(models.Model):
        total = MoneyField(currency="valuta")

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return "wrong"

    assert [error.id for error in Wrong.check()] == ["kartu.E101"]
