"""A quick line and a form read the same words alike."""

import pytest

from kartu.core.text import whole
from kartu.planner.spoken import read_line, when_said

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("line", "title", "column"),
    [
        ("report 12.10", "report", "due_on"),  # a date, and no ten past twelve
        ("report 12.10 9:30", "report", "due_at"),
        ("report tomorrow", "report", "due_on"),
        ("report in 2 hours", "report", "due_at"),
        ("count in 3 days", "count", "due_on"),
        ("count in 3 days 15:00", "count", "due_at"),
        ("5 boxes", "5 boxes", ""),
    ],
)
def test_a_quick_line_says_what_a_form_says(line, title, column):
    kind, left, times = read_line(line)

    assert (left, list(times)) == (title, [column] if column else [])
    assert when_said(line, kind) == (times, left)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", "9" * 16, "9" * 5000])
def test_what_no_row_can_have_is_no_number(text):
    assert whole(text) == 0
    assert whole("17") == 17
