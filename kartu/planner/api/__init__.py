"""Tasks, for programs: by the actions and the rights of the screen."""

from kartu.planner.api import acts, many, outcomes, parts, routine, series, tasks
from kartu.planner.api.resource import TASKS
from kartu.planner.api.series import SERIES

__all__ = ["SERIES", "TASKS", "acts", "many", "outcomes", "parts", "routine", "series", "tasks"]
