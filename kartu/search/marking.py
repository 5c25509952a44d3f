"""Which letters of a found name are the ones that were typed."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kartu.core.text import plain


def mark(text: str, words: Sequence[str]) -> SafeString:
    """`text` with every place marked that reads like one of `words` (folded, as in a Question)."""
    letters = [(letter, place) for place, sign in enumerate(text) for letter in plain(sign) or sign]
    folded = "".join(letter for letter, _place in letters)
    marked: set[int] = set()
    for word in filter(None, words):
        start = folded.find(word)
        while start >= 0:
            marked.update(place for _letter, place in letters[start : start + len(word)])
            start = folded.find(word, start + len(word))
    return format_html_join("", "{}", ((_dressed(run, is_marked),) for run, is_marked in _runs(text, marked)))


def _runs(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for place, sign in enumerate(text):
        is_marked = place in marked
        if runs and runs[-1][1] == is_marked:
            runs[-1] = (runs[-1][0] + sign, is_marked)
        else:
            runs.append((sign, is_marked))
    return runs


def _dressed(run: str, is_marked: bool) -> SafeString | str:
    return format_html("<mark>{}</mark>", run) if is_marked else run
