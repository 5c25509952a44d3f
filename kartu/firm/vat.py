"""VAT numbers of the European Union and the United Kingdom: how they look, and their check digits.

Where a country gives numbers of several kinds, those without a public check (mostly of persons) are taken by
their looks. Northern Ireland trades goods as XI, with the number of the United Kingdom behind it.
"""

import re
from collections.abc import Callable

from kartu.firm.check_digits import luhn, mod_11_10, mod_97, weighted


def _down(start: int) -> range:
    return range(start, 1, -1)


def _at(number: str) -> bool:
    digits = number[1:]
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(digits[:7]))
    return (6 - total) % 10 == int(digits[7])


def _be(number: str) -> bool:
    return (97 - int(number[:8]) % 97) == int(number[8:])


def _bg(number: str) -> bool:
    if len(number) == 10:
        return True
    check = weighted(number[:8], range(1, 9)) % 11
    if check == 10:
        check = weighted(number[:8], range(3, 11)) % 11 % 10
    return check == int(number[8])


def _cy(number: str) -> bool:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
    total = sum(odd[int(digit)] if place % 2 == 0 else int(digit) for place, digit in enumerate(number[:8]))
    return chr(ord("A") + total % 26) == number[8]


def _cz(number: str) -> bool:
    if len(number) != 8:
        return True
    return (11 - weighted(number[:7], _down(8)) % 11) % 10 == int(number[7])


def _es(number: str) -> bool:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    if number[0].isdigit() or number[0] in "XYZ":
        whole = str("XYZ".find(number[0])) + number[1:8] if number[0] in "XYZ" else number[:8]
        return letters[int(whole) % 23] == number[8]
    if number[0] in "KLM":
        return letters[int(number[1:8]) % 23] == number[8]
    check = -_digit_sums(number[1:8]) % 10
    return number[8] in (str(check), "JABCDEFGHI"[check])


def _digit_sums(digits: str) -> int:
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))


