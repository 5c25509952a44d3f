"""Names of people of any shape, and names of companies with and without their legal form.

A name is never forced into parts: "Sukarno" and "Ayu Lestari" are whole names. Where it does divide (a Russian
full name, "Ivanov I.I.", a western first and last name), the parts are told apart and can be put together again.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from kartu.core.text import fold

# --- people ------------------------------------------------------------------------------------------

_SALUTATIONS = {
    "bapak", "bpk", "pak", "ibu", "bu", "sdr", "sdri", "saudara", "saudari", "mas", "mbak", "kak", "tn", "ny", "nn",
    "mr", "mrs", "ms", "miss", "herr", "frau",
    "г-н", "г-жа", "гн", "гжа", "господин", "госпожа",
}  # fmt: skip
_TITLES_BEFORE = {"ir", "dr", "drs", "dra", "drg", "prof", "h", "hj", "kh", "ust", "ing", "проф", "д-р", "акад"}
_TITLES_BEHIND = {
    "st", "se", "sh", "si", "mm", "mt", "mh", "msi", "mkom", "skom", "spd", "mpd", "sos", "ssos", "ak", "ca", "cpa",
    "amd", "mba", "msc", "ma", "ba", "bsc", "phd", "jr", "sr", "ii", "iii", "esq", "sked", "mkes", "ssi", "sag", "mag",
    "ip", "spog", "spa", "spd-kgh",
}  # fmt: skip
_PARTICLES = {
    "van",
    "der",
    "den",
    "de",
    "von",
    "zu",
    "da",
    "di",
    "del",
    "la",
    "le",
    "dos",
    "bin",
    "binti",
    "ter",
    "ten",
}
# Where the family name is said and written first.
_FAMILY_FIRST = {"RU", "BY", "UA", "KZ", "KG", "UZ", "TJ", "TM", "AM", "AZ", "GE", "HU", "CN", "TW", "JP", "KR", "VN"}
# Where most people have no family name.
_WHOLE_NAMES = {"ID", "MM", "IS", "AF"}

_PATRONYMIC = re.compile(
    "(?:[оеё]вич|[оеё]вна|ьич|[кмт]ич|инична|ична|оглы|кызы|улы|ovich|evich|yevich|ovna|evna|yevna|ichna|ogly|kyzy)$"
)
_FAMILY = re.compile(
    "(?:[оеё]ва?|[иы]на?|[цс]к(?:ий|ая|ой)|ых|их|енко|чук|щук|юк|ук|ко|ян|дзе|швили|ец|ман|"
    "ova?|eva?|yova?|ina?|yna?|sk(?:y|iy|ii|ij|aya|aia)|tsky|enko|chuk|yan|dze|shvili)$"
)
_GIVEN = frozenset(
    map(
        fold,
        (
            "азат айгуль айдар александр александра алексей алена алина алия алла алёна анастасия анатолий андрей "
            "анна антон антонина арина аркадий арсений артем артур артём богдан борис вадим валентин валентина "
            "валерий валерия варвара василий вера вероника виктор виктория виталий влад владимир владислав "
            "вячеслав галина геннадий георгий герман глеб григорий гульнара дамир даниил данил данила дарья денис "
            "диана динара дмитрий ева евгений евгения егор екатерина елена елизавета ефим жанна захар зинаида зоя "
            "иван игорь ильдар илья инна ирина карина кирилл константин ксения лариса лев леонид лидия лилия "
            "любовь людмила майя максим марат маргарита марина мария марк матвей михаил надежда назар наиль "
            "наталия наталья никита николай нина оксана олег олеся ольга павел петр полина пётр раиса рашид "
            "регина ринат роман руслан рустам светлана святослав семен семён сергей софия софья станислав степан "
            "тагир таисия тамара татьяна тимофей тимур ульяна федор фёдор эдуард элина эльвира эльмира эмма юлия "
            "юрий яков ян яна ярослав "
        ).split(),
    )
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_INITIAL = re.compile(r"[^\W\d_]\.")
_GLUED_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,3}")


@dataclass(frozen=True)
class PersonName:
    """A person's name. `whole` is the name without salutation and titles; the parts are empty where it is one thing."""

    whole: str
    family: str = ""
    given: str = ""
    patronymic: str = ""
    salutation: str = ""
    title: str = ""

    def in_order(self, country: str) -> str:
        """As `country` writes a full name: "Иванов Иван Иванович", "John Smith", "Ayu Lestari"."""
        if not self.family:
            return self.whole
        family_first = country in _FAMILY_FIRST
        parts = (
            [self.family, self.given, self.patronymic] if family_first else [self.given, self.patronymic, self.family]
        )
        return " ".join(filter(None, parts))

    def short(self) -> str:
        """For lists and signatures: "Иванов И. И.", "Smith J."; a name that does not divide stays whole."""
        if not self.family:
            return self.whole
        letters = [f"{part[0].upper()}." for part in (self.given, self.patronymic) if part]
        return "\u00a0".join([self.family, *letters])

    def to_speak_to(self) -> str:
        """How one addresses the person: "Иван Иванович", "Bapak Budi Santoso", "Ms Smith"."""
        has_given = self.given and not _INITIAL.fullmatch(self.given)
        if has_given and self.patronymic:
            return f"{self.given} {self.patronymic}"
        if self.salutation:
            return f"{self.salutation} {self.family or self.whole}"
        return self.given if has_given else self.whole


