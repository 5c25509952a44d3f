"""The numbers that legal persons and their banks go by, country by country, as data.

    for kind in kinds("RU"): ...              which numbers a firm of Russia has
    KINDS["inn"].validate("7707 083 893")     -> "7707083893", or ValidationError in the person's words
    KINDS["npwp15"].show("013121660091000")   -> "01.312.166.0-091.000"

What is stored is the bare number. A country that is not here has two free fields; nothing is refused there.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kartu.firm import iban, vat
from kartu.firm.check_digits import luhn, weighted
from kartu.firm.countries import country as country_by_code

COMPANY, PERSON = "company", "person"
NO = {"0", "N", "NO", "FALSE", "TIDAK", "НЕТ"}


def compact(text: str) -> str:
    """Capitals and digits only: what stands between them is decoration."""
    text = unicodedata.normalize("NFKC", text).upper()
    if text.isascii():
        return re.sub(r"[\s.\-/_]", "", text)
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return re.sub(r"[\s.\-–—/_]", "", text)


def wrong_digit(kind: "Kind") -> ValidationError:
    return ValidationError(
        _("A digit is wrong in this %(kind)s. Compare it with the paper"), code="check", params={"kind": kind.label}
    )


@dataclass(frozen=True)
class Kind:
    """One kind of number. `lengths`: how many digits it may have; empty: the form is looked at by `check` alone.

    `check` gets the kind and the compact number, raises ValidationError when something is wrong, and may return
    the one spelling to be stored.
    `groups` parts a number for showing, as in "##.###.###.#-###.###".
    `of` says whose it is (COMPANY, PERSON; empty: both). A tax id is what a client is found and compared by.
    """

    code: str
    label: str | Promise
    example: str
    lengths: tuple[int, ...] = ()
    check: Callable[["Kind", str], str | None] | None = None
    groups: str = ""
    of: str = ""
    is_tax_id: bool = False
    is_flag: bool = False
    is_free: bool = False

    def validate(self, value: str) -> str:
        """The bare number of `value`; ValidationError that says what is wrong. Empty stays empty."""
        if self.is_free:
            return self._free(value)
        bare = compact(value)
        if not bare:
            return ""
        if self.is_flag:
            return "" if bare in NO else "1"
        if self.lengths:
            self._count_digits(bare)
        return (self.check and self.check(self, bare)) or bare

    def _free(self, value: str) -> str:
        text = " ".join(value.split())
        if len(text) > 40:
            raise ValidationError(_("40 letters and digits at most"), code="length")
        return text

    def _count_digits(self, bare: str) -> None:
        if not (bare.isascii() and bare.isdigit()):
            raise ValidationError(
                _("%(kind)s has digits only, like %(example)s"),
                code="digits",
                params={"kind": self.label, "example": self.example},
            )
        if len(bare) not in self.lengths:
            lengths = [str(length) for length in self.lengths]
            wanted = _("%(some)s or %(last)s") % {"some": ", ".join(lengths[:-1]), "last": lengths[-1]}
            raise ValidationError(
                _("%(kind)s has %(wanted)s digits, this one has %(count)s"),
                code="length",
                params={"kind": self.label, "wanted": wanted if lengths[1:] else lengths[0], "count": len(bare)},
            )

    def show(self, value: str) -> str:
        """`value` parted as it stands on papers."""
        if not self.groups or self.groups.count("#") != len(value):
            return value
        signs = iter(value)
        return "".join(next(signs) if place == "#" else place for place in self.groups)


# --- Russia ------------------------------------------------------------------------------------------

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, *_INN_10)


def _check_inn(kind: Kind, number: str) -> None:
    if len(number) == 10:
        right = weighted(number, _INN_10) % 11 % 10 == int(number[9])
    else:
        right = weighted(number, _INN_12[1:]) % 11 % 10 == int(number[10])
        right = right and weighted(number, _INN_12) % 11 % 10 == int(number[11])
    if not right or not int(number):
        raise wrong_digit(kind)


def _check_kpp(kind: Kind, number: str) -> None:
    if not re.fullmatch(r"\d{4}[\dA-Z]{2}\d{3}", number, re.ASCII):
        raise ValidationError(_("KPP has 9 digits, like %(example)s"), code="form", params={"example": kind.example})


def _check_ogrn(kind: Kind, number: str) -> None:
    if int(number[:-1]) % (len(number) - 2) % 10 != int(number[-1]):
        raise wrong_digit(kind)


def _check_bik(kind: Kind, number: str) -> None:
    if number[0] != "0":
        raise ValidationError(_("BIK begins with 0, like %(example)s"), code="form", params={"example": kind.example})


RUSSIA = [
    Kind("inn", gettext_lazy("INN"), "7707083893", (10, 12), _check_inn, is_tax_id=True),
    Kind("kpp", gettext_lazy("KPP"), "773601001", (), _check_kpp, of=COMPANY),
    Kind("ogrn", gettext_lazy("OGRN"), "1027700132195", (13,), _check_ogrn, of=COMPANY),
    Kind("ogrnip", gettext_lazy("OGRNIP"), "304500116000157", (15,), _check_ogrn, of=PERSON),
]
BIK = Kind("bik", gettext_lazy("BIK"), "044525225", (9,), _check_bik)
RUSSIAN_ACCOUNT = Kind("account", gettext_lazy("Account"), "40702810238000060000", (20,))


def check_russian_account(account: str, bik: str) -> bool:
    """Whether the key of a 20-digit account fits the bank: a settlement account by the bank's own number, a
    correspondent account (301...) and accounts at the central bank by the number of its branch."""
    at_central_bank = account.startswith("301") or bik[6:] in ("000", "001", "002")
    prefix = "0" + bik[4:6] if at_central_bank else bik[6:]
    return (
        sum(int(digit) * weight % 10 for digit, weight in zip(prefix + account, (7, 1, 3) * 8, strict=False)) % 10 == 0
    )


# --- Indonesia ---------------------------------------------------------------------------------------


def _check_npwp15(kind: Kind, number: str) -> None:
    if not luhn(number[:9]):
        raise wrong_digit(kind)


def _check_npwp(kind: Kind, number: str) -> None:
    """The 16 digits: 0 and the old number, a person's NIK, or 10... of a company registered since 2024."""
    if number.startswith("0"):
        if not luhn(number[1:10]):
            raise wrong_digit(kind)
    elif not number.startswith("10"):
        _check_nik(kind, number)


