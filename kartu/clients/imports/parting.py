"""A whole address in one cell, parted: what can be told for sure goes into its field, all else stays in the street.

Each country's way of writing is a rule that takes pieces of the line (between commas) out of it. Nothing is guessed:
two pieces that could be the city leave both where they are. Nothing is lost: the only words that no field repeats are
those that the field itself says ("г.", "Kota", the name of the country).
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kartu.clients.imports.countries import country_code
from kartu.core.text import fold

PLACES_FILE = Path(__file__).parent.parent / "data" / "places.toml"
BETWEEN = re.compile(r"\s*[,;\n]\s*")
# Names of countries that are names of towns or states too.
UNSURE_COUNTRIES = frozenset(
    "georgia jersey singapore singapura monaco luxembourg gibraltar djibouti panama guatemala kuwait mexico macau "
    "сингапур монако люксембург гибралтар джибути панама гватемала кувейт".split()
)
SHORT_COUNTRIES = frozenset(("us", "uk", "рф"))
# Where the postcode stands before the town, in one piece: "10115 Berlin".
CODE_FIRST = frozenset("DE AT CH FR ES IT NL BE DK SE NO FI PL CZ SK PT GR TR MY RS HR SI".split())


@dataclass(frozen=True)
class Parted:
    """`country` is its code; `left_out` are the words that no field repeats."""

    street: str
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    left_out: tuple[str, ...] = ()


@dataclass
class Line:
    """The line between its commas, with what has been taken out of it."""

    pieces: list[str]
    found: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def take(self, part: str, at: int, value: str = "", rest: str = "") -> None:
        """Piece `at`, or `value` in it, is the `part`; `rest` of the piece stays, other words are left out."""
        piece = self.pieces[at]
        value = value or piece
        self.found[part] = value
        others = piece.replace(value, " ", 1)
        if rest:
            others = others.replace(rest, " ", 1)
        self.left_out += others.split()
        self.pieces[at] = rest

    def only(self, fits: Callable[[str], bool]) -> int | None:
        """The one piece that fits; None where there is none, or more than one."""
        found = [at for at, piece in enumerate(self.pieces) if piece and fits(piece)]
        return found[0] if len(found) == 1 else None

    @property
    def last(self) -> int:
        return max((at for at, piece in enumerate(self.pieces) if piece), default=-1)

    def before(self, at: int) -> int | None:
        """The filled piece before `at`."""
        return max((each for each in range(at) if self.pieces[each]), default=None)


def parted(whole: str, home: str) -> Parted:
    """`whole` as its parts; `home` is the country in whose way it is written where the line does not show another."""
    line = Line([piece for piece in BETWEEN.split(whole.strip()) if piece])
    country = _country(line)
    rule = _rule_of(line, country, home)
    if rule:
        rule(line)
    if not line.found:
        return Parted(whole)
    street = ", ".join(piece for piece in line.pieces if piece)
    return Parted(street, **line.found, left_out=tuple(line.left_out))


@cache
def names(country: str, kind: str) -> frozenset[str]:
    """Known names of a country's `regions` or `cities`."""
    with open(PLACES_FILE, "rb") as file:
        return frozenset(tomllib.load(file).get(country, {}).get(kind, ()))


def _country(line: Line) -> str:
    """The country whose name is the last piece, or the first, but for a postcode; it leaves the line."""
    if len(line.pieces) < 2:
        return ""
    first = 1 if line.pieces[0].isdecimal() else 0
    for at in (len(line.pieces) - 1, first):
        name, code = re.fullmatch(r"(.*?)\s*(\d{4,6})?", line.pieces[at]).groups()
        known = fold(name)
        is_sure = known not in UNSURE_COUNTRIES and (len(known) > 2 or known in SHORT_COUNTRIES)
        if name and is_sure and (found := country_code(name)):
            line.found["country"] = found
            line.left_out += name.split()
            line.pieces[at] = code or ""
            line.pieces = [piece for piece in line.pieces if piece]
            return found
    return ""


def _rule_of(line: Line, country: str, home: str) -> Callable[[Line], None] | None:
    text = ", ".join(line.pieces)
    if country:
        return BY_COUNTRY.get(country) or (code_first if country in CODE_FIRST else None)
    if CYRILLIC.search(text):
        return russian
    if any(pattern.search(text) for pattern in (AMERICAN, CANADIAN, AUSTRALIAN)):
        return state_and_code
    if BRITISH.search(text):
        return british
    if home == "ID" or INDONESIAN.search(text):
        return indonesian
    return code_first if home in CODE_FIRST else None


# ---- Russia and its neighbours