def split_person(text: str, country: str = "") -> PersonName:
    """The parts of a person's name, as far as it divides; nothing of the name is ever lost.

    `country` is where the person (or the firm) is: it decides on names that could be read in two ways.
    """
    salutation, words = _take(text.split(), _SALUTATIONS)
    titles, words = _take(words, _TITLES_BEFORE)
    words, suffixes = _without_suffixes(words, country)
    title = ", ".join(filter(None, [titles, suffixes]))
    name = PersonName(" ".join(words), salutation=salutation, title=title)
    words = [piece for word in words for piece in _unglued(word)]
    if len(words) < 2:
        return name
    if words[0].endswith(","):
        return _part(name, [words[0].rstrip(",")], words[1:])
    return _divide(name, words, country)


def _unglued(word: str) -> list[str]:
    """ "И.И." in two."""
    return re.findall(r"[^.]\.", word) if _GLUED_INITIALS.fullmatch(word) else [word]


def _take(words: list[str], known: set[str]) -> tuple[str, list[str]]:
    """Leading words that are `known`, and the rest, of which at least one word stays."""
    count = 0
    while count < len(words) - 1 and fold(words[count]).rstrip(".") in known:
        count += 1
    return " ".join(words[:count]), words[count:]


def _without_suffixes(words: list[str], country: str) -> tuple[list[str], str]:
    """Words without the titles behind the name ("Budi Santoso, S.T., M.M."), and these."""
    count = len(words)
    while count > 1 and _is_suffix(words[count - 1], words[count - 2], country):
        count -= 1
    if count == len(words):
        return words, ""
    kept = [*words[: count - 1], words[count - 1].rstrip(",")]
    return kept, " ".join(words[count:])


def _is_suffix(word: str, before: str, country: str) -> bool:
    """A known title: behind a comma, or long enough to be no name. "Budi S.T." has one, "Ivanov S.T." initials."""
    bare = word.rstrip(",")
    if fold(bare).replace(".", "") not in _TITLES_BEHIND:
        return False
    if before.endswith(","):
        return True
    return country in _WHOLE_NAMES if _GLUED_INITIALS.fullmatch(bare) else len(bare) > 2


