from kartu.core.models.clock import ClockSpan, Schedule
from kartu.core.models.event import EventRow, FailedDelivery, Subscription
from kartu.core.models.job import Job, Worker
from kartu.core.models.live import LiveMessage

__all__ = [
    "ClockSpan",
    "EventRow",
    "FailedDelivery",
    "Job",
    "LiveMessage",
    "Schedule",
    "Subscription",
    "Worker",
]
