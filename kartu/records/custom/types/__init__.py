"""What a field of the firm's own can hold. Each type says how a value is typed, kept as JSON, said, and looked for.

Kept are texts, integers, booleans and lists of texts; decimals and days as texts of one spelling. `None` is no value.
"""

from collections.abc import Callable
from typing import Any

from kartu.records.custom.types.base import FieldType
from kartu.records.custom.types.choices import Colleague, OneOf, SeveralOf, YesNo
from kartu.records.custom.types.days import Date, DateTime
from kartu.records.custom.types.files import HeldFile
from kartu.records.custom.types.formulas import FORMULAS, Formula
from kartu.records.custom.types.numbers import Amount, DecimalNumber, Whole, currency_of_firm
from kartu.records.custom.types.references import Reference
from kartu.records.custom.types.texts import Barcode, EmailAddress, Link, LongText, PhoneNumber, ShortText

__all__ = ["OPTIONS_OF", "TYPES", "FieldType", "Formula", "HeldFile", "Reference", "SeveralOf", "YesNo", "type_of"]


# In the order in which they are offered.
TYPES: dict[str, FieldType] = {
    each.code: each
    for each in (
        *(ShortText(), LongText(), Whole(), DecimalNumber(), Amount(), Date(), DateTime(), YesNo()),
        *(OneOf(), SeveralOf(), PhoneNumber(), EmailAddress(), Link(), Colleague(), Barcode()),
        *(Reference(), HeldFile(), FORMULAS["number"]),
    )
}
OPTIONS_OF: dict[str, Callable[[], dict[str, Any]]] = {"money": lambda: {"currency": currency_of_firm()}}


def type_of(code: str, options: dict[str, Any]) -> FieldType:
    """The type of a field; of a formula the one of what it gives."""
    return FORMULAS[options["gives"]] if code == Formula.code else TYPES[code]