def _divide(name: PersonName, words: list[str], country: str) -> PersonName:
    if initials := [word for word in words if _INITIAL.fullmatch(word)]:
        return _part(name, [word for word in words if word not in initials], initials)
    is_russian = bool(_CYRILLIC.search(name.whole))
    folded = [fold(word) for word in words]
    if len(words) == 3 and _PATRONYMIC.search(folded[2]):
        return replace(name, family=words[0], given=words[1], patronymic=words[2])
    if len(words) == 3 and _PATRONYMIC.search(folded[1]) and (is_russian or country in _FAMILY_FIRST):
        return replace(name, given=words[0], patronymic=words[1], family=words[2])
    if len(words) == 2 and is_russian:
        return _two_russian_words(name, words, folded)
    if country in _WHOLE_NAMES or not country:
        return name
    if country in _FAMILY_FIRST:
        family_last = not is_russian and _FAMILY.search(folded[-1]) and not _FAMILY.search(folded[0])
        return _part(name, words[-1:], words[:-1]) if family_last else _part(name, words[:1], words[1:])
    return _western(name, words, folded)


def _two_russian_words(name: PersonName, words: list[str], folded: list[str]) -> PersonName:
    """ "Иван Петрович", "Иванов Иван", "Иван Иванов": known first names decide, then the endings, then custom."""
    if _PATRONYMIC.search(folded[1]) and folded[0] in _GIVEN:
        return replace(name, given=words[0], patronymic=words[1])
    first_is_given = folded[0] in _GIVEN and folded[1] not in _GIVEN
    second_looks_family = _FAMILY.search(folded[1]) and not _FAMILY.search(folded[0]) and folded[1] not in _GIVEN
    if first_is_given or second_looks_family:
        return _part(name, words[1:], words[:1])
    return _part(name, words[:1], words[1:])


def _western(name: PersonName, words: list[str], folded: list[str]) -> PersonName:
    start = len(words) - 1
    while start > 1 and folded[start - 1] in _PARTICLES:
        start -= 1
    return _part(name, words[start:], words[:start])


def _part(name: PersonName, family: list[str], rest: list[str]) -> PersonName:
    """`name` with its family words, and the rest: a given name, or initials (given, patronymic)."""
    if not family or not rest:
        return name
    has_two_initials = len(rest) == 2 and all(_INITIAL.fullmatch(word) for word in rest)
    given, patronymic = (rest[0], rest[1]) if has_two_initials else (" ".join(rest), "")
    whole = name.whole.replace(",", "", 1) if name.whole.split()[0].endswith(",") else name.whole
    return replace(name, whole=whole, family=" ".join(family), given=given, patronymic=patronymic)


def initials(text: str) -> str:
    """One or two capitals that stand for a person or a company in a small circle."""
    form, name = split_company(text)
    words = re.findall(r"[^\W_]+", name if form else split_person(text).whole) or ["?"]
    letters = words[0][0] + (words[1][0] if len(words) > 1 else "")
    return letters.upper()[:2]


# --- companies -----------------------------------------------------------------------------------------

