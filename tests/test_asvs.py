"""`docs/asvs.md` names every requirement of ASVS 5.0 that applies, with a test that is there or a reason."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "asvs.md"
# Levels 1 and 2, by section: what stands in chapters 1 to 8 and 11 to 16 without what Kartu has nothing to do with.
APPLIES = {
    "1.1": "1-2",
    "1.2": "1-5 7 9",
    "1.3": "1-7 10-11",
    "1.4": "2",
    "1.5": "1-2",
    "2.1": "1-3",
    "2.2": "1-3",
    "2.3": "1-4",
    "2.4": "1",
    "3.2": "1-2",
    "3.3": "1-4",
    "3.4": "1-6",
    "3.5": "1-4",
    "3.7": "1-2",
    "4.1": "1-3",
    "4.2": "1",
    "5.1": "1",
    "5.2": "1-3",
    "5.3": "1-2",
    "5.4": "1-3",
    "6.1": "1-3",
    "6.2": "1-12",
    "6.3": "1-4",
    "6.4": "1-4",
    "6.5": "1-5",
    "6.6": "2-3",
    "7.1": "1-2",
    "7.2": "1-4",
    "7.3": "1-2",
    "7.4": "1-5",
    "7.5": "1-2",
    "7.6": "2",
    "8.1": "1-2",
    "8.2": "1-3",
    "8.3": "1",
    "11.1": "1-2",
    "11.2": "1-3",
    "11.3": "1-3",
    "11.4": "1-4",
    "11.5": "1",
    "11.6": "1",
    "12.1": "1-2",
    "12.2": "1-2",
    "12.3": "1-4",
    "13.1": "1",
    "13.2": "1-5",
    "13.3": "1-2",
    "13.4": "1-5",
    "14.1": "1-2",
    "14.2": "1-4",
    "14.3": "1-3",
    "15.1": "1-3",
    "15.2": "1-3",
    "15.3": "1-7",
    "16.1": "1",
    "16.2": "1-5",
    "16.3": "1-4",
    "16.4": "1-3",
    "16.5": "1-3",
}
CHOSEN = {"1.2.10", "2.3.5", "13.1.3", "15.4.1", "15.4.2", "15.4.3"}  # of level 3
LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", re.M)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def numbers() -> set[str]:
    found = set(CHOSEN)
    for section, ranges in APPLIES.items():
        for part in ranges.split():
            first, _dash, last = part.partition("-")
            found |= {f"{section}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


@cache
def names_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def faults(page: str) -> list[str]:
    """What is wrong with the page, a line each."""
    lines = LINE.findall(page)
    told = [number for number, _asks, _answer in lines]
    wrong = [f"{number} does not stand here" for number in sorted(numbers() - set(told))]
    wrong += [
        f"{number} stands here twice or does not apply"
        for number in told
        if told.count(number) > 1 or number not in numbers()
    ]
    for number, _asks, answer in lines:
        named = NAMED.findall(answer)
        if not named and len(answer.removeprefix("Reason: ")) < 12:
            wrong.append(f"{number} has neither a test nor a reason")
        wrong += lost(number, named)
    return wrong


def lost(line: str, named: list[tuple[str, str]]) -> list[str]:
    """The tests, as (path, name), that `line` of a page names and that are not there."""
    return [
        f"{line} names {path}::{test}, which is not there"
        for path, test in named
        if not (ROOT / path).exists() or test not in names_of(path)
    ]


def test_every_requirement_that_applies_has_a_test_or_a_reason():
    assert len(numbers() - CHOSEN) == 188
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_control_a_lost_test_a_lost_line_and_an_empty_reason_are_seen():
    page = PAGE.read_text(encoding="utf-8")

    assert faults(page.replace("::test_the_password_alone_lets_nobody_in", "::test_that_went_away"))
    assert faults(re.sub(r"^\| 6\.3\.3 .*$", "", page, flags=re.M)) == ["6.3.3 does not stand here"]
    assert faults(re.sub(r"^(\| 3\.5\.4 \| .+? \|).*$", r"\1 Reason: none |", page, flags=re.M))
