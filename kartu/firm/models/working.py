from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

Spans = tuple[tuple[int, int], ...]


class WorkingTime(models.Model):
    """When the firm, a team or a person works, from `from_day` on: the newest that holds counts, a person's before his
    team's, that before the firm's (neither team nor person).

    `days` are the seven days of the week from Monday, or, with `cycle_from`, the days of a cycle of shifts that begins
    on that day. Each is a list of [from, until] in minutes since its midnight; beyond 1440 it goes on after midnight.
    """

    taken_along = True

    team = models.ForeignKey("firm.Team", models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey("firm.User", models.CASCADE, null=True, blank=True, related_name="+")
    from_day = models.DateField(gettext_lazy("Holds from"))
    until_day = models.DateField(gettext_lazy("Up to and including"), null=True, blank=True)
    cycle_from = models.DateField(gettext_lazy("First day of the cycle"), null=True, blank=True)
    days = models.JSONField(default=list)
    observes_holidays = models.BooleanField(gettext_lazy("Holidays are off"), default=True)

    class Meta:
        verbose_name = gettext_lazy("working time")
        verbose_name_plural = gettext_lazy("working times")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=True) | models.Q(person__isnull=True), name="working_time_of_one"
            ),
            models.CheckConstraint(
                condition=models.Q(until_day__isnull=True) | models.Q(until_day__gte=models.F("from_day")),
                name="working_time_until_later",
            ),
            models.UniqueConstraint(
                fields=["team", "from_day"], condition=models.Q(team__isnull=False), name="working_time_of_team_once"
            ),
            models.UniqueConstraint(
                fields=["person", "from_day"],
                condition=models.Q(person__isnull=False),
                name="working_time_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["from_day"],
                condition=models.Q(team__isnull=True, person__isnull=True),
                name="working_time_of_firm_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.team or gettext_lazy("The whole firm"))

    @classmethod
    def usual(cls) -> "WorkingTime":
        """What holds where nobody has said anything: Monday to Friday, nine to six, an hour of dinner. Unsaved."""
        day = [[9 * 60, 13 * 60], [14 * 60, 18 * 60]]
        return cls(from_day=date.min, days=[day] * 5 + [[], []])

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def spans_on(self, day: date) -> Spans:
        """The working time of that day in minutes since its midnight, holidays left aside."""
        if not self.days:
            return ()
        number = day.weekday() if self.cycle_from is None else (day - self.cycle_from).days % len(self.days)
        return tuple((start, end) for start, end in self.days[number])


class DayKind(models.TextChoices):
    OFF = "off", gettext_lazy("Day off")
    SHORT = "short", gettext_lazy("An hour shorter")
    WORKING = "working", gettext_lazy("Working day")
    PLAIN = "plain", gettext_lazy("As on any other week")


class CalendarDay(models.Model):
    """What the firm itself says of a day, instead of the calendar of its country."""

    taken_along = True

    day = models.DateField(gettext_lazy("Day"), unique=True)
    kind = models.CharField(gettext_lazy("What it is"), max_length=8, choices=DayKind, default=DayKind.OFF)
    name = models.CharField(gettext_lazy("What for"), max_length=100, blank=True)

    class Meta:
        verbose_name = gettext_lazy("day of the calendar")
        verbose_name_plural = gettext_lazy("days of the calendar")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"

    @property
    def said(self) -> dict[str, str]:
        """What is said of the day, as it can be said again."""
        return {"kind": self.kind, "name": self.name}


class AbsenceQuerySet(models.QuerySet):
    def live(self) -> "AbsenceQuerySet":
        return self.filter(cancelled_at=None)

    def at(self, moment: datetime) -> "AbsenceQuerySet":
        return self.live().filter(from_at__lte=moment, until_at__gt=moment)

    def between(self, start: datetime, end: datetime) -> "AbsenceQuerySet":
        return self.live().filter(from_at__lt=end, until_at__gt=start)


class Absence(models.Model):
    """A person is not there from one minute to another, or for whole days of `zone`. Who stands in for him is a
    `TemporaryRight` of this absence each."""

    taken_along = True

    class Kind(models.TextChoices):
        LEAVE = "leave", gettext_lazy("On leave")
        SICK = "sick", gettext_lazy("Sick")
        TRIP = "trip", gettext_lazy("Business trip")
        TRAINING = "training", gettext_lazy("Training")
        OTHER = "other", gettext_lazy("Other")

    person = models.ForeignKey(
        "firm.User", models.PROTECT, related_name="absences", verbose_name=gettext_lazy("Who is away")
    )
    kind = models.CharField(gettext_lazy("Why"), max_length=10, choices=Kind, default=Kind.LEAVE)
    from_at = models.DateTimeField(gettext_lazy("From"))
    until_at = models.DateTimeField(gettext_lazy("Until"))
    whole_days = models.BooleanField(default=True)
    zone = models.CharField(max_length=60, default="UTC")
    note = models.CharField(gettext_lazy("Note"), max_length=300, blank=True)
    created_by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    # Whether its end has been told.
    is_over = models.BooleanField(default=False, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("absence")
        verbose_name_plural = gettext_lazy("absences")
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("from_at")), name="absence_until_later")
        ]
        indexes = [
            models.Index(fields=["person", "until_at"], name="absence_of"),
            models.Index(fields=["until_at"], name="absence_not_over", condition=models.Q(is_over=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    @property
    def is_live(self) -> bool:
        return self.cancelled_at is None

    def holds(self, at: datetime) -> bool:
        return self.is_live and self.from_at <= at < self.until_at

    @property
    def holds_now(self) -> bool:
        return self.holds(timezone.now())

    @property
    def is_past(self) -> bool:
        return self.until_at <= timezone.now()
