"""How the computer and the program are, one line each: the page of that, and the bell where a line is red."""

from kartu.security.health.lines import HealthLine, Reading, Shown, health_lines, look

__all__ = ["HealthLine", "Reading", "Shown", "health_lines", "look"]
