"""What imported clients are found by: what `clients.search` would tell of the same rows, without reading them again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kartu.clients.imports.drafts import Draft
from kartu.clients.search import own_digits, own_words, title_of
from kartu.search.sources import DocFields
from kartu.search.writing import Ready


@dataclass
class Told:
    """A client that is being written, or one that further rows add to: ids, and what is found of its parts.

    `ways` holds (value, digits, is main) by the person's id, those of the client itself under None; `touches`
    (text, when); `rows` the firm's own values in rows of tables.
    """

    client_id: int
    name: str
    owner_id: int | None
    team_id: int | None
    people: dict[int, str] = field(default_factory=dict)
    ways: dict[int | None, list[tuple[str, str, bool]]] = field(default_factory=dict)
    touches: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add_way(self, person_id: int | None, value: str, digits: str, *, is_main: bool) -> None:
        self.ways.setdefault(person_id, []).append((value, digits, is_main))

    def found_by(self, person_id: int | None) -> tuple[list[str], list[str]]:
        """Texts and digits of the ways of one, in the order of `Channel`: the main ones first."""
        ways = sorted(self.ways.get(person_id, ()), key=lambda way: not way[2])
        return [value for value, digits, _ in ways if not digits], [digits for _, digits, _ in ways if digits]


class Docs:
    """The rows of the search index that belong to one pile."""

    def __init__(self, batch_id: int) -> None:
        self.batch_id = batch_id
        self._fields: dict[str, list[DocFields]] = {"client": [], "contact": [], "touch": [], "row": []}
        self._ready: list[Ready] = []

    def client(self, told: Told, draft: Draft, own_values: dict[str, Any], updated_at: datetime) -> None:
        names, numbers = [], []
        if draft.has_entity:
            names = [draft.legal_name] if draft.legal_name not in ("", told.name) else []
            numbers = [number for number in (draft.tax_id, *draft.registry_ids.values()) if len(number) > 1]
        texts, digits = told.found_by(None)
        self._add(
            "client",
            told,
            told.client_id,
            told.name,
            names=names,
            words=[*texts, *numbers, *own_words(own_values)],
            digits=[*digits, *own_digits(own_values)],
            root_id=None,
            updated_at=updated_at,
        )

    def parts(self, told: Told) -> None:
        """The people of a client, what was told of it, and its rows of tables."""
        for pk, name in told.people.items():
            texts, digits = told.found_by(pk)
            self._add("contact", told, pk, name, words=[told.name, *texts], digits=digits)
        for pk, (text, at) in told.touches.items():
            self._add("touch", told, pk, text[:200], words=[text], weight=-1, updated_at=at)
        for pk, own_values in told.rows.items():
            words = own_words(own_values)
            self._add("row", told, pk, title_of(words), words=words[1:], digits=own_digits(own_values))

    def _add(self, kind: str, told: Told, pk: int, title: str, **found_by: Any) -> None:
        whose = {"owner_id": told.owner_id, "team_id": told.team_id, "batch_id": self.batch_id}
        self._fields[kind].append(DocFields(pk, title, **{"root_id": told.client_id} | whose | found_by))

    def pack(self) -> None:
        """Put the rows together: outside of the transaction."""
        self._ready = [Ready(kind, fields) for kind, fields in self._fields.items() if fields]

    def write(self) -> None:
        for ready in self._ready:
            ready.write()