# The form as it is written -> all its spellings, folded, without dots. Those that stand before the name:
_LEADING: dict[str, tuple[str, ...]] = {
    "PT": ("pt", "perseroan terbatas"), "CV": ("cv",), "UD": ("ud", "usaha dagang"), "PD": ("pd",),
    "Firma": ("firma",), "Koperasi": ("koperasi",), "Yayasan": ("yayasan",), "Perum": ("perum",),
    "ООО": ("ооо", "общество с ограниченной ответственностью"), "ИП": ("ип", "индивидуальный предприниматель"),
    "ОАО": ("оао", "открытое акционерное общество"), "ЗАО": ("зао", "закрытое акционерное общество"),
    "ПАО": ("пао", "публичное акционерное общество"), "НАО": ("нао", "непубличное акционерное общество"),
    "АО": ("ао", "акционерное общество"), "НКО": ("нко",), "АНО": ("ано",), "ТОО": ("тоо",), "ЧП": ("чп",),
    "ГУП": ("гуп",), "МУП": ("муп",), "ФГУП": ("фгуп",), "ТСЖ": ("тсж",), "КФХ": ("кфх",),
    "OOO": ("ooo",), "OAO": ("oao",), "ZAO": ("zao",), "PAO": ("pao",),
    "UAB": ("uab",), "SIA": ("sia",), "OÜ": ("oü",),
}  # fmt: skip
# ... and those that stand behind it only: "AS Roma" and "Co Working" are names.
_TRAILING: dict[str, tuple[str, ...]] = {
    "Tbk": ("tbk", "(tbk)"), "Persero": ("persero", "(persero)"),
    "LLC": ("llc", "limited liability company"), "Ltd": ("ltd", "limited"), "Inc": ("inc", "incorporated"),
    "Corp": ("corp", "corporation"), "Co": ("co", "company", "& co", "and co"), "LLP": ("llp",), "LP": ("lp",),
    "PLC": ("plc",), "Pte": ("pte",), "Pty": ("pty",), "Sdn Bhd": ("sdn bhd",), "Bhd": ("bhd",),
    "GmbH": ("gmbh", "gesellschaft mit beschränkter haftung"), "AG": ("ag",), "KG": ("kg",), "OHG": ("ohg",),
    "UG": ("ug",), "e.K.": ("ek",), "BV": ("bv",), "NV": ("nv",), "VOF": ("vof",), "SRL": ("srl",), "SpA": ("spa",),
    "SA": ("sa",), "SAS": ("sas",), "SARL": ("sarl",), "SL": ("sl",), "Lda": ("lda",), "Ltda": ("ltda",),
    "Oy": ("oy",), "AB": ("ab",), "AS": ("as",), "ApS": ("aps",), "A/S": ("a/s",), "AO": ("ao",), "IP": ("ip",),
    "Sp. z o.o.": ("sp z oo", "spółka z ograniczoną odpowiedzialnością"), "s.r.o.": ("sro",),
    "Kft": ("kft",), "Zrt": ("zrt",), "d.o.o.": ("doo",), "EOOD": ("eood",), "OOD": ("ood",),
}  # fmt: skip


def _by_spelling(forms: dict[str, tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    return {tuple(spelling.split()): form for form, spellings in forms.items() for spelling in spellings}


_AT_START = _by_spelling(_LEADING)
_AT_END = _by_spelling(_LEADING | _TRAILING)
_LONGEST = max(map(len, _AT_END))
_QUOTES = re.compile("[«»\"“”„‟'‘’`]")
_DOTS = re.compile(r"(?<=\w)\.(?=\w|$|[\s,)])")
_SIGNS = re.compile(r"[^\w\s&/()+-]|(?<!\w)[-+/]|[-+/](?!\w)")


@lru_cache(maxsize=1024)  # a row of an import asks for its company again and again
def split_company(text: str) -> tuple[str, str]:
    """(legal form, the rest as it was written): ("ООО", "Ромашка"); the form is empty where there is none.

    A name that is nothing but a legal form is a name.
    """
    words = text.split()
    bare = [_bare(word) for word in words]
    found = ""
    while hit := _form_at(bare, start=True) or _form_at(bare, start=False):
        form, rest = hit
        words, bare, found = words[rest], bare[rest], found or form
    name = " ".join(words).strip(" ,;-–—")
    return found, _unquoted(name) or name


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    return _DOTS.sub("", _QUOTES.sub("", fold(word))).strip(",;")


def _form_at(bare: list[str], *, start: bool) -> tuple[str, slice] | None:
    """The longest legal form at the start or at the end, and what is left; at least one word is."""
    for count in range(min(_LONGEST, len(bare) - 1), 0, -1):
        if form := (_AT_START if start else _AT_END).get(tuple(bare[:count] if start else bare[-count:])):
            return form, slice(count, None) if start else slice(None, -count)
    return None


def _unquoted(name: str) -> str:
    """Without the quotes around the whole name; those inside stay."""
    inner = name[1:-1]
    return (
        inner.strip()
        if len(name) > 2 and _QUOTES.match(name[0]) and _QUOTES.match(name[-1]) and '"' not in inner
        else ""
    )


@lru_cache(maxsize=1024)
def company_key(text: str) -> str:
    """What two spellings of one company share: folded, without legal form, quotes and punctuation.

    "ООО «Ромашка»", 'Ромашка, ООО' and "РОМАШКА" give "ромашка".
    """
    _form, name = split_company(text)
    return " ".join(_SIGNS.sub(" ", _QUOTES.sub("", _DOTS.sub("", fold(name)))).split()) or fold(text)