def _check_nik(kind: Kind, number: str) -> None:
    """Six digits of the place, then the birthday (a woman's day plus 40), then four of the row."""
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    try:
        date(2000 + year, month, day - 40 if day > 40 else day)
    except ValueError:
        raise ValidationError(
            _("Digits 7 to 12 of this %(kind)s are no birthday. Compare it with the paper"),
            code="check",
            params={"kind": kind.label},
        ) from None
    if number[0] == "0" or number.endswith("0000"):
        raise wrong_digit(kind)


def _check_nitku(kind: Kind, number: str) -> None:
    _check_npwp(kind, number[:16])


INDONESIA = [
    Kind("npwp", gettext_lazy("NPWP"), "0013121660091000", (16,), _check_npwp, "#### #### #### ####", is_tax_id=True),
    Kind("npwp15", gettext_lazy("NPWP of 15 digits"), "013121660091000", (15,), _check_npwp15, "##.###.###.#-###.###"),
    Kind("nik", gettext_lazy("NIK"), "3273051708900001", (16,), _check_nik, of=PERSON),
    Kind("nib", gettext_lazy("NIB"), "9120301234567", (13,), of=COMPANY),
    Kind("nitku", gettext_lazy("NITKU"), "0013121660091000000000", (22,), _check_nitku, of=COMPANY),
    Kind("pkp", gettext_lazy("Pays VAT (PKP)"), "", is_flag=True),
]

# --- Europe and everywhere ---------------------------------------------------------------------------


def _vat_kind(country: str) -> Kind:
    def check(kind: Kind, number: str) -> str:
        number = vat.without_prefix(country, number)
        if not vat.looks_right(country, number):
            raise ValidationError(
                _("A VAT number of this country looks like %(example)s"), code="form", params={"example": kind.example}
            )
        if not vat.check_is_right(country, number):
            raise wrong_digit(kind)
        return vat.with_prefix(country, number)

    return Kind(f"vat_{country.lower()}", gettext_lazy("VAT number"), vat.example(country), (), check, is_tax_id=True)


def _check_iban(kind: Kind, account: str) -> None:
    wanted = iban.LENGTHS.get(account[:2])
    if not iban.looks_like_iban(account) or wanted is None:
        raise ValidationError(_("IBAN looks like %(example)s"), code="form", params={"example": kind.example})
    if len(account) != wanted:
        raise ValidationError(
            _("An IBAN of this country has %(wanted)s letters and digits, this one has %(count)s"),
            code="length",
            params={"wanted": wanted, "count": len(account)},
        )
    if not iban.check_is_right(account):
        raise wrong_digit(kind)


