"""Telling people of their tasks: of a moment that is there (reminders), and of what others have done (acts)."""

from kartu.planner.telling.reminders import KIND

__all__ = ["KIND"]
