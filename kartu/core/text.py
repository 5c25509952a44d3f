"""Text made comparable: for finding, for sorting, by its digits, by its sound.

All four are made in Python and stored, so that SQLite and PostgreSQL find and sort alike. None of them is
ever shown. None merges look-alikes: the Cyrillic "а" and the Latin "a" stay two letters in `fold`.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")
# Of these nothing but case and ё is to be folded; nearly every text a firm has is made of them.
_ORDINARY = re.compile("[ -~А-яЁё«»\u2013\u2014\u00a0]*")


def fold(text: str) -> str:
    """`text` as it is compared: compatibility forms, case, ё and spaces no longer differ.

    The one rule: invisible marks out, NFKC, casefold, ё -> е, every run of white space and control
    characters -> one space, none at the ends. Accents stay: "é" is not "e". Folding twice changes nothing.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if _ORDINARY.fullmatch(text):
        return " ".join(text.lower().replace("ё", "е").split())
    return _fold_anything(text)


# Cities, first names, words of lists: the same few thousand come again and again.
_SHORT = 40
_fold_short = lru_cache(maxsize=8192)(_fold)


def _fold_anything(text: str) -> str:
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    # Case folding may leave a decomposed or compatible form behind ("ǰ", "ͺ"), hence the second round.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    text = _INVISIBLE.sub("", text)
    while "ё" in text:  # taking its dots away may bring a further mark to the letter
        text = unicodedata.normalize("NFKC", text.replace("ё", "е"))
    return " ".join(text.split())


_MARKS_ON_LATIN = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_LETTERS_WITHOUT_MARKS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# Neighbours of Russian, sorted with the Russian letter that readers look for them at.
_CYRILLIC_NEIGHBOURS = str.maketrans("іїєґўәғқңөұүһ", "ииегуагкноуух")


def plain(text: str) -> str:
    """`fold`, and Latin letters without their accents; й stays й."""
    text = fold(text)
    if _ORDINARY.fullmatch(text):
        return text
    text = _MARKS_ON_LATIN.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text).translate(_LETTERS_WITHOUT_MARKS)


def sort_key(text: str) -> str:
    """What `text` is sorted by: «Ромашка» stands at Р, "PT" at p, Édouard beside Edouard.

    Compare keys code point by code point (`fields.FoldedField` makes both databases do so). A name of
    nothing but signs keeps them, so that only an empty name has an empty key.
    """
    key = searched(text)
    for start, letter in enumerate(key):
        if letter.isalnum():
            return key[start:]
    return key


def searched(text: str) -> str:
    """What a `sort_key` has in it where the text that it was made of has `text`."""
    return plain(text).translate(_CYRILLIC_NEIGHBOURS)


def digits(text: str) -> str:
    """The decimal digits of `text`, of whatever script, as ASCII: "+7 (912) ٣٤" -> "791234"."""
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def whole(text: str) -> int:
    """The number that `text` is; 0, which no row has, for anything else and for what no row can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


# The Latin skeleton in which all usual spellings of a name meet. Capital letters are sounds already settled:
# C = ч, ц, ts; X = ш, щ, sh; J = ж, zh, dj. Q, K and Y are Latin spellings that may be read in two ways.

_CYRILLIC = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхцчшщыэ", "abvgdeJziiklmnoprstufhCCXXie", strict=True))
    | dict(zip("іїєґўәғқңөұүһјљњђћџѓќѕ", "iieguagknouuhilnJCJgkz", strict=True))
    | {"ю": "iu", "я": "ia", "ъ": "", "ь": ""}
)
_LATIN = str.maketrans({"š": "X", "ş": "X", "ș": "X", "ž": "J", "č": "C", "ć": "C", "ç": "C", "ţ": "C", "ț": "C"})
_SILENT = re.compile("(?<=[^\\W\\d_])['’ʹʼ`´\"ʺ](?![\"'])")

# Longest first: a group eats what a shorter one would have torn apart.
_GROUPS = {
    "schtsch": "X", "shch": "X", "tsch": "C", "sch": "X", "tch": "C", "shh": "X", "dzh": "J", "ch": "Q", "ck": "k",
    "sh": "X", "zh": "J", "kh": "h", "ph": "f", "tz": "C", "tj": "C", "dj": "J", "j": "Y", "x": "ks", "q": "k",
    "w": "v", "y": "i",
}  # fmt: skip
_GROUP = re.compile("|".join(_GROUPS))
_SOFT_C = re.compile("c(?=[ei])")
# Each reading of a doubtful spelling, the likelier first: Victor or Cahaya, Chaika or Achmad, Jakarta or Jusuf.
_READINGS = {"K": "kC", "Q": "Ch", "Y": "Ji"}

# Done to both scripts once they are in Latin, in this order: then looseness never parts them.
_LOOSE = [
    (re.compile("t[sC]"), "C"),
    (re.compile("[sX]C"), "X"),
    (re.compile("dJ"), "J"),
    (re.compile("([bdgrt])h"), r"\1"),
    (re.compile("i+[eo]"), "e"),
    (re.compile("o[eu]"), "u"),
    (re.compile(r"([^\W\d])\1+"), r"\1"),
]
_WORD = re.compile(r"[^\W_]+")


def sound(text: str) -> str:
    """The sound of `text`, word by word: "Щербаков" and "Shcherbakov" both give "xerbakov".

    Where a Latin letter may be read in several ways this is the likeliest one; `sounds` knows them all.
    """
    return " ".join(readings[0] for readings in sounds(text))


def sounds(text: str) -> list[list[str]]:
    """For each word of `text` all its sounds, the likeliest first; two words meet when they share one.

    A word has at most eight: c before a, o, u or a consonant is k (Victor) or ch (Cahaya), ch is ch (Chaika)
    or h (Achmad), j is zh (Jakarta) or y (Jusuf).
    """
    folded = _SILENT.sub("", fold(text))
    if not folded.isascii():
        folded = unicodedata.normalize("NFD", folded.translate(_LATIN))
        folded = unicodedata.normalize("NFC", _MARKS_ON_LATIN.sub("", folded))
        folded = folded.translate(_LETTERS_WITHOUT_MARKS)
    return [_readings(word) for word in _WORD.findall(folded)]


@lru_cache(maxsize=16384)  # first names and legal forms come again and again in an import
def _readings(word: str) -> list[str]:
    if not word.isascii():
        word = word.translate(_CYRILLIC)
    word = _GROUP.sub(lambda group: _GROUPS[group[0]], word)
    word = _SOFT_C.sub("C", word).replace("c", "K")
    doubtful = [mark for mark in _READINGS if mark in word]
    readings = []
    for choice in product(*(_READINGS[mark] for mark in doubtful)):
        reading = word
        for mark, letter in zip(doubtful, choice, strict=True):
            reading = reading.replace(mark, letter)
        readings.append(_loosen(reading))
    return list(dict.fromkeys(readings))


def _loosen(word: str) -> str:
    for pattern, replacement in _LOOSE:
        word = pattern.sub(replacement, word)
    return word.lower()
