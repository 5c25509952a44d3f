"""Work in the background. Merging two values of a list has a file of its own."""

from django.utils import timezone

from kartu.clients.actions.call_backs import remind
from kartu.clients.merging import move_clients
from kartu.core.actors import Actor
from kartu.core.jobs import every

__all__ = ["move_clients", "remind_of_call_backs"]


@every("* * * * *", name="clients.call_backs", system="Call-backs come back at the minute they were promised for")
def remind_of_call_backs(*, by: Actor) -> int:
    return remind(timezone.now())
