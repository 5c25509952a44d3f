"""What people do with backups on their page; the files themselves are the business of `backup/`."""

from collections.abc import Iterable
from typing import Any

from django.forms import ModelForm
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.models import Job
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.backup import keeping, keys
from kartu.security.jobs.backups import copy_backup, make_backup, try_backup
from kartu.security.leaving.notice import take_out
from kartu.security.models.audit import Verb
from kartu.security.models.backup import Backup, BackupSettings, Restoration
from kartu.security.rights import BACKUPS


@action(BACKUPS)
def back_up_now(*, by: Actor) -> Job:
    """A backup by hand, made by the worker; pressed twice it is made once."""
    audit.record(Verb.EXPORT, by=by, values={"backup": "asked for"})
    return make_backup.later(kind=Backup.Kind.BY_HAND, by=by, dedupe="security.backup")


@action(BACKUPS)
def try_out(*, backup: Backup, by: Actor) -> Job:
    return try_backup.later(backup_id=backup.pk, by=by, dedupe=f"security.try:{backup.pk}")


@action(BACKUPS)
def delete_backup(*, backup: Backup, by: Actor) -> None:
    keeping.delete(backup, by=by)


@action(BACKUPS)
def change_schedule(*, values: dict[str, Any], by: Actor) -> None:
    """Save what a valid ScheduleForm holds: {"is_on": ..., "at": ..., "daily": ..., "weekly": ..., "monthly": ...}."""
    before = told_of(BackupSettings.current(), values)
    keeping.change_settings(**values)
    kept = BackupSettings.current()
    audit.record(Verb.SETTING, kept, by=by, values={"before": before, "after": told_of(kept, values)})


def told_of(kept: BackupSettings, names: Iterable[str]) -> dict[str, Any]:
    return {name: audit.plain(getattr(kept, name)) for name in names}


@action(BACKUPS)
def change_place(*, form: ModelForm, by: Actor) -> None:
    """Save what a valid PlaceForm holds, and copy the newest backup there, to see that it works."""
    before = told_of(BackupSettings.current(), form.Meta.fields)
    wanted = form.save()
    after = {**told_of(wanted, form.Meta.fields), "secret": bool(wanted.sealed_secret)}
    audit.record(Verb.SETTING, wanted, by=by, values={"before": before, "after": after})
    newest = Backup.objects.exclude(is_good=False).first()
    if newest and wanted.second != BackupSettings.Second.NONE:
        copy_backup.later(backup_id=newest.pk, by=by, dedupe=f"security.copy:{newest.pk}")


@action(BACKUPS)
def show_key(*, by: Actor) -> keys.RecoveryKey:
    """The recovery key, to be printed: the one in use where nobody has seen it, otherwise a new one."""
    key = keys.in_use()
    is_new = BackupSettings.current().key_shown == key.name
    if is_new:
        key = keys.keep(keys.RecoveryKey.new())
    keeping.change_settings(key_shown=key.name)
    audit.record(Verb.REVEAL, BackupSettings.current(), by=by, values={"recovery_key": key.name, "new": is_new})
    return key


def note_download(*, backup: Backup, by: Actor) -> None:
    """Durable before the first byte leaves."""
    take_out(backup, by=by, values={"file": backup.file, "size": backup.size})


@action(BACKUPS)
def let_letters_out(*, by: Actor) -> None:
    """After a restoration: what waits may leave the house now."""
    for restoration in Restoration.holding().select_for_update():
        restoration.let_out_at, restoration.let_out_by_id = timezone.now(), by.pk
        restoration.save(update_fields=["let_out_at", "let_out_by"])
        audit.record(Verb.SETTING, restoration, by=by, values={"letters": "let out", "file": restoration.file})
