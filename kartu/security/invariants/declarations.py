"""What can be known from the program itself: who may use what, and where it reads past the rights."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

import kartu
from kartu.core.access import declaration_of
from kartu.core.jobs import discover, jobs
from kartu.core.registry import Registry
from kartu.core.rights import rights

PROGRAM = Path(kartu.__file__).parent


def views_are_declared() -> Iterator[str]:
    for address, view in addresses():
        if declaration_of(view) is None:
            yield f"{named(view)} (/{address}) does not say who may use it: nobody can"


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Callable]]:
    """Every address of the program, with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield path, pattern.callback
        else:
            yield from addresses(pattern, path)


def named(view: Callable) -> str:
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"


def jobs_are_declared() -> Iterator[str]:
    """That a job names a right or a reason is seen to when it is imported; whether the right exists, only now."""
    discover()
    for job in jobs:
        if job.right and job.right not in rights:
            yield f"the job {job.key} needs the right {job.right}, which is declared nowhere"


def registries_are_explained() -> Iterator[str]:
    for name, registry in sorted(Registry.all.items()):
        if not registry.doc.strip():
            yield f"the registry {name} does not say what it is for"


@dataclass(frozen=True)
class Passage:
    """A place where the program reads rows past the rights, with the reason that it gives."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.why}"


def passages(program: Path = PROGRAM) -> list[Passage]:
    """Every `as_system(...)` of the program, by file and line. `why` is empty where it is not a plain sentence."""
    found = []
    for path in sorted(program.rglob("*.py")):
        parts = path.relative_to(program).parts
        if not {"tests", "testing", "migrations"} & set(parts):
            found += passages_of(path, "/".join((program.name, *parts)))
    return sorted(found, key=lambda passage: (passage.file, passage.line))


def passages_of(path: Path, file: str) -> Iterator[Passage]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    sentences = named_sentences(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "as_system":
            yield Passage(file, node.lineno, sentence(node.args[0], sentences) if node.args else "")


def named_sentences(tree: ast.Module) -> dict[str, str]:
    """The names that are given to plain texts: `WHY = "..."`."""
    return {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def sentence(reason: ast.expr, sentences: dict[str, str]) -> str:
    if isinstance(reason, ast.Name):
        return sentences.get(reason.id, "")
    return reason.value if isinstance(reason, ast.Constant) and isinstance(reason.value, str) else ""


def passages_say_why() -> Iterator[str]:
    for passage in passages():
        if not passage.why:
            yield f"{passage.file}:{passage.line} reads past the rights and gives no plain reason"
