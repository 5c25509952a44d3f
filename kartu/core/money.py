"""Money: an exact amount in a currency. Rounding is always said, half up; no minor unit is ever lost.

Currencies are data: the codes of ISO 4217 with the digits that are in use behind the mark. The rupiah has two by
the standard, but no sen has been paid for decades and Indonesian papers carry none: here it has none.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel.numbers import format_compact_decimal, get_currency_name, get_currency_symbol

from kartu.core import formats

_WITHOUT_DECIMALS = "BIF CLP DJF GNF IDR ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_WITH_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR IRR JMD KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
)
# Code -> digits behind the mark.
CURRENCIES: dict[str, int] = {
    code: decimals
    for decimals, codes in ((0, _WITHOUT_DECIMALS), (2, _WITH_TWO), (3, _WITH_THREE))
    for code in codes.split()
}
# Signs that mean one currency wherever they stand. "$" does not, so Babel decides on it by country.
_SIGNS = {"RUB": "₽", "IDR": "Rp", "EUR": "€", "GBP": "£", "KZT": "₸", "UAH": "₴", "INR": "₹", "TRY": "₺", "KRW": "₩",
          "VND": "₫", "PHP": "₱", "ILS": "₪", "GEL": "₾", "AMD": "֏", "AZN": "₼", "MYR": "RM", "THB": "฿"}  # fmt: skip

MINOR_LIMIT = 2**63 - 1
_EXACT = Context(prec=60)


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were added or compared."""


class UnknownCurrency(ValueError):
    """There is no such currency code."""


def decimals_of(currency: str) -> int:
    """How many digits `currency` has behind the mark; UnknownCurrency for a code that is not one."""
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise UnknownCurrency(f"There is no currency {currency!r}") from None


def currency_name(currency: str, locale: str | None = None) -> str:
    return get_currency_name(currency, locale=formats.word_locale(locale or formats.current_locale()))


def currency_choices(locale: str | None = None) -> list[tuple[str, str]]:
    """(code, "IDR, Indonesian Rupiah") of every currency, by code."""
    return [(code, f"{code}, {currency_name(code, locale)}") for code in sorted(CURRENCIES)]


