from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.firm.middleware import zone_of
from kartu.planner.models.task import ICONS, LIVE, Task
from kartu.planner.recurrence import Occurrence, Rule, Start, describe, parse
from kartu.planner.recurrence.occurring import slot_name
from kartu.planner.rights import SERIES_ROWS
from kartu.security.rows import GuardedModel

ONE_MINUTE = timedelta(minutes=1)


class Series(GuardedModel):
    """A duty that comes back: what each of its tasks says, and the rule by which they come.

    `rule` is the text of `kartu.planner.recurrence`; it holds in `zone` from `starts_on` at the time `at` (none: any
    time of the day). With `segment` it has no tasks of its own but one series for each client in it (`whole` points
    back here). `made_until`: up to when its tasks stand there already. `ended_on`: the last day, where somebody ended
    it or the client left the segment. `stays_out`: somebody ended what came from a segment for this client, and no
    night begins it again. With `is_private` it is nobody's affair but its person's, and its tasks are private.
    """

    row_rule = SERIES_ROWS
    derived_fields = frozenset({"team", "made_until", "until", "paused_from", "paused_until"})
    late_fields = frozenset({"team", "made_until", "until", "paused_from", "paused_until"})

    title = models.CharField(_("What is to be done"), max_length=200)
    text = models.TextField(_("Details"), blank=True, max_length=20_000)
    kind = models.CharField(_("What is it"), max_length=10, choices=Task.Kind, default=Task.Kind.TASK)
    priority = models.PositiveSmallIntegerField(_("Priority"), choices=Task.Priority, default=Task.Priority.NORMAL)
    client = models.ForeignKey("clients.Client", models.CASCADE, null=True, blank=True, related_name="series")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    segment = models.ForeignKey("clients.Segment", models.SET_NULL, null=True, blank=True, related_name="+")
    whole = models.ForeignKey("self", models.CASCADE, null=True, editable=False, related_name="parts")

    author = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+")
    team = models.ForeignKey("firm.Team", models.SET_NULL, null=True, related_name="+")
    to_responsible = models.BooleanField(_("Whoever is responsible for the client does it"), default=False)

    begins = models.BooleanField(_("It begins at that time, and takes its place in the calendar"), default=False)
    estimate_minutes = models.PositiveIntegerField(_("Estimate, minutes"), null=True, blank=True)
    needs_acceptance = models.BooleanField(_("To be accepted by whoever set it"), default=False)
    is_private = models.BooleanField(_("Private"), default=False)
    # Lines of the checklist; reminders as `set_task` takes them, null: as is usual for the kind.
    items = models.JSONField(_("Checklist"), default=list, blank=True)
    reminders = models.JSONField(null=True, blank=True)

    rule = models.TextField(_("How often"), max_length=40_000)
    zone = models.CharField(max_length=64)
    starts_on = models.DateField(_("From"))
    at = models.TimeField(_("At"), null=True, blank=True)
    made_until = models.DateTimeField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    stays_out = models.BooleanField(default=False, editable=False)
    # What the rule says, for lists: its last day, and its last pause, without an end until somebody goes on with it.
    until = models.DateField(null=True, editable=False)
    paused_from = models.DateField(null=True, editable=False)
    paused_until = models.DateField(null=True, editable=False)

    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("recurring task")
        verbose_name_plural = _("recurring tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["whole", "client"],
                condition=LIVE & models.Q(whole__isnull=False, ended_on__isnull=True),
                name="series_of_client_once",
            ),
        ]
        indexes = [models.Index(fields=["made_until"], name="series_to_make", condition=LIVE)]

    def __str__(self) -> str:
        return self.title

    def derive(self) -> None:
        self.team_id = self.person.team_id
        rule = self.as_rule
        self.until = rule.until
        self.paused_from, self.paused_until = rule.pauses[-1] if rule.pauses else (None, None)

    @property
    def today(self) -> date:
        return timezone.now().astimezone(self.place).date()

    @property
    def is_over(self) -> bool:
        last = min(filter(None, (self.until, self.ended_on)), default=None)
        return last is not None and last < self.today

    @property
    def is_paused(self) -> bool:
        first, last = self.paused_from, self.paused_until
        return first is not None and first <= self.today and (last is None or self.today <= last)

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def as_rule(self) -> Rule:
        return parse(self.rule)

    @property
    def start(self) -> Start:
        return Start(self.starts_on, self.at, self.place)

    @property
    def place(self) -> ZoneInfo:
        return zone_of(self.zone)

    def left_out_at(self, at: time | None) -> tuple[str, ...]:
        """The slots that are left out, named as they are when it comes at `at`: what was skipped stays skipped."""
        if at == self.at or self.as_rule.times:
            return self.as_rule.exceptions
        mine = f"T{self.at:%H:%M}" if self.at else ""
        slots = self.as_rule.exceptions
        return tuple(slot_name(date.fromisoformat(slot[:10]), at) if slot[10:] == mine else slot for slot in slots)

    def sentence(self, field_label: str = "") -> str:
        return describe(self.as_rule, self.starts_on, self.at, field_label=field_label)

    def times_of(self, one: Occurrence) -> dict[str, object]:
        """When the task of an occurrence stands: a day, a moment by which it is due, or a place in the day."""
        times: dict[str, object] = dict.fromkeys(("start_at", "end_at", "due_at", "due_on"))
        if one.at is None:
            return {**times, "due_on": one.day}
        moment = one.moment.astimezone(UTC)
        if not self.begins:
            return {**times, "due_at": moment}
        minutes = self.estimate_minutes or Task.LENGTHS[Task.Kind(self.kind)]
        return {**times, "start_at": moment, "end_at": moment + minutes * ONE_MINUTE}


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
