"""Programs whose exports are known by their heads, and which column of theirs feeds which field."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kartu.core.text import fold
from kartu.records.imports.guess import Column
from kartu.records.imports.mapping import Choice

PROGRAMS_FILE = Path(__file__).parent.parent / "data" / "import_programs.toml"


@dataclass(frozen=True)
class Program:
    """`heads`: any of these sets, where all stand in a table, says whose it is; `fields`: head -> target ("": none)."""

    name: str
    heads: tuple[frozenset[str], ...]
    fields: dict[str, str]


@cache
def programs() -> list[Program]:
    with open(PROGRAMS_FILE, "rb") as file:
        data = tomllib.load(file)
    return [
        Program(
            name,
            tuple(frozenset(map(fold, heads)) for heads in each["heads"]),
            {fold(head): target for head, target in each.get("fields", {}).items()},
        )
        for name, each in data.items()
    ]


def known_program(heads: list[str]) -> Program | None:
    """The program of whose tell-tale heads the most stand here."""
    there = set(map(fold, heads))
    found = [(len(some), each) for each in programs() for some in each.heads if some <= there]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def program_of(heads: list[str]) -> str:
    program = known_program(heads)
    return program.name if program else ""


def settle_known(choices: list[Choice], columns: list[Column]) -> None:
    """Map the columns of a known program as they are meant there; what it says nothing of stays as guessed."""
    program = known_program([column.header for column in columns])
    if program is None:
        return
    for choice, column in zip(choices, columns, strict=True):
        target = program.fields.get(fold(column.header))
        if target is not None and target != choice.target:
            choice.target, choice.set, choice.certainty = target, "", 1.0
