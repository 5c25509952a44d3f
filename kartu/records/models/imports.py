from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor, Scope


class ImportQuerySet(models.QuerySet):
    def reachable(self, by: Actor, importer: str, right: str) -> "ImportQuerySet":
        """The imports of one kind that `by` may look at: his own, or everybody's with the right over all."""
        scope = by.scope(right)
        if scope is None:
            return self.none()
        rows = self.filter(importer=importer)
        return rows if scope is Scope.ALL else rows.filter(by_id=by.pk)


class Import(models.Model):
    """A file on its way to becoming records, from the drop to the result; what became of it can be looked up for ever.

    `wanted` is what the person chose about reading (sheet, encoding, delimiter), `layout` what was found in the file,
    `choices` which column feeds what, `answers` the rest of the decisions. Rows up to the `applied`-th are written.
    Rows put right afterwards go in as further steps, of which `step` is the number of the last one (0: none).
    `undo_set` is the last taking back, or the bringing back after it; `undone_to` how far it has come, as the id of a
    row of the log.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("read, columns to be checked")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("running")
        CANCELLING = "cancelling", _("being taken back")
        RETURNING = "returning", _("being brought back")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("stopped, nothing was kept")
        UNDONE = "undone", _("taken back")
        REFUSED = "refused", _("the file was not taken")

    # At work: nothing may be changed by hand meanwhile.
    BUSY = (State.READING, State.CHECKING, State.RUNNING, State.CANCELLING, State.RETURNING)

    importer = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    file = models.FileField(upload_to="imports/%Y/%m/", max_length=200)
    name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    header_fingerprint = models.CharField(max_length=64, blank=True)
    wanted = models.JSONField(default=dict)
    header_row = models.PositiveIntegerField(null=True)
    layout = models.JSONField(default=dict)
    choices = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    refusal = models.CharField(max_length=300, blank=True)

    read_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    change_count = models.PositiveIntegerField(default=0)
    same_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    remark_count = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    step = models.PositiveIntegerField(default=0)
    undone_to = models.BigIntegerField(null=True)
    undo_set = models.ForeignKey("records.ChangeSet", models.PROTECT, null=True, related_name="+")
    restored_count = models.PositiveIntegerField(default=0)
    kept_count = models.PositiveIntegerField(default=0)

    change_set = models.ForeignKey("records.ChangeSet", models.PROTECT, null=True, related_name="+")
    job_id = models.BigIntegerField(null=True)
    by = models.ForeignKey("firm.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="import_newest"),
            models.Index(fields=["importer", "header_fingerprint", "-id"], name="import_same_header"),
        ]
        constraints = [
            # Accepted and rejected are all that was read, whenever a check or a run has ended.
            models.CheckConstraint(
                condition=~models.Q(state__in=["checked", "done"])
                | models.Q(
                    read_count=models.F("new_count")
                    + models.F("change_count")
                    + models.F("same_count")
                    + models.F("rejected_count")
                ),
                name="import_loses_no_row",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def may_start(self) -> bool:
        return self.state == self.State.CHECKED and self.taken_count > 0

    @property
    def taken_count(self) -> int:
        """Rows that become something: new records, and changes of those that are here."""
        return self.new_count + self.change_count

    @property
    def may_be_mapped(self) -> bool:
        return self.state in (self.State.READY, self.State.CHECKED)

    @property
    def may_be_undone(self) -> bool:
        return self.state == self.State.DONE and self.taken_count > 0

    @property
    def may_be_fixed(self) -> bool:
        """Whether its rows may be put right: before they are taken, and afterwards while the file is kept."""
        return self.state == self.State.CHECKED or (self.state == self.State.DONE and bool(self.file))

    @property
    def next_step(self) -> int:
        return self.step + 1

    @property
    def open_step(self) -> "ImportStep | None":
        """The further step that is on its way."""
        return self.steps.filter(finished_at=None).first()

    @property
    def waiting(self) -> models.QuerySet["ImportRow"]:
        """Rows left out and put right afterwards: the next step takes them."""
        return self.rows.filter(step=self.next_step)

    @property
    def to_look_at(self) -> models.QuerySet["ImportRow"]:
        """Rows with a reason beside them, and those that wait."""
        return self.rows.filter(~models.Q(problems=[]) | models.Q(step=self.next_step))

    @property
    def progress(self) -> tuple[int, int]:
        """How many rows are written, of how many."""
        step = self.open_step
        return (step.done, step.count) if step else (self.applied, self.layout.get("count", 0))


class ImportRow(models.Model):
    """A row of the file that was not taken as it stood: `problems` are [[column or null, text, value, address], ...].

    `number` is the row as the sheet counts; a row with a remark only has the fate "new". Of one that means a record
    which is here, `object_id` is the record, `changes` what becomes of it: [[field, before, after], ...] in words.
    One that was put right after the import carries the number of the `step` that takes it; until then it is counted as
    the fate `left_as`.
    """

    class Fate(models.TextChoices):
        NEW = "new", _("taken, with a remark")
        CHANGE = "change", _("changed")
        SAME = "same", _("already here")
        REJECTED = "rejected", _("not taken")

    source = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    fate = models.CharField(max_length=8, choices=Fate)
    title = models.CharField(max_length=120, blank=True)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    object_id = models.BigIntegerField(null=True)
    step = models.PositiveIntegerField(default=0)
    left_as = models.CharField(max_length=8, choices=Fate, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["source", "fate", "number"], name="import_row_fate"),
            models.Index(fields=["source", "step", "number"], name="import_row_step", condition=models.Q(step__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.fate}"


class ImportFix(models.Model):
    """What a person put right in a row before it is taken: `cells` are {column: text}, or the row is left out."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="fixes")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    is_skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="import_fix_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"


class ImportStep(models.Model):
    """Rows put right after their import, taken in as its `number`-th further step with a batch of their own.

    `count` rows waited, `done` of them are written, the last one of these is row `done_to`. `undo_before` is the chain
    of undoings that the import had when the step was stopped.
    """

    source = models.ForeignKey(Import, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    change_set = models.ForeignKey("records.ChangeSet", models.PROTECT, related_name="+")
    by = models.ForeignKey("firm.User", models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    done_to = models.PositiveIntegerField(default=0)
    undo_before = models.ForeignKey("records.ChangeSet", models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="import_step_once"),
            models.UniqueConstraint(
                fields=["source"], name="import_one_step_open", condition=models.Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"
