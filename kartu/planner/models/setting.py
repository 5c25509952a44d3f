from django.db import models

from kartu.firm.models import Team, User


class SchedulerSetting(models.Model):
    """How a person last had the scheduler, on whatever computer.

    Its own affair, and nothing of the firm's: not audited.
    """

    class View(models.TextChoices):
        TEAM = "team"
        DAY = "day"
        DAYS = "days"
        WEEK = "week"
        MONTH = "month"
        AGENDA = "agenda"

    class Colours(models.TextChoices):
        KIND = "kind"
        STATE = "state"
        CLIENT = "client"

    person = models.OneToOneField(User, models.CASCADE, related_name="+")
    view = models.CharField(max_length=6, choices=View, default=View.TEAM)
    # How much of time the timeline shows at once; empty: as fits the screen.
    minutes = models.PositiveIntegerField(null=True)
    snap = models.PositiveSmallIntegerField(default=15)
    colours = models.CharField(max_length=6, choices=Colours, default=Colours.KIND)
    # All 24 hours are equally wide.
    whole = models.BooleanField(default=False)
    # Whose rows stand in it: those of a team, everybody's, or (neither) of the own team.
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    everybody = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"the scheduler of {self.person_id}"
