"""Finding: what a person types, in any case and script, with or without errors; only what he may see.

for group in find("sinar", by=request.user):
    for found in group.found: found.hit.title, found.how
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kartu.core.actors import Actor
from kartu.search.candidates import SURE_OF_EACH, Candidate, Reach, Wanted, by_text, by_title, reaches
from kartu.search.partly import Opened
from kartu.search.sources import Hit, Source, sources
from kartu.search.spelling import similar
from kartu.search.words import Question, question

LIMIT = 10


class How(StrEnum):
    """How an object was found: as it was typed, by its sound (another script or spelling), or in spite of an error."""

    EXACT = ""
    SOUND = "sound"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    object_id: int
    hit: Hit
    how: How


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    source: Source
    found: list[Found]


def find(text: str, *, by: Actor, kinds: Iterable[str] | None = None, limit: int = LIMIT) -> list[Group]:
    """At most `limit` objects of `kinds` (all, if none are named) that fit `text` and that `by` may see.

    All words must fit, anywhere in the text of an object; digits alone fit any part of a phone or tax number. Where
    that leaves places free, objects that sound alike fill them; where nothing was found so, typing errors are forgiven.
    """
    asked = question(text)
    wanted = None if kinds is None else set(kinds)
    among = [source for source in sources if wanted is None or source.key in wanted]
    within = reaches(by, among)
    if asked.is_empty or not within:
        return []
    opened = Opened(by, among)
    exact_ones = opened.keep(_exact(asked, within, limit), lambda each, _sound: _fits(each, asked))
    ranked = _rank(_once([*exact_ones, *opened.whole(text)]), asked)
    exact = len(ranked)
    if exact < limit and asked.has_letters and not (exact and asked.is_address):
        ranked += _new(_rank(_heard(_sounds(asked), asked, within, opened), asked), ranked)
    heard = len(ranked)
    if not ranked and asked.has_letters:
        ranked = _rank(_heard(_corrected(asked), asked, within, opened), asked)
    hows = [How.EXACT] * exact + [How.SOUND] * (heard - exact) + [How.SIMILAR] * (len(ranked) - heard)
    return _groups(list(zip(ranked, hows, strict=True)), among, by, limit)


# --- three ways to look ------------------------------------------------------------------------------


def _exact(asked: Question, within: Sequence[Reach], limit: int) -> list[Candidate]:
    phrases = [[_phrase(word)] for word in asked.words if len(word) > 1]
    found = []
    for reach in within:
        have = [candidate for candidate in by_title(asked.title, reach) if _fits(candidate, asked)]
        if asked.digits:
            have += by_text([[asked.digits]], reach)
        if asked.words != (asked.digits,):
            have += by_text(phrases, reach, have=have, enough=limit)
        found += have
    return [candidate for candidate in _once(found) if _fits(candidate, asked)]


def _phrase(word: str) -> str:
    """Two letters are looked for at the beginning of words only; the full text knows pieces of three."""
    return word if len(word) > 2 else f" {word}"


def _fits(candidate: Candidate, asked: Question) -> bool:
    """A title may begin as asked and lack the legal form; a single letter was no question for the index at all."""
    if asked.digits and asked.digits in candidate.text:
        return True
    return all((word if len(word) > 2 else f" {word}") in candidate.text for word in asked.words)


def _heard(wanted: Wanted, asked: Question, within: Sequence[Reach], opened: Opened) -> list[Candidate]:
    """A number sounds like nothing but itself, however short it is."""
    if not wanted:
        return []
    found = _once(candidate for reach in within for candidate in by_text(wanted, reach, by_sound=True))
    numbers = [f" {word}" for word in asked.words if word.isdigit()]
    found = [candidate for candidate in found if all(number in candidate.text for number in numbers)]
    return opened.keep(found, lambda each, sound: _sounds_so(each.text + sound, wanted, numbers))


def _sounds_so(text: str, wanted: Wanted, numbers: Sequence[str]) -> bool:
    said = all(any(spelling in text for spelling in spellings) for spellings in wanted if spellings)
    return said and all(number in text for number in numbers)


def _sounds(asked: Question) -> Wanted:
    return [_long_enough(readings) for readings in asked.sounds]


def _corrected(asked: Question) -> Wanted:
    last = len(asked.sounds) - 1
    corrected = [similar(readings[0], is_last=place == last) for place, readings in enumerate(asked.sounds)]
    if not any(corrected):
        return []
    return [
        [*_long_enough(readings), *(f" {word}" for word in words)]
        for readings, words in zip(asked.sounds, corrected, strict=True)
    ]


def _long_enough(readings: Sequence[str]) -> list[str]:
    return [_phrase(reading) for reading in readings if len(reading) > 1]


# --- order -------------------------------------------------------------------------------------------


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    return list({candidate.doc_id: candidate for candidate in candidates}.values())


def _new(candidates: Iterable[Candidate], known: Sequence[Candidate]) -> list[Candidate]:
    ids = {candidate.doc_id for candidate in known}
    return [candidate for candidate in candidates if candidate.doc_id not in ids]


def _rank(candidates: list[Candidate], asked: Question) -> list[Candidate]:
    """The best first: whose title begins so, then titles with a word that does, then those with it anywhere, then
    phones that end so; of equals the weightier, then the later one."""
    return sorted(
        candidates,
        key=lambda each: (_closeness(each, asked), -each.weight, -each.updated, each.title, each.doc_id),
    )


def _closeness(candidate: Candidate, asked: Question) -> int:
    title, typed = candidate.title, asked.title or " ".join(asked.words)
    if title == typed:
        return 0
    if title.startswith(typed):
        return 1
    if f" {typed}" in title:
        return 2
    if typed in title:
        return 3
    if asked.digits and f"{asked.digits} " in candidate.text:
        return 4
    return 5


# --- what is shown -----------------------------------------------------------------------------------


def _groups(ranked: list[tuple[Candidate, How]], among: list[Source], by: Actor, limit: int) -> list[Group]:
    """The best `limit`, by kind, read once more through the rights of `by`."""
    chosen = _choose(ranked, limit)
    groups = []
    for source in among:
        of_kind = [(candidate.object_id, how) for candidate, how in chosen if candidate.kind == source.key]
        if not of_kind:
            continue
        seen = source.visible(by, [pk for pk, _how in of_kind])
        found = [Found(source.key, pk, source.hit(seen[pk]), how) for pk, how in of_kind if pk in seen]
        if found:
            groups.append(Group(source, found))
    return groups


def _choose(ranked: list[tuple[Candidate, How]], limit: int) -> list[tuple[Candidate, How]]:
    """The best, but of each kind that has any at least SURE_OF_EACH, so that notes do not crowd out documents."""
    places: dict[str, int] = {}
    first, rest = [], []
    for position, (candidate, how) in enumerate(ranked):
        places[candidate.kind] = places.get(candidate.kind, 0) + 1
        (first if places[candidate.kind] <= SURE_OF_EACH else rest).append((position, candidate, how))
    chosen = (first + rest)[:limit]
    return [(candidate, how) for _position, candidate, how in sorted(chosen, key=lambda each: each[0])]
