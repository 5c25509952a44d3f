"""Why a file is not taken, in the person's words, with what to do about it; words in all languages of the program."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.records.imports import limits
from kartu.records.imports.refusals import Refused, Why

SAVE_ANEW = gettext_lazy(
    "The file is damaged, or is not what its name says. Open it in Excel or LibreOffice, save it again, drop it here."
)
TEXTS = {
    Why.EMPTY: gettext_lazy("The file is empty."),
    Why.NO_ROWS: gettext_lazy("There is not one filled row in the file."),
    Why.LOCKED: gettext_lazy("The file has a password. Open it, take the password off, save it, drop it here."),
    Why.DAMAGED: SAVE_ANEW,
    Why.NO_SUCH_SHEET: gettext_lazy("There is no sheet “%(detail)s” in the file."),
    Why.TOO_BIG: gettext_lazy("The file is too big: more than %(megabytes)s MB. Divide it into several."),
    Why.BOMB: gettext_lazy("The file unpacks to something far too big for a table. It was not opened."),
    Why.TOO_MANY_PARTS: gettext_lazy("The file consists of too many parts for a table. It was not opened."),
    Why.TOO_LONG_CELL: gettext_lazy("Row %(at)s has a cell of more than a million signs. This is no table of clients."),
    Why.TOO_LONG_ROW: gettext_lazy("Row %(at)s is longer than any row of a table. Perhaps line breaks were lost."),
    Why.TOO_MANY_ROWS: gettext_lazy("More than %(rows)s rows. Divide the file into several."),
    Why.TOO_MANY_COLUMNS: gettext_lazy("More than %(columns)s columns."),
    Why.TOO_MUCH_MEMORY: gettext_lazy(
        "The table is too big to be read whole. Delete empty rows and columns below and beside it, or divide it."
    ),
    Why.TOO_SLOW: gettext_lazy("Reading the file took too long. Divide it into several."),
    Why.DOCTYPE: gettext_lazy("The file holds commands that no table needs. It was not opened."),
    Why.ARCHIVE: gettext_lazy("This is an archive. Take the table out of it and drop that."),
    Why.JSON: gettext_lazy(
        "This is a file for programs (JSON). Save the list as Excel or CSV, contacts as vCard (.vcf)."
    ),
    Why.XML: gettext_lazy("This is a file for programs (XML). Save the list as Excel or CSV."),
    Why.WORD: gettext_lazy("This is a text document. Copy the table out of it into Excel, or paste it here."),
    Why.PDF: gettext_lazy("This is a PDF. Ask for the table as Excel or CSV, or copy it from there and paste it here."),
    Why.PICTURE: gettext_lazy("This is a picture. A table is needed: Excel, CSV or vCard."),
    Why.OLD_EXCEL: gettext_lazy(
        "This is an Excel file of before 1995. Open it in Excel or LibreOffice, save it as .xlsx."
    ),
    Why.NUMBERS: gettext_lazy("This is a Numbers file. In Numbers choose File, Export to, Excel."),
    Why.PRESENTATION: gettext_lazy("This is a presentation. Copy the table out of it and paste it here."),
    Why.UNKNOWN: gettext_lazy("This is no table. Excel, LibreOffice, CSV and vCard files are read."),
}


def sentence(refused: Refused) -> str:
    """What the person reads when the file is not taken."""
    if refused.why in (Why.TOO_LONG_CELL, Why.TOO_LONG_ROW) and not refused.at:
        return _("The file has a cell far longer than any cell of a table. It was not opened.")
    return str(TEXTS[refused.why]) % {
        "at": refused.at,
        "detail": refused.detail[:100],
        "megabytes": limits.FILE_BYTES // 1_000_000,
        "rows": f"{limits.ROWS:,}",
        "columns": f"{limits.COLUMNS:,}",
    }


def said_everywhere(words: Any) -> list[str]:
    """`words` in each language of the program."""
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append(str(words))
    return said