Number = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Money:
    """An exact `amount` of `currency`.

    It may have more digits than the currency (a price times a quantity): `rounded()` ends that, and only what is
    rounded can be stored. A float is refused, and so is mixing currencies.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Number, currency: str) -> None:
        decimals_of(currency)
        object.__setattr__(self, "amount", _exact(amount))
        object.__setattr__(self, "currency", currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        """`minor` kopecks, cents or whole rupiahs."""
        return cls(Decimal(minor).scaleb(-decimals_of(currency), _EXACT), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @property
    def minor(self) -> int:
        """The amount in minor units; ValueError when it is not whole or does not fit 64 bits."""
        scaled = self.amount.scaleb(decimals_of(self.currency), _EXACT)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{self.amount} {self.currency} has parts of a minor unit: round it first")
        if abs(scaled) > MINOR_LIMIT:
            raise ValueError(f"{self.amount} {self.currency} is too large to store")
        return int(scaled)

    @property
    def is_rounded(self) -> bool:
        return formats.decimals_of(self.amount) <= decimals_of(self.currency)

    def rounded(self) -> "Money":
        """To whole minor units, half up: away from zero, so that a refund equals its payment."""
        unit = Decimal(1).scaleb(-decimals_of(self.currency))
        return Money(self.amount.quantize(unit, ROUND_HALF_UP, _EXACT), self.currency)

    def allocate(self, weights: Sequence[Number]) -> list["Money"]:
        """This amount parted by `weights` (none negative, not all zero) into rounded parts that add up to it.

        What is left after rounding down goes, a minor unit each, to the parts that lost most.
        """
        shares = [_exact(weight) for weight in weights]
        whole = sum(shares)
        if not whole or min(shares) < 0:
            raise ValueError("Weights must be positive, or at least one of them")
        sign, minor = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        parts = [int(_EXACT.divide_int(_EXACT.multiply(minor, share), whole)) for share in shares]
        lost = [_EXACT.remainder(_EXACT.multiply(minor, share), whole) for share in shares]
        hungry = sorted(range(len(parts)), key=lambda index: lost[index], reverse=True)
        for index in hungry[: minor - sum(parts)]:
            parts[index] += 1
        return [Money.from_minor(sign * part, self.currency) for part in parts]

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(_EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(_EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        if not isinstance(factor, Decimal | int):
            return NotImplemented
        return Money(_EXACT.multiply(self.amount, factor), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(_EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> "Money":
        return Money(_EXACT.abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        return format_money(self.amount, self.currency)


def _exact(number: Number) -> Decimal:
    if isinstance(number, float | bool) or not isinstance(number, Decimal | int | str):
        raise TypeError(f"Money takes Decimal, int or text, not {type(number).__name__}: a float is never exact")
    exact = Decimal(number)
    if not exact.is_finite() or exact.adjusted() > 30:
        raise ValueError(f"{str(number)[:40]} is no amount of money")
    return exact


_CURRENCY_WORDS = {"руб", "р", "rub", "rp", "rp.", "руб.", "р."}


def parse_amount(text: str, locale: str | None = None) -> Decimal:
    """The amount in what a person typed or pasted: "Rp 1.000", "1 000,50 ₽", "-5"; ValueError when there is none."""
    words = text.replace(formats.NBSP, " ").split(" ")
    kept = [word for word in words if word.lower() not in _CURRENCY_WORDS and word.upper() not in CURRENCIES]
    bare = "".join(sign for sign in "".join(kept) if unicodedata.category(sign) != "Sc")
    return formats.parse_number(bare.removeprefix("Rp"), locale)


# --- showing ---------------------------------------------------------------------------------------


def format_money(amount: Decimal | int, currency: str, locale: str | None = None, *, cents: bool = False) -> str:
    """ "Rp 1.000", "1 000 ₽", "1 000,50 ₽", with spaces that do not break.

    A round amount shows no kopecks unless `cents`, which columns of figures want.
    """
    locale = locale or formats.current_locale()
    exact = _exact(amount)
    decimals = decimals_of(currency) if cents or formats.decimals_of(exact) else 0
    shown = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)
    return _with_sign_of(currency, shown, formats.format_number(abs(shown), locale, decimals=decimals), locale)


def format_short(amount: Decimal | int, currency: str = "", locale: str | None = None) -> str:
    """For panels, where there is no room: "Rp 12,4 jt", "12,4 m", "12,4 млн ₽". Below a million as it is."""
    locale = locale or formats.current_locale()
    exact = _exact(amount)
    if abs(exact) < 1_000_000:
        return format_money(exact, currency, locale) if currency else formats.format_number(exact, locale)
    number = _millions(abs(exact), locale)
    return _with_sign_of(currency, exact, number, locale)


_ENGLISH_MILLIONS = {"M": "m", "B": "bn", "T": "tn"}


def _millions(amount: Decimal, locale: str) -> str:
    """The figure with the marks of the country and the word of the language."""
    words = formats.word_locale(locale)
    size = next(size for size in (12, 9, 6) if amount >= 10**size)
    # CLDR words are asked for a round figure, so that only the word is taken from them.
    word = format_compact_decimal(10**size, locale=words).lstrip("1\u00a0\u202f ")
    if words.language == "en":
        word = _ENGLISH_MILLIONS[word]
    figure = (amount / 10**size).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{formats.format_number(figure, locale)}{formats.NBSP}{word}"


def _with_sign_of(currency: str, amount: Decimal, number: str, locale: str) -> str:
    minus = formats.MINUS if amount < 0 else ""
    if not currency:
        return minus + number
    sign, leads = _sign(currency, locale)
    if not leads:
        return f"{minus}{number}{formats.NBSP}{sign}"
    return f"{minus}{sign}{formats.NBSP if sign[-1].isalpha() else ''}{number}"


@lru_cache
def _sign(currency: str, locale: str) -> tuple[str, bool]:
    """The sign of `currency`, and whether it stands before the number as the country writes it."""
    home = formats.number_locale(locale)
    leads = "¤" in home.currency_formats["standard"].prefix[0]
    return _SIGNS.get(currency) or get_currency_symbol(currency, locale=home), leads
