"""Sections and fields that a firm adds to its cards.

`types/` says what a field can hold, `definitions.py` who knows of which, `columns.py` how lists show them; the
records themselves keep values in `custom` (`models/custom.py`).
"""
