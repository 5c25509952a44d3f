"""A quick line and a form read the same words alike."""

import pytest

from kartu.core.text import whole
from kartu.planner.spoken import read_line, when_said


@pytest.mark.parametrize(
    ("line", "title", "column"),
    [
        ("report 12.10", "report", "due_on"),  # a date, and no ten past twelve
        ("report 12.10 9:30", "report", "due_at"),
        ("report tomorrow", "report", "due_on"),
        ("report in 2 hours", "report", "due_at"),
        ("5 boxes", "5 boxes", ""),
    ],
)
def test_a_quick_line_says_what_a_form_says(line, title, column):
    kind, left, times = read_line(line)

    assert (left, list(times)) == (title, [column] if column else [])
    assert when_said(line, kind) == (times, left)


def test_in_some_days_is_this_minute_in_a_quick_line_and_a_day_in_a_form():
    assert list(read_line("in 3 days count")[2]) == ["due_at"]
    assert list(when_said("in 3 days", "task")[0]) == ["due_on"]


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", "9" * 16, "9" * 5000])
def test_what_no_row_can_have_is_no_number(text):
    assert whole(text) == 0
    assert whole("17") == 17
