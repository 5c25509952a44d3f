"""Calendars of other programs: files read, a feed written."""