CYRILLIC = re.compile(r"[А-Яа-яЁё]{3}")
A_NAME = r"[А-ЯЁ][а-яёА-ЯЁ]+(?:[- ][а-яёА-ЯЁ]+){0,3}"
STREETS = r"ул|улица|пр-т|пр-кт|просп|проспект|пер|переулок|ш|шоссе|наб|б-р|бульвар|пл|площадь|пр-д|проезд|мкр|д|дом"
CITY_BEFORE = re.compile(rf"(?:г\.\s*|г\s+|гор\.\s*|город\s+)({A_NAME}?)(?:\s+((?:{STREETS})[. ].*))?", re.IGNORECASE)
CITY_AFTER = re.compile(rf"({A_NAME})\s+г\.?")
VILLAGE = re.compile(
    rf"(?:пгт\.?|пос\.|пос[её]лок|п\.|рп\.?|р\.\s?п\.|с\.|село|дер\.|деревня|д\.|ст-ца|станица|х\.|хутор|аул)\s*{A_NAME}"
)
RUSSIAN_REGION = re.compile(
    r"[^\d]+\s(?:обл\.?|область|край|респ\.?|республика|АО|автономн\w+ о\w+)(?:\s*[-–—]\s*[А-ЯЁ][а-яё]+)?"
    r"|(?:респ\.?|республика)\s[^\d]+",
    re.IGNORECASE,
)


def russian(line: Line) -> None:
    """The postcode in front, "обл." and "г." beside the names; a village only where no town is named."""
    if (at := line.only(lambda piece: re.match(r"\d{6}(?:\s|$)", piece))) is not None:
        line.take("postcode", at, line.pieces[at][:6], line.pieces[at][6:].strip())
    elif (at := line.only(lambda piece: re.search(r"(?<![\d№-])\b\d{6}$", piece))) is not None:
        before = line.pieces[at][:-6].strip()
        if not before or _is_russian_place(before):
            line.take("postcode", at, line.pieces[at][-6:], before)
    if (at := line.only(_is_russian_region)) is not None:
        line.take("region", at)
    if (at := line.only(_is_russian_city)) is not None:
        piece = line.pieces[at]
        if match := CITY_BEFORE.fullmatch(piece):
            line.take("city", at, match[1], match[2] or "")
        else:
            after = CITY_AFTER.fullmatch(piece)
            line.take("city", at, after[1] if after else "")
    elif not any(_is_russian_city(piece) for piece in line.pieces if piece):
        if (at := line.only(lambda piece: VILLAGE.fullmatch(piece))) is not None:
            line.take("city", at)


def _is_russian_region(piece: str) -> bool:
    return bool(RUSSIAN_REGION.fullmatch(piece)) or fold(piece) in names("RU", "regions")


def _is_russian_city(piece: str) -> bool:
    match = CITY_BEFORE.fullmatch(piece)
    return bool((match and match[1]) or CITY_AFTER.fullmatch(piece)) or fold(piece) in names("RU", "cities")


def _is_russian_place(piece: str) -> bool:
    return _is_russian_city(piece) or _is_russian_region(piece)


# ---- Indonesia

INDONESIAN = re.compile(r"\b(?:jl|jln|jalan|gg|rt|rw|kel|kec|kab|kota|desa|kelurahan|kecamatan)\b[. ]", re.IGNORECASE)
CODE_WORD = r"(?:kode\s?pos|kodepos)?[\s.:-]*"
ENDS_WITH_CODE = re.compile(rf"(?P<rest>.*?)[\s.-]*{CODE_WORD}(?P<code>\d{{5}})", re.IGNORECASE)
PLACE_WORD = re.compile(r"(?:kota(?:madya)?|kab(?:upaten)?|kec(?:amatan)?|kel(?:urahan)?|desa)\b[. ]", re.IGNORECASE)
TOWN = re.compile(r"(?:kota|kotamadya)\s+(?P<name>[^\d]+)", re.IGNORECASE)
DISTRICT = re.compile(r"kab(?:upaten\s|\.\s*|\s)[^\d]+", re.IGNORECASE)
PROVINCE = re.compile(r"prov(?:insi\s|\.\s*|\s)(?P<name>[^\d]+)", re.IGNORECASE)


def indonesian(line: Line) -> None:
    """Street, RT/RW, Kel., Kec., town, province, postcode; the smaller ones stay in the street."""
    at = line.only(_ends_with_code)
    if at is not None:
        _take_code(line, at)
    at = _indonesian_city(line)
    _indonesian_region(line, at)
    if at is not None:
        town = TOWN.fullmatch(line.pieces[at])
        line.take("city", at, town["name"] if town else "")


def _ends_with_code(piece: str) -> bool:
    match = ENDS_WITH_CODE.fullmatch(piece)
    return bool(match) and (_is_indonesian_place(match["rest"]) or bool(_town_at_end(match["rest"])))


