"""The backups of the night, and those that somebody asked for."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job
from kartu.security.backup import keeping
from kartu.security.models.backup import Backup, BackupSettings


@every("*/15 * * * *", name="security.backups", system="A night without a backup is a day of work at stake")
def look_at_the_clock(*, by: Actor) -> bool:
    """The hour is the owner's to choose, so the clock asks; a night that was slept through is made up for."""
    now = timezone.now()
    is_due = keeping.is_due(BackupSettings.current(), now)
    if is_due:
        keeping.change_settings(begun_at=now)
        make_backup.later(kind=Backup.Kind.NIGHTLY, dedupe="security.backup")
    return is_due


@job(
    system="All data of the firm are saved into one sealed file",
    label=_("Making a backup"),
    queue="long",
    atomic=False,
    max_attempts=3,
)
def make_backup(*, by: Actor, kind: str) -> int:
    """Returns the id of the backup. Its copy is made by a job of its own: the other end may be away for hours."""
    backup = keeping.make(kind, by=by)
    copy_backup.later(backup_id=backup.pk, dedupe=f"security.copy:{backup.pk}")
    return backup.pk


@job(
    system="A copy in a second place, for the day on which this computer burns",
    label=_("Copying a backup"),
    queue="long",
    atomic=False,
    max_attempts=12,
)
def copy_backup(*, by: Actor, backup_id: int) -> bool:
    """Returns whether there is a second place, and the backup still here."""
    backup = Backup.objects.filter(pk=backup_id).exclude(is_good=False).first()
    return keeping.copy(backup) if backup else False


@job(
    system="A backup is worth what can be brought back of it",
    label=_("Trying a backup out"),
    queue="long",
    atomic=False,
    max_attempts=3,
)
def try_backup(*, by: Actor, backup_id: int) -> bool | None:
    """Returns whether it is good; None: it could not be tried, or is gone."""
    backup = Backup.objects.filter(pk=backup_id).first()
    return keeping.try_out(backup).is_good if backup else None
