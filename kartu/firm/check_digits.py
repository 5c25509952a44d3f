"""The arithmetic of check digits. Every function takes digits that have been looked at already."""

from collections.abc import Iterable


def weighted(digits: str, weights: Iterable[int]) -> int:
    """The sum of each digit times its weight; weights beyond the digits are left out."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def luhn(digits: str) -> bool:
    """The check of bank cards: every second digit from the right counts twice."""
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def mod_97(text: str) -> int:
    """ISO 7064 MOD 97-10 of letters and digits, letters counting from A = 10."""
    return int("".join(str(int(sign, 36)) for sign in text)) % 97


def mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10, as Germany and Croatia use it."""
    rest = 10
    for digit in digits[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(digits[-1])) % 10 == 1
