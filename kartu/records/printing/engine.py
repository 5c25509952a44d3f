"""Typst, kept on a short lead: our own templates, data as JSON beside them, no system fonts, nothing from outside."""

import json
import re
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

# Templates lie in <app>/paper/ and may take pieces from one another; nothing outside the program is readable.
ROOT = Path(__file__).resolve().parents[2]

_of_thread = threading.local()
# Controls, halves of signs and non-characters: nothing to be seen, and no font has them. Line ends and tabs stay.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LACKING = "could not be displayed with font"


class NotPrintable(RuntimeError):
    """The paper could not be made; the text says to the person what to do."""


def render(
    template: str, data: dict[str, Any], *, language: str, at: datetime, attached: dict[str, str] | None = None
) -> bytes:
    """The PDF/A-2b of `template` ("clients/paper/dossier.typ") filled with `data`, which the template gets as JSON.

    `at` is printed nowhere by itself; it is the moment written into the file, so that equal data give equal bytes.
    A sign that the fonts lack (emoji, Chinese) is printed as an empty box, and the foot says so; such a paper is a
    plain PDF, for an archive's PDF must have a letter for every sign.
    `attached` are JSON files by name that lie in it, a PDF/A-3b then.
    Raises NotPrintable when the fonts are missing or the template fails.
    """
    written = json.dumps(seen(data), ensure_ascii=False, cls=DjangoJSONEncoder)
    inputs = {"data": written, "language": language, "boxes": "", "attached": json.dumps(attached or {})}
    try:
        try:
            return compiled(template, inputs, at, "a-3b" if attached else "a-2b")
        except RuntimeError as error:  # typst.TypstError is one of them
            if _LACKING not in str(error):
                raise
            return compiled(template, {**inputs, "boxes": _("An empty box stands for a sign that the font lacks.")}, at)
    except RuntimeError as error:
        raise NotPrintable(f"{template}: {error}") from error


def compiled(template: str, inputs: dict[str, str], at: datetime, *standards: str) -> bytes:
    return compiler().compile(
        input=ROOT / template,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=int(at.timestamp()),
    )


def seen(value: Any) -> Any:
    """`value` with all its texts freed of what cannot be seen."""
    if isinstance(value, str):
        return _UNSEEN.sub("", value)
    if isinstance(value, dict):
        return {name: seen(each) for name, each in value.items()}
    return [seen(each) for each in value] if isinstance(value, list | tuple) else value


def compiler() -> typst.Compiler:
    """The compiler of this thread: one must not be shared, and it keeps the parsed fonts."""
    if not hasattr(_of_thread, "compiler"):
        _of_thread.compiler = typst.Compiler(
            root=ROOT, font_paths=[fonts_folder()], ignore_system_fonts=True, package_path=ROOT / "no-packages"
        )
    return _of_thread.compiler


@cache
def fonts_folder() -> Path:
    folder = settings.PAPER_FONTS
    if not any(folder.glob("*.ttf")):
        raise NotPrintable(_("The fonts for printing are missing. Start Kartu by start.py once, it brings them."))
    return folder
