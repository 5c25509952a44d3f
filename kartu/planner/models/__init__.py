from kartu.planner.models.calendars import CalendarFeed, FromCalendar, SeriesFromCalendar
from kartu.planner.models.client_reminder import ClientReminder, ClientReminderDefault
from kartu.planner.models.news import TaskNews
from kartu.planner.models.outcome import Outcome
from kartu.planner.models.parts import Participant, TaskAfter, TaskItem
from kartu.planner.models.put_off import PutOff
from kartu.planner.models.reminder import Reminder
from kartu.planner.models.resources import Booking, Resource
from kartu.planner.models.series import Series
from kartu.planner.models.setting import SchedulerSetting
from kartu.planner.models.task import Task

__all__ = [
    "Booking",
    "CalendarFeed",
    "ClientReminder",
    "ClientReminderDefault",
    "FromCalendar",
    "Outcome",
    "Participant",
    "PutOff",
    "Reminder",
    "Resource",
    "SchedulerSetting",
    "Series",
    "SeriesFromCalendar",
    "Task",
    "TaskAfter",
    "TaskItem",
    "TaskNews",
]
