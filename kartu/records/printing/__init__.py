"""Papers as PDF: the same data give the same bytes, with the fonts that Kartu ships."""

from kartu.records.printing.engine import NotPrintable, render
from kartu.records.printing.pieces import Box, Happening, Line, Section, letterhead
from kartu.records.printing.sheets import ListSheet, foot, list_pdf

__all__ = [
    "Box",
    "Happening",
    "Line",
    "ListSheet",
    "NotPrintable",
    "Section",
    "foot",
    "letterhead",
    "list_pdf",
    "render",
]
