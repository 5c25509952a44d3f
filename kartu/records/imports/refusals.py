"""Why a whole file is not taken. The reading child knows only codes; `texts.py` says them to the person."""

from enum import StrEnum


class Why(StrEnum):
    """The reasons; each has a sentence in `texts.py` that says what to do."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    LOCKED = "locked"
    DAMAGED = "damaged"
    NO_SUCH_SHEET = "no_such_sheet"
    TOO_BIG = "too_big"
    BOMB = "bomb"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_LONG_CELL = "too_long_cell"
    TOO_LONG_ROW = "too_long_row"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_SLOW = "too_slow"
    DOCTYPE = "doctype"
    ARCHIVE = "archive"
    JSON = "json"
    XML = "xml"
    WORD = "word"
    PDF = "pdf"
    PICTURE = "picture"
    OLD_EXCEL = "old_excel"
    NUMBERS = "numbers"
    PRESENTATION = "presentation"
    UNKNOWN = "unknown"


class Refused(Exception):
    """The file is not taken. `at` is the row where reading stopped, 0 when it is about the whole file."""

    def __init__(self, why: Why, *, at: int = 0, detail: str = "") -> None:
        super().__init__(f"{why.value} at row {at}: {detail}" if at else f"{why.value}: {detail}")
        self.why = why
        self.at = at
        self.detail = detail
