"""The words of the program: found in the sources, kept in kartu/locale, without GNU gettext.

    .venv/bin/python -m tools.messages     bring the catalogues up to date; says how many words lack a translation

New words stand in the catalogue without a translation until somebody writes it; words that no source uses are dropped.
"""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("id", "ru")
HEADER = "# The words of Kartu. `python -m tools.messages` keeps this file in step with the sources."
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CALL = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext|npgettext)\(")


def sources() -> Iterator[tuple[Path, str]]:
    """Python files and templates of the program."""
    for path in sorted((ROOT / "kartu").rglob("*")):
        if "tests" in path.parts or path.name.startswith("test_"):
            continue
        if path.suffix == ".py" or (path.suffix in (".html", ".txt") and "templates" in path.parts):
            yield path, path.read_text(encoding="utf-8")


def found() -> Catalog:
    """All words of the sources."""
    catalog = Catalog()
    for path, text in sources():
        if path.suffix == ".py":
            for _line, words, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
                catalog.add(words, context=context)
        else:
            for words, context in calls(templatize(text)):
                catalog.add(words, context=context)
    return catalog


def calls(text: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """(words, context) of the gettext calls that Django makes of a template; between them stands no Python."""
    for start in CALL.finditer(text):
        name, arguments = start[1], arguments_at(text, start.start())
        if name == "ngettext":
            yield (arguments[0], arguments[1]), None
        elif name == "npgettext":
            yield (arguments[1], arguments[2]), arguments[0]
        elif name == "pgettext":
            yield arguments[1], arguments[0]
        else:
            yield arguments[0], None


def arguments_at(text: str, start: int) -> list[str]:
    """The string arguments of the call that begins at `start`: up to the first bracket that makes it whole."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            call = ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
        return [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    raise ValueError(f"No end of {text[start : start + 60]!r}")


def path_of(language: str) -> Path:
    return ROOT / "kartu" / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalog:
    """The catalogue of `language` as it is on the disk, or a new one."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Kartu", charset="utf-8", header_comment=HEADER, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(catalog: Catalog) -> list[Message]:
    """Messages of which some form has no translation."""
    return [message for message in catalog if message.id and not is_whole(message)]


def is_whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings)


def update(language: str) -> Catalog:
    """Write the catalogue of `language` anew with the words of the sources; returns it."""
    catalog = kept(language)
    if language == "id":  # has one form for every number, which the library does not know
        catalog._num_plurals, catalog._plural_expr = 1, "0"
    created = catalog.creation_date
    catalog.update(found(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = created  # the day would change the file at every call
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, catalog, omit_header=False, sort_output=True, width=0, no_location=True)
    return catalog


def main() -> None:
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    for language in LANGUAGES:
        print(f"{language}: {len(untranslated(update(language)))} without a translation")


if __name__ == "__main__":
    main()