def _take_code(line: Line, at: int) -> None:
    match = ENDS_WITH_CODE.fullmatch(line.pieces[at])
    rest = match["rest"]
    if at == 0 and not rest:
        return
    town = "" if _is_indonesian_place(rest) else _town_at_end(rest)
    line.take("postcode", at, match["code"], rest)
    if town:
        # The town ends a street with its number: it is a piece of its own.
        line.pieces[at : at + 1] = [rest[: -len(town)].strip(), town]


def _town_at_end(text: str) -> str:
    """The known town at the end of a street that has its number already: "Jl. Braga No. 5 Bandung"."""
    words = text.split()
    for count in (3, 2, 1):
        town = " ".join(words[-count:])
        if len(words) > count and fold(town) in names("ID", "cities") and text.endswith(town):
            return town if re.search(r"\d\S*$", text[: -len(town)].strip()) else ""
    return ""


def _is_indonesian_place(piece: str) -> bool:
    return not piece or bool(PLACE_WORD.match(piece)) or _is_region(piece) or fold(piece) in names("ID", "cities")


def _is_region(piece: str) -> bool:
    return bool(PROVINCE.fullmatch(piece)) or fold(piece) in names("ID", "regions")


def _indonesian_city(line: Line) -> int | None:
    """A piece that says it is a town or a district, else the one known town; of two the last may be the province."""
    for fits in (lambda piece: bool(TOWN.fullmatch(piece) or DISTRICT.fullmatch(piece)), _is_town):
        found = [at for at, piece in enumerate(line.pieces) if piece and fits(piece)]
        if len(found) == 2 and _is_region(line.pieces[found[1]]):
            found.pop()
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_town(piece: str) -> bool:
    return fold(piece) in names("ID", "cities")


def _indonesian_region(line: Line, city: int | None) -> None:
    found = [at for at, piece in enumerate(line.pieces) if piece and at != city and _is_region(piece)]
    if len(found) == 1:
        province = PROVINCE.fullmatch(line.pieces[found[0]])
        line.take("region", found[0], province["name"] if province else "")


# ---- America, Canada, Australia: the state and the code end the line

UNIT = re.compile(
    r"(?:suite|ste|apt|apartment|unit|floor|fl|room|rm|building|bldg|attn|box|po|p\.o\.)\b", re.IGNORECASE
)


def _ending(country: str, code: str) -> re.Pattern[str]:
    states = "|".join(sorted(names(country, "regions")))
    return re.compile(rf"(?:^|[\s,])(?P<state>{states})\.?,?\s+(?P<code>{code})$")


AMERICAN = _ending("US", r"\d{5}(?:-\d{4})?")
CANADIAN = _ending("CA", r"[A-Z]\d[A-Z]\s?\d[A-Z]\d")
AUSTRALIAN = _ending("AU", r"\d{4}")


def state_and_code(line: Line) -> None:
    text = ", ".join(line.pieces)
    match = next((found for each in (AMERICAN, CANADIAN, AUSTRALIAN) if (found := each.search(text))), None)
    if match is None:
        return
    line.found |= {"region": match["state"], "postcode": match["code"]}
    line.pieces = [piece for piece in BETWEEN.split(text[: match.start()]) if piece]
    # A lone piece is a town only where it is no street.
    if line.pieces and not re.search(r"\d", line.pieces[-1]) and not UNIT.match(line.pieces[-1]):
        line.take("city", line.last)


# ---- Britain

BRITISH = re.compile(r"(?:^|[\s,])(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})$")


def british(line: Line) -> None:
    """The postcode ends the line; before it stands a town, or a county after it: only known towns are told."""
    at = line.last
    match = BRITISH.search(line.pieces[at]) if at >= 0 else None
    if match is None:
        return
    line.take("postcode", at, match["code"], line.pieces[at][: match.start()].strip())
    if (at := line.only(lambda piece: fold(piece) in names("GB", "cities"))) is not None:
        line.take("city", at)


# ---- the postcode before the town

CODE_AND_TOWN = re.compile(
    r"(?P<code>(?:[A-Z]{1,2}-)?(?:\d{4}\s[A-Z]{2}|\d{4,5}|\d{3}\s\d{2}|\d{2}-\d{3}))\s+(?P<town>[^\d]+)"
)


def code_first(line: Line) -> None:
    at = line.last
    match = CODE_AND_TOWN.fullmatch(line.pieces[at]) if at > 0 else None
    if match:
        line.take("postcode", at, match["code"], match["town"])
        line.take("city", at)


BY_COUNTRY: dict[str, Callable[[Line], None]] = {
    **dict.fromkeys(("RU", "BY", "KZ", "UA", "KG", "UZ"), russian),
    **dict.fromkeys(("US", "CA", "AU"), state_and_code),
    "ID": indonesian,
    "GB": british,
}
