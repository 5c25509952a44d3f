"""All that can be done with tasks. A view, an API route, an import row and a job call these same functions."""

from kartu.planner.actions.calendars import close_feed, open_feed, take_calendar
from kartu.planner.actions.client_reminders import (
    forget_client_reminder,
    remind_client,
    save_usual_client_reminders,
)
from kartu.planner.actions.closing import accept_task, drop_task, finish_task, reopen_task, return_task
from kartu.planner.actions.outcomes import (
    add_outcome,
    order_outcomes,
    retire_outcome,
    save_outcome,
    use_outcome_again,
)
from kartu.planner.actions.parts import add_item, change_item, drop_after, drop_item, put_after, set_participants
from kartu.planner.actions.placing import Moved, Place, place_tasks
from kartu.planner.actions.reminders import set_reminders
from kartu.planner.actions.resources import book, release, save_resource
from kartu.planner.actions.series import (
    change_following,
    change_series,
    end_series,
    pause_series,
    resume_series,
    skip_task,
    start_series,
)
from kartu.planner.actions.series_days import bring_back, skip_day
from kartu.planner.actions.series_trash import restore_series, trash_series
from kartu.planner.actions.tasks import assign_task, change_task, restore_task, set_task, trash_task

__all__ = [
    "Moved",
    "Place",
    "accept_task",
    "add_item",
    "add_outcome",
    "assign_task",
    "book",
    "bring_back",
    "change_following",
    "change_item",
    "change_series",
    "change_task",
    "close_feed",
    "drop_after",
    "drop_item",
    "drop_task",
    "end_series",
    "finish_task",
    "forget_client_reminder",
    "open_feed",
    "order_outcomes",
    "pause_series",
    "place_tasks",
    "put_after",
    "release",
    "remind_client",
    "reopen_task",
    "restore_series",
    "restore_task",
    "retire_outcome",
    "resume_series",
    "return_task",
    "save_outcome",
    "save_resource",
    "save_usual_client_reminders",
    "set_participants",
    "set_reminders",
    "set_task",
    "skip_day",
    "skip_task",
    "start_series",
    "take_calendar",
    "trash_series",
    "trash_task",
    "use_outcome_again",
]
