"""Countries as people write them."""

from functools import cache

from kartu.core.text import fold
from kartu.firm import countries


def country_code(text: str) -> str:
    """The ISO code of a country given by its code or its name in one of our languages; empty for any other text."""
    if not text:
        return ""
    text = text.strip()
    if len(text) == 2 and text.isascii() and countries.country(text.upper()):
        return text.upper()
    return _by_name().get(fold(text), "")


@cache
def _by_name() -> dict[str, str]:
    """Folded name -> code in en, id and ru, with the names that people use instead of the proper ones."""
    known = {fold(name): code for locale in ("en", "id", "ru") for code, name in countries.choices(locale)}
    usual = {
        "usa": "US", "u.s.a.": "US", "united states of america": "US", "сша": "US", "uk": "GB", "england": "GB",
        "англия": "GB", "рф": "RU", "российская федерация": "RU", "russian federation": "RU", "белоруссия": "BY",
        "rusia": "RU", "republik indonesia": "ID", "republic of indonesia": "ID", "uae": "AE", "оаэ": "AE",
    }  # fmt: skip
    return known | usual
