"""Tasks, for programs: by the actions and the rights of the screen."""

from kartu.planner.api import acts, many, outcomes, parts, tasks
from kartu.planner.api.resource import TASKS

__all__ = ["TASKS", "acts", "many", "outcomes", "parts", "tasks"]
