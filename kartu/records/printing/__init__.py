"""Papers as PDF: the same data give the same bytes, with the fonts that Kartu ships."""

from kartu.records.printing.engine import NotPrintable, render
from kartu.records.printing.sheets import ListSheet, list_pdf

__all__ = ["ListSheet", "NotPrintable", "list_pdf", "render"]
