"""What people call a file, made harmless: never a path, never something that reads other than it is."""

import re
import unicodedata

LONGEST = 180
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(given: str) -> str:
    """The last part of a path, without control characters and without those that turn the direction of reading.

    A character taken out leaves a visible mark, so that `inv<RLO>xcod.exe` cannot pass for `invexe.docx`.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    shown = "".join("␀" if unicodedata.category(letter) in _NOT_SHOWN else letter for letter in last).strip(" .")
    if len(shown) > LONGEST:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[: LONGEST - len(ending) - 2]}…{dot}{ending}" if dot and len(ending) < 12 else shown[:LONGEST]
    return shown or "file"