def _check_swift(kind: Kind, code: str) -> None:
    country = iban.swift_country(code)
    if not country or country_by_code(country) is None:
        raise ValidationError(
            _("SWIFT has 8 or 11 letters and digits, like %(example)s"), code="form", params={"example": kind.example}
        )


VAT = {country: _vat_kind(country) for country in sorted(vat.COUNTRIES)}
IBAN = Kind("iban", gettext_lazy("IBAN"), "DE89370400440532013000", (), _check_iban)
SWIFT = Kind("swift", gettext_lazy("SWIFT"), "CENAIDJA", (), _check_swift)
REGISTRY = Kind("registry", gettext_lazy("Registry number"), "", is_free=True)
FREE = [Kind("tax_id", pgettext_lazy("of a company", "Tax number"), "", is_free=True, is_tax_id=True), REGISTRY]

BY_COUNTRY: dict[str, list[Kind]] = {
    "RU": RUSSIA,
    "ID": INDONESIA,
    **{country: [kind, REGISTRY] for country, kind in VAT.items()},
}
KINDS: dict[str, Kind] = {
    kind.code: kind for kind in [*RUSSIA, BIK, RUSSIAN_ACCOUNT, *INDONESIA, *VAT.values(), IBAN, SWIFT, *FREE]
}


def kinds(country: str, of: str = "") -> list[Kind]:
    """The numbers of a legal person of `country`; with `of`, those of a COMPANY or a PERSON only."""
    return [kind for kind in BY_COUNTRY.get(country, FREE) if not of or kind.of in ("", of)]


def tax_kind(country: str, of: str = "") -> Kind:
    """The number that taxes are paid under there."""
    return next((kind for kind in kinds(country, of) if kind.is_tax_id), FREE[0])


def validate_ids(country: str, ids: dict[str, str]) -> dict[str, str]:
    """`ids` (code -> number) made bare, empty ones left out. ValidationError by code of all that is wrong.

    Kinds of another country are kept unlooked at: a client may move without losing them.
    """
    known = {kind.code: kind for kind in kinds(country)}
    bare, wrong = {}, {}
    for code, value in ids.items():
        try:
            bare[code] = known[code].validate(value) if code in known else str(value).strip()[:40]
        except ValidationError as error:
            wrong[code] = error
    if wrong:
        raise ValidationError(wrong)
    return {code: value for code, value in bare.items() if value}


def shown(ids: dict[str, str]) -> list[tuple[str, str]]:
    """(label, number) of each as they stand on papers, in the order they were given."""
    pairs = []
    for code, number in ids.items():
        kind = KINDS.get(code)
        if kind is None:
            pairs.append((code, number))
        else:
            pairs.append((str(kind.label), _("yes") if kind.is_flag else kind.show(number)))
    return pairs


def tax_id(country: str, ids: dict[str, str]) -> str:
    """The number a client is found and compared by; of Indonesia always in 16 digits. Empty: there is none."""
    for kind in kinds(country):
        if kind.is_tax_id and ids.get(kind.code):
            return ids[kind.code]
    if old := ids.get("npwp15"):
        return "0" + old
    return ids.get("nik", "") if country == "ID" else ""


def validate_bank(country: str, bank_code: str, account: str) -> tuple[str, str]:
    """(bank code, account) made bare, as banks of `country` write them.

    ValidationError, by "bank_code" and "account", of all that is wrong.
    """
    wrong: dict[str, ValidationError] = {}
    bare_code, bare_account = compact(bank_code), compact(account)
    try:
        bare_code = bank_code_kind(country).validate(bank_code) if bare_code else ""
    except ValidationError as error:
        wrong["bank_code"] = error
    try:
        bare_account = account_kind(country, bare_account).validate(account)
        if country == "RU" and bare_account and bare_code and "bank_code" not in wrong:
            _check_key(bare_account, bare_code)
    except ValidationError as error:
        wrong["account"] = error
    if wrong:
        raise ValidationError(wrong)
    return bare_code, bare_account


def _check_key(account: str, bik: str) -> None:
    if account.isdigit() and len(bik) == 9 and not check_russian_account(account, bik):
        raise ValidationError(_("This account does not fit the BIK. Compare both with the paper"), code="check")


def bank_code_kind(country: str) -> Kind:
    return BIK if country == "RU" else SWIFT


def account_kind(country: str, account: str = "") -> Kind:
    """How an account of `country` looks; one that begins like an IBAN is one, wherever it is."""
    if country == "RU":
        return RUSSIAN_ACCOUNT
    if country in vat.COUNTRIES or iban.looks_like_iban(account):
        return IBAN
    return Kind("account", gettext_lazy("Account"), "", is_free=True)
