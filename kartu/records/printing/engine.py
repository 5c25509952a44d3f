"""Typst, kept on a short lead: our own templates, data as JSON beside them, no system fonts, nothing from outside."""

import json
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


class NotPrintable(RuntimeError):
    """The paper could not be made; the text says to the person what to do."""


def render(template: str, data: dict[str, Any], *, language: str, at: datetime) -> bytes:
    """The PDF/A-2b of `template` ("clients/paper/dossier.typ") filled with `data`, which the template gets as JSON.

    `at` is printed nowhere by itself; it is the moment written into the file, so that equal data give equal bytes.
    Raises NotPrintable when the fonts are missing or the template fails.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder), "language": language}
    try:
        return compiler().compile(
            input=ROOT / template, format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=int(at.timestamp())
        )
    except RuntimeError as error:  # typst.TypstError is one of them
        raise NotPrintable(f"{template}: {error}") from error


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
