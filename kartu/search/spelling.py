"""Typing errors: which words of the firm's names are like the one that was typed."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from rapidfuzz.distance import OSA

from kartu.search import storage
from kartu.search.models import Word

SHORTEST = 4  # letters of a word that may be misspelt
MOST_SIMILAR = 6
CANDIDATES = 400
KNOWN_AT_MOST = 50_000

_known: set[str] = set()


def unknown(heard: Iterable[str]) -> list[str]:
    """Which of the sounds `heard` are worth keeping and not known to be kept."""
    return sorted(word for word in set(heard) - _known if len(word) >= SHORTEST and not word.isdigit())


def remember_words(new: list[str]) -> None:
    """Keep sounds of words (those that are `unknown`) to compare with."""
    if not new:
        return
    if connection.vendor == "sqlite" or settings.TESTING:
        _insert(new)
        transaction.on_commit(lambda: _learn(new))
    else:
        # Two writers who insert the same new words in one transaction with other things would wait for each other.
        transaction.on_commit(lambda: (_insert(new), _learn(new)), robust=True)


def _insert(new: list[str]) -> None:
    Word.objects.bulk_create([Word(word=f" {word} ") for word in new], ignore_conflicts=True, batch_size=500)


def _learn(new: list[str]) -> None:
    if len(_known) < KNOWN_AT_MOST:
        _known.update(new)


def similar(word: str, *, is_last: bool) -> list[str]:
    """Known words like the sound `word`, the most similar first. The last word of a question may be unfinished."""
    allowed = _allowed(word)
    if not allowed:
        return []
    scored = []
    for candidate in _candidates(word):
        if (distance := _distance(word, candidate, allowed, is_last=is_last)) <= allowed:
            scored.append((distance, abs(len(candidate) - len(word)), candidate))
    return [candidate for _distance, _longer, candidate in sorted(scored)[:MOST_SIMILAR]]


def _allowed(word: str) -> int:
    """How many wrong, missing, doubled or swapped letters are forgiven."""
    if len(word) < SHORTEST or word.isdigit():
        return 0
    return 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3


def _distance(word: str, candidate: str, allowed: int, *, is_last: bool) -> int:
    whole = OSA.distance(word, candidate, score_cutoff=allowed)
    if not is_last or len(candidate) <= len(word):
        return whole
    beginnings = (candidate[: len(word) + longer] for longer in (-1, 0, 1))
    return min(whole, *(OSA.distance(word, beginning, score_cutoff=allowed) for beginning in beginnings))


def _candidates(word: str) -> list[str]:
    """Known words that share pieces with `word`; of a short one, whose pieces an error may spoil all, also those
    that begin alike."""
    with connection.cursor() as cursor:
        found = storage.words_sharing_pieces(cursor, word, CANDIDATES)
    if len(word) <= 6:
        begin_alike = Word.objects.filter(word__gte=f" {word[0]}", word__lt=f" {word[0]}\U0010ffff")
        found += begin_alike.values_list("word", flat=True)[: CANDIDATES * 10]
    return list(dict.fromkeys(each.strip() for each in found))
