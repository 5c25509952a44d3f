from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.core.about import look_at
from kartu.core.actors import Actor
from kartu.core.fields import FoldedField
from kartu.core.text import sort_key
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.planner.rights import TASK_ROWS
from kartu.security import audit
from kartu.security.rows import GuardedModel

LIVE = models.Q(trashed_at__isnull=True)


class Task(GuardedModel):
    """Something that one person is to do: a task, a call, a meeting, a letter, a visit.

    When: `start_at` and `end_at` (a place in the day, both or none), `due_at` (to the minute) or `due_on` (a day, in
    the zone of whoever does it). `at` repeats the moment it stands at, `late_at` the one after which it is late; both
    are empty on a task without a date.
    """

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        LETTER = "letter", _("Letter")
        VISIT = "visit", _("Visit")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a task", "Open")
        REVIEW = "review", _("To be accepted")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not needed")

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, pgettext_lazy("of a priority", "Normal")
        HIGH = 3, _("High")
        URGENT = 4, _("Urgent")

    # How long what has a beginning but no end is taken to last, in minutes.
    LENGTHS = {Kind.TASK: 30, Kind.CALL: 15, Kind.MEETING: 60, Kind.LETTER: 15, Kind.VISIT: 90}
    LONGEST = timedelta(days=31)

    row_rule = TASK_ROWS
    derived_fields = frozenset({"at", "late_at", "team_id", "title_key"})
    late_fields = frozenset({"team_id"})

    title = models.CharField(_("What is to be done"), max_length=200)
    title_key = FoldedField(default="")
    text = models.TextField(_("Details"), blank=True, max_length=20_000)
    kind = models.CharField(_("What is it"), max_length=10, choices=Kind, default=Kind.TASK)
    priority = models.PositiveSmallIntegerField(_("Priority"), choices=Priority, default=Priority.NORMAL)

    client = models.ForeignKey(
        "clients.Client", models.CASCADE, null=True, blank=True, related_name="tasks", db_index=False
    )
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    # What else it hangs on: a deal, a document, a step of a process.
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subtasks")
    # Of a series: which one it is (`Occurrence.slot`), whether the program was off when it was to come, and in whose
    # place it is done, who is away.
    series = models.ForeignKey(
        "planner.Series", models.SET_NULL, null=True, editable=False, related_name="tasks", db_index=False
    )
    slot = models.CharField(max_length=20, blank=True, editable=False)
    came_late = models.BooleanField(default=False, editable=False)
    instead_of = models.ForeignKey("firm.User", models.PROTECT, null=True, editable=False, related_name="+")

    author = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("firm.Team", models.SET_NULL, null=True, related_name="+", db_index=False)

    start_at = models.DateTimeField(_("Begins"), null=True, blank=True)
    end_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    due_on = models.DateField(_("Due on the day"), null=True, blank=True)
    at = models.DateTimeField(null=True, editable=False)
    late_at = models.DateTimeField(null=True, editable=False)
    # How often the time was moved after it had been set.
    moves = models.PositiveSmallIntegerField(default=0, editable=False)
    estimate_minutes = models.PositiveIntegerField(_("Estimate, minutes"), null=True, blank=True)
    spent_minutes = models.PositiveIntegerField(_("Spent, minutes"), null=True, blank=True)

    is_private = models.BooleanField(_("Private"), default=False)
    # Its reminders come back until whoever is told says that he knows.
    needs_ack = models.BooleanField(_("Remind again until I say that I know"), default=False)
    needs_acceptance = models.BooleanField(_("To be accepted by whoever set it"), default=False)

    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.ForeignKey("planner.Outcome", models.PROTECT, null=True, blank=True, related_name="+")
    result = models.TextField(_("Result"), blank=True, max_length=20_000)
    # The call or meeting that finishing it wrote into the client's history.
    touch = models.ForeignKey("clients.Touch", models.SET_NULL, null=True, editable=False, related_name="+")
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey("firm.User", models.PROTECT, null=True, editable=False, related_name="+")

    # Where it came in from, and its number there.
    external_system = models.CharField(max_length=40, blank=True, editable=False)
    external_id = models.CharField(_("Number in the other program"), max_length=100, blank=True, editable=False)

    created_at = models.DateTimeField(auto_now_add=True)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                name="task_begins_and_ends",
                condition=models.Q(start_at__isnull=True, end_at__isnull=True)
                | models.Q(start_at__isnull=False, end_at__gt=models.F("start_at")),
            ),
            models.CheckConstraint(
                name="task_due_once", condition=models.Q(due_at__isnull=True) | models.Q(due_on__isnull=True)
            ),
            models.CheckConstraint(
                name="task_closed_says_so",
                condition=models.Q(state__in=["done", "dropped"], closed_at__isnull=False)
                | models.Q(state__in=["open", "review"], closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="task_done_has_result",
                condition=~models.Q(state__in=["done", "review"])
                | ~models.Q(result="")
                | models.Q(outcome__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["series", "slot"], condition=LIVE & models.Q(series__isnull=False), name="task_of_series_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state", "at"], name="task_of_person", condition=LIVE),
            models.Index(fields=["team", "state", "at"], name="task_of_team", condition=LIVE),
            models.Index(fields=["client", "state", "at"], name="task_of_client", condition=LIVE),
            models.Index(fields=["state", "at"], name="task_by_time", condition=LIVE),
            models.Index(fields=["at", "id"], name="task_by_moment", condition=LIVE),
            models.Index(fields=["author", "state"], name="task_of_author", condition=LIVE),
            models.Index(fields=["about_type", "about_id"], name="task_about", condition=~models.Q(about_type="")),
            models.Index(
                fields=["external_system", "external_id"], name="task_external", condition=~models.Q(external_id="")
            ),
            models.Index(fields=["closed_at"], name="task_closed", condition=models.Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def trash_paths(cls, *, deep: bool = True) -> list[str]:
        """What hangs on a client in the trash is out of sight with it."""
        return [*super().trash_paths(deep=deep), *(["client__trashed_at"] if deep else [])]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.OPEN, self.State.REVIEW)

    @property
    def exact_at(self) -> datetime | None:
        """When it begins, or else the minute by which it is due; None: it has a day at most."""
        return self.start_at or self.due_at

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def insists(self) -> bool:
        """Whether its reminders come back until they are acknowledged; those of what is urgent always do."""
        return self.needs_ack or self.priority == self.Priority.URGENT

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.late_at is not None and self.late_at < timezone.now()

    def may_be_accepted_by(self, person: Actor) -> bool:
        """Whether it waits for that, and is not his own work; whoever accepts must be able to change it, too."""
        is_own = person.pk == self.person_id and person.pk != self.author_id
        return self.state == self.State.REVIEW and not is_own

    @property
    def look(self) -> str:
        """The address of a look at what it hangs on."""
        return look_at(self.about_type, self.about_id)

    def derive(self) -> None:
        self.title_key = sort_key(self.title)
        self.team_id = self.person.team_id
        end_of_day = end_of(self.due_on, self.person.time_zone)
        self.at = self.exact_at or end_of_day
        self.late_at = self.due_at or end_of_day or self.end_at

    def save(self, **kwargs: Any) -> None:
        left = None if self._state.adding else self._loaded.get("client_id")
        super().save(**kwargs)
        if left not in (None, self.client_id):
            # The client that it was about has another next step now.
            audit.acting().roots.add(("clients.client", left))

    @classmethod
    def written_many(cls, rows: list[GuardedModel]) -> None:
        """Whoever gets many tasks at once gets them into his team and his day, too."""
        people = User.objects.in_bulk({row.person_id for row in rows})
        for row in rows:
            row.person = people[row.person_id]
            row.derive()
        derived = ["team_id", "at", "late_at", "title_key"]
        cls.objects.as_system("what tasks repeat of whoever does them").bulk_update(rows, derived)

    def times(self) -> dict[str, Any]:
        """What says when it is to be done."""
        return {name: getattr(self, name) for name in TIMES}


ICONS = {
    Task.Kind.TASK: "checkbox",
    Task.Kind.CALL: "phone",
    Task.Kind.MEETING: "users",
    Task.Kind.LETTER: "mail",
    Task.Kind.VISIT: "map-pin",
}
TIMES = ("start_at", "end_at", "due_at", "due_on")


def end_of(day: date | None, zone: str) -> datetime | None:
    """The last moment of `day` in `zone`."""
    if day is None:
        return None
    morning_after = datetime.combine(day + timedelta(days=1), time(0), zone_of(zone))
    return morning_after.astimezone(UTC) - timedelta(microseconds=1)
