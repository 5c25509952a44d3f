"""Records that a person finds by a part of their words only: his questions must not spell out the rest."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kartu.core.actors import Actor
from kartu.search.candidates import Candidate
from kartu.search.sources import Source
from kartu.search.writing import COLUMNS, doc_id, row_of

TEXT, SOUND = list(COLUMNS).index("text"), list(COLUMNS).index("sound")
# Whether a candidate fits, whose text is what the person finds it by; beside it the sounds of its names.
Fits = Callable[[Candidate, str], bool]


class Opened:
    """What of the candidates `by` may have found by what he asks."""

    def __init__(self, by: Actor, among: Sequence[Source]) -> None:
        self.by = by
        self.sources = {each.key: each for each in among if each.partly and each.partly.holds(by)}

    def keep(self, candidates: list[Candidate], fits: Fits) -> list[Candidate]:
        """Those that fit also by what is open to the person."""
        closed: dict[str, list[int]] = {}
        for each in candidates:
            if each.kind in self.sources and not fits(replace(each, text=f" {each.title} "), ""):
                closed.setdefault(each.kind, []).append(each.object_id)
        if not closed:
            return candidates
        rows = {(kind, pk): row for kind, ids in closed.items() for pk, row in self._open_rows(kind, ids).items()}
        kept = []
        for each in candidates:
            if each.object_id not in closed.get(each.kind, ()):
                kept.append(each)
            elif (row := rows.get((each.kind, each.object_id))) and fits(replace(each, text=row[TEXT]), row[SOUND]):
                kept.append(replace(each, text=row[TEXT]))
        return kept

    def _open_rows(self, kind: str, ids: list[int]) -> dict[int, tuple]:
        source = self.sources[kind]
        return {each.pk: row_of(kind, source.partly.row(each, self.by)) for each in source.load(ids)}

    def whole(self, text: str) -> list[Candidate]:
        """Those that have exactly what is asked, where a part of it finds none."""
        return [
            Candidate(doc_id(key, pk), key, pk, "", text, 0, 0)
            for key, source in self.sources.items()
            for pk in source.partly.whole(text, self.by)
        ]