def _el(number: str) -> bool:
    return weighted(number[:8], (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(number[8])


def _fr(number: str) -> bool:
    key, siren = number[:2], number[2:]
    if not siren.startswith("000") and not luhn(siren):
        return False
    return not key.isdigit() or int(siren + "12") % 97 == int(key)


def _ie(number: str) -> bool:
    if not number[1].isdigit():
        number = f"0{number[2:7]}{number[0]}{number[7:]}"  # the old form, the letter second
    extra = "WABCDEFGHI".find(number[8:] or "W")
    total = weighted(number[:7], _down(8)) + 9 * max(extra, 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == number[7]


def _lt(number: str) -> bool:
    check = sum((1 + place % 9) * int(digit) for place, digit in enumerate(number[:-1])) % 11
    if check == 10:
        check = sum((1 + (place + 2) % 9) * int(digit) for place, digit in enumerate(number[:-1])) % 11 % 10
    return check == int(number[-1])


def _lv(number: str) -> bool:
    return number[0] in "0123" or weighted(number, (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)) % 11 == 3


def _nl(number: str) -> bool:
    digits = number[:9]
    by_eleven = (weighted(digits[:8], _down(9)) - int(digits[8])) % 11 == 0
    return by_eleven or mod_97("NL" + number) == 1


def _pt(number: str) -> bool:
    check = 11 - weighted(number[:8], _down(9)) % 11
    return (0 if check > 9 else check) == int(number[8])


def _ro(number: str) -> bool:
    return weighted(number[:-1].zfill(9), (7, 5, 3, 2, 1, 7, 5, 3, 2)) * 10 % 11 % 10 == int(number[-1])


def _si(number: str) -> bool:
    check = 11 - weighted(number[:7], _down(8)) % 11
    return check != 11 and check % 10 == int(number[7])


def _gb(number: str) -> bool:
    number = number.removeprefix("XI")
    total = weighted(number[:7], _down(8)) + int(number[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _sum_is_divisible(weights: tuple[int, ...], by: int) -> Callable[[str], bool]:
    return lambda number: weighted(number, weights) % by == 0


# Country -> prefix of its numbers, what follows it, the check, an example.
_RULES: dict[str, tuple[str, str, Callable[[str], bool], str]] = {
    "AT": ("AT", r"U\d{8}", _at, "ATU13585627"),
    "BE": ("BE", r"[01]\d{9}", _be, "BE0403019261"),
    "BG": ("BG", r"\d{9,10}", _bg, "BG175074752"),
    "CY": ("CY", r"\d{8}[A-Z]", _cy, "CY10259033P"),
    "CZ": ("CZ", r"\d{8,10}", _cz, "CZ25123891"),
    "DE": ("DE", r"[1-9]\d{8}", mod_11_10, "DE136695976"),
    "DK": ("DK", r"\d{8}", _sum_is_divisible((2, 7, 6, 5, 4, 3, 2, 1), 11), "DK13585628"),
    "EE": ("EE", r"\d{9}", _sum_is_divisible((3, 7, 1, 3, 7, 1, 3, 7, 1), 10), "EE100931558"),
    "ES": ("ES", r"[A-Z]\d{7}[A-Z\d]|\d{8}[A-Z]", _es, "ESB58378431"),
    "FI": ("FI", r"\d{8}", _sum_is_divisible((7, 9, 10, 5, 8, 4, 2, 1), 11), "FI20774740"),
    "FR": ("FR", r"[A-HJ-NP-Z\d]{2}\d{9}", _fr, "FR40303265045"),
    "GR": ("EL", r"\d{9}", _el, "EL094259216"),
    "HR": ("HR", r"\d{11}", mod_11_10, "HR33392005961"),
    "HU": ("HU", r"\d{8}", _sum_is_divisible((9, 7, 3, 1, 9, 7, 3, 1), 10), "HU12892312"),
    "IE": ("IE", r"\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W]", _ie, "IE6433435F"),
    "IT": ("IT", r"\d{11}", luhn, "IT00743110157"),
    "LT": ("LT", r"\d{9}|\d{12}", _lt, "LT119511515"),
    "LU": ("LU", r"\d{8}", lambda number: int(number[:6]) % 89 == int(number[6:]), "LU15027442"),
    "LV": ("LV", r"\d{11}", _lv, "LV40003521600"),
    "MT": ("MT", r"\d{8}", _sum_is_divisible((3, 4, 6, 7, 8, 9, 10, 1), 37), "MT11679112"),
    "NL": ("NL", r"\d{9}B\d{2}", _nl, "NL004495445B01"),
    "PL": ("PL", r"\d{10}", _sum_is_divisible((6, 5, 7, 2, 3, 4, 5, 6, 7, -1), 11), "PL8567346215"),
    "PT": ("PT", r"[1-9]\d{8}", _pt, "PT501964843"),
    "RO": ("RO", r"[1-9]\d{1,9}", _ro, "RO18547290"),
    "SE": ("SE", r"\d{10}01", lambda number: luhn(number[:10]), "SE123456789701"),
    "SI": ("SI", r"[1-9]\d{7}", _si, "SI50223054"),
    "SK": ("SK", r"[1-9]\d[2-47-9]\d{7}", lambda number: int(number) % 11 == 0, "SK2022749619"),
    "GB": ("GB", r"(?:XI)?\d{9}(?:\d{3})?", _gb, "GB980780684"),
}

EUROPEAN_UNION = frozenset(_RULES) - {"GB"}
COUNTRIES = frozenset(_RULES)


def example(country: str) -> str:
    return _RULES[country][3]


def without_prefix(country: str, number: str) -> str:
    """`number` (capitals and digits) without the country's letters, GR and EL alike."""
    prefix, form, _check, _example = _RULES[country]
    for letters in (prefix, country):
        bare = number.removeprefix(letters)
        if bare != number and re.fullmatch(form, bare, re.ASCII):
            return bare
    return number


def with_prefix(country: str, number: str) -> str:
    """The number of `without_prefix` as it stands on papers."""
    return number if number.startswith("XI") else _RULES[country][0] + number


def looks_right(country: str, number: str) -> bool:
    """Whether a number without its prefix has the form of `country`."""
    return re.fullmatch(_RULES[country][1], number, re.ASCII) is not None


def check_is_right(country: str, number: str) -> bool:
    """Whether the check of a number that looks right comes out."""
    return _RULES[country][2](number)
