"""The folder of backups: what lies there, which of them stay, and one made, tried and noted at a time."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import progress
from kartu.core.jobs.clock import zone
from kartu.core.moments import BELIEVED, latest
from kartu.core.sealing import Unreadable
from kartu.security.audit import record
from kartu.security.backup import proof
from kartu.security.backup.archive import Manifest
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import in_use
from kartu.security.backup.places import Folder, Place, Storage
from kartu.security.backup.save import save
from kartu.security.models.audit import Verb
from kartu.security.models.backup import Backup, BackupSettings
from kartu.security.signals import backup_told

SUFFIX, PLAIN_SUFFIX = ".kartu", ".zip"
KEEP_UPGRADES = 3
KEEP_BAD = timedelta(days=7)
LEFT_AFTER = timedelta(hours=12)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def path_of(backup: Backup) -> Path:
    return folder() / backup.file


def file_name(*, is_sealed: bool = True) -> str:
    """A name for a backup that is made now: "kartu-2026-11-29-020000.kartu", in UTC."""
    moment = timezone.now().strftime("%Y-%m-%d-%H%M%S")
    return f"kartu-{moment}{SUFFIX if is_sealed else PLAIN_SUFFIX}"


def make(kind: str, *, by: Actor) -> Backup:
    """Make a backup, try it out, and take away those whose time is over. Raises Unusable where none could be made."""
    progress(0, 3)
    sweep_leftovers()
    name = file_name()
    try:
        manifest = save(folder() / name, key=in_use(), by=by)
    except Unusable as why:
        note_failure(str(why))
        raise
    backup = note(folder() / name, manifest, kind)
    change_settings(last_error="")
    progress(1, 3)
    try_out(backup)
    progress(2, 3)
    find_files()
    clear_away(by=by)
    progress(3, 3)
    return backup


def note(path: Path, manifest: Manifest, kind: str) -> Backup:
    """Put a file that was just made, under the key in use, on the list."""
    made_at = datetime.fromisoformat(manifest.made_at)
    size = path.stat().st_size
    return Backup.objects.create(file=path.name, kind=kind, made_at=made_at, size=size, key_name=in_use().name)


def note_failure(why: str) -> None:
    with transaction.atomic():
        change_settings(last_error=why[:300])
        backup_told.send(sender=None, what="not_made", why=why, key=f"{timezone.now():%Y-%m-%d}")


def change_settings(**values: object) -> None:
    BackupSettings.objects.update_or_create(pk=1, defaults=values)


def try_out(backup: Backup) -> Backup:
    """Bring the backup back into a scratch place and note what came of it; a bad one is told to those who keep them."""
    backup.tried_at, backup.is_good, backup.finding = timezone.now(), True, ""
    try:
        proof.prove(path_of(backup))
    except proof.Untried as why:
        backup.is_good, backup.finding = None, str(why)[:300]
    except Unusable as why:
        backup.is_good, backup.finding = False, str(why)[:300]
    with transaction.atomic():
        backup.save(update_fields=["tried_at", "is_good", "finding"])
        if backup.is_good is False:
            backup_told.send(sender=None, what="bad", why=backup.finding, key=f"{backup.file}:{backup.tried_at}")
    return backup


def second_place() -> Place | None:
    """Where copies go; None: nowhere. Raises Unusable where its secret cannot be read any more."""
    wanted = BackupSettings.current()
    if wanted.second == BackupSettings.Second.FOLDER:
        return Folder(Path(wanted.folder))
    if wanted.second != BackupSettings.Second.S3:
        return None
    try:
        secret = wanted.secret
    except Unreadable:
        raise Unusable("The secret of the storage cannot be read any more. Type it again.") from None
    given = (wanted.s3_address, wanted.s3_bucket, wanted.s3_region, wanted.s3_key_id, secret)
    return Storage(*given, allows_http=wanted.s3_allows_http)


def copy(backup: Backup) -> bool:
    """Copy `backup` to the second place; whether there is one. Raises Unusable, which is noted and told once a day."""
    try:
        place = second_place()
        if place:
            place.put(path_of(backup))
    except (Unusable, FileNotFoundError) as error:
        backup.copy_error = str(error)[:300]
        with transaction.atomic():
            backup.save(update_fields=["copy_error"])
            backup_told.send(sender=None, what="not_copied", why=str(error), key=f"{timezone.now():%Y-%m-%d}")
        raise
    if place:
        backup.copied_at, backup.copy_error = timezone.now(), ""
        backup.save(update_fields=["copied_at", "copy_error"])
    return place is not None


def sweep_leftovers() -> None:
    """What a process that was killed has left: snapshots and unpacked backups beside the data, halves of files."""
    home = Path(settings.DATA_DIR)
    left = [*home.glob(".backup-*"), *home.glob(".proof-*"), *home.glob(".restore-*"), *folder().glob("*.part")]
    for path in left:
        if timezone.now().timestamp() - path.stat().st_mtime < LEFT_AFTER.total_seconds():
            continue  # somebody may be at work on it
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def find_files() -> None:
    """Note the files that nobody noted (a restored firm knows only older ones), and forget those that are gone."""
    there = {path.name: path for path in folder().glob("*") if path.suffix in (SUFFIX, PLAIN_SUFFIX)}
    known = set(Backup.objects.values_list("file", flat=True))
    for name in sorted(set(there) - known):
        told = there[name].stat()
        made_at = datetime.fromtimestamp(told.st_mtime, tz=timezone.get_default_timezone())
        Backup.objects.create(file=name, kind=Backup.Kind.FOUND, made_at=made_at, size=told.st_size)
    Backup.objects.filter(file__in=known - set(there)).delete()


def clear_away(*, by: Actor) -> list[str]:
    """Delete what the clock or an upgrade made and nobody needs any more; returns the names."""
    over = overdue(Backup.objects.all(), BackupSettings.current(), timezone.now())
    for backup in over:
        if backup.copied_at:
            with suppress(Unusable):  # it stays there longer than it has to
                if place := second_place():
                    place.delete(backup.file)
        delete(backup, by=by)
    return [backup.file for backup in over]


def overdue(backups: Iterable[Backup], wanted: BackupSettings, now: datetime) -> list[Backup]:
    """Which of `backups` go: of the nightly ones the newest of each wanted day, week and month stays.

    Those made by hand stay until somebody deletes them. A bad one takes nobody's place and is shown for a week.
    """
    nightly = newest_first(backup for backup in backups if backup.kind == Backup.Kind.NIGHTLY)
    sound = [backup for backup in nightly if backup.is_good is not False]
    staying = {
        backup.pk
        for count, period in ((wanted.daily, "%Y-%m-%d"), (wanted.weekly, "%G-%V"), (wanted.monthly, "%Y-%m"))
        for backup in newest_of_each(sound, period)[:count]
    }
    staying |= {backup.pk for backup in nightly if backup.is_good is False and now - backup.made_at < KEEP_BAD}
    upgrades = newest_first(backup for backup in backups if backup.kind == Backup.Kind.UPGRADE)
    return [backup for backup in nightly if backup.pk not in staying] + upgrades[KEEP_UPGRADES:]


def newest_first(backups: Iterable[Backup]) -> list[Backup]:
    return sorted(backups, key=lambda backup: (backup.made_at <= latest(), backup.made_at), reverse=True)


def newest_of_each(backups: list[Backup], period: str) -> list[Backup]:
    """Of `backups`, newest first, one for each day, week or month (strftime's `period`) of the firm's zone."""
    first: dict[str, Backup] = {}
    for backup in backups:
        first.setdefault(backup.made_at.astimezone(zone()).strftime(period), backup)
    return list(first.values())


def delete(backup: Backup, *, by: Actor) -> None:
    """Take the file away for good; the log says whose doing it was."""
    with transaction.atomic():
        record(Verb.PURGE, backup, by=by, values={"file": backup.file, "made_at": backup.made_at.isoformat()})
        path_of(backup).unlink(missing_ok=True)
        backup.delete()


def is_due(wanted: BackupSettings, now: datetime) -> bool:
    """Whether the hour has passed since the clock last began one; in the morning too, where nights are switched off.

    One that was begun in days to come was begun by a wrong clock, and is none.
    """
    local = now.astimezone(zone())
    slot = local.replace(hour=wanted.at.hour, minute=wanted.at.minute, second=0, microsecond=0)
    if slot > local:
        slot -= timedelta(days=1)
    return wanted.is_on and (wanted.begun_at is None or not slot <= wanted.begun_at <= now + BELIEVED)
