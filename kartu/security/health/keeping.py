"""What keeps the data: backups, their proof, the second place, the seals of the log, the check of the data."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kartu.core.formats import format_datetime, near_date
from kartu.core.moments import ago
from kartu.firm.models import Firm
from kartu.security.health.lines import BAD, WARN, Reading
from kartu.security.models import Backup, BackupSettings, DataCheck
from kartu.security.seals.heads import current_head, waiting_rows

PROOF_TOO_OLD = timedelta(days=8)
COPY_TOO_OLD = timedelta(days=2)
SEAL_IS_LATE, SEAL_IS_MISSING = timedelta(minutes=15), timedelta(hours=2)
CHECK_TOO_OLD = timedelta(days=15)


def backup() -> Reading:
    wanted, now = BackupSettings.current(), timezone.now()
    newest = Backup.objects.newest().exclude(is_good=False).first()
    value = near_date(newest.made_at) if newest else _("none yet")
    began = newest.made_at if newest else first_day()
    if wanted.last_error:
        return Reading(f"{value}. {wanted.last_error}", BAD, gettext_lazy("Put right what it says, then back up now."))
    if not wanted.is_on:
        return Reading(value, WARN, gettext_lazy("No backups are made at night. Switch them on."))
    if began and now - began > Backup.TOO_OLD:
        return Reading(
            value, BAD, gettext_lazy("The newest good backup is too old. Back up now, and see why none was made.")
        )
    return Reading(value)


def first_day():
    return Firm.objects.order_by().values_list("created_at", flat=True).first()


def proof() -> Reading:
    """A backup is worth what can be brought back of it."""
    tried = Backup.objects.newest("tried_at").first()
    if tried is None:
        return Reading(
            _("no backup was tried out yet"), WARN, gettext_lazy("Back up now: each is tried out once it is made.")
        )
    value = _("%(when)s: %(what)s")
    if tried.is_good is False:
        told = {"when": near_date(tried.tried_at), "what": tried.finding}
        return Reading(
            value % told,
            BAD,
            gettext_lazy(
                "That backup is no good. Back up now; if the next one is no good either, have the disk looked at."
            ),
        )
    if tried.is_good is None:
        told = {"when": near_date(tried.tried_at), "what": tried.finding or _("not tried")}
        return Reading(
            value % told, WARN, gettext_lazy("Let the database user make a scratch database, as it says there.")
        )
    shown = value % {"when": near_date(tried.tried_at), "what": _("brought back whole")}
    if timezone.now() - tried.tried_at > PROOF_TOO_OLD:
        return Reading(shown, WARN, gettext_lazy("That is long ago. Try the newest backup out."))
    return Reading(shown)


def second_place() -> Reading:
    wanted = BackupSettings.current()
    if wanted.second == BackupSettings.Second.NONE:
        return Reading(
            _("none"),
            WARN,
            gettext_lazy("What burns with the computer is no backup: choose a second place for copies."),
        )
    copied = Backup.objects.newest("copied_at").first()
    failed = Backup.objects.exclude(copy_error="").order_by("-made_at").first()
    value = near_date(copied.copied_at) if copied else _("nothing copied yet")
    if failed and not (copied and copied.made_at > failed.made_at):
        is_old = not copied or timezone.now() - copied.copied_at > COPY_TOO_OLD
        return Reading(
            f"{value}. {failed.copy_error}",
            BAD if is_old else WARN,
            gettext_lazy("See that the second place can be reached; the copy is tried again by itself."),
        )
    return Reading(value)


def seals() -> Reading:
    """The newest seal, which goes to the owners each morning, and what no seal covers yet."""
    head, now = current_head(), timezone.now()
    todo = gettext_lazy("The log is sealed each minute by the work in the background: see whether that runs.")
    began = head.at if head else first_day()
    value = f"{head.number}:{head.hash[:12]}…, {near_date(head.at)}" if head else _("nothing is sealed yet")
    if began and now - began > SEAL_IS_LATE and waiting_rows():
        return Reading(value, BAD if now - began > SEAL_IS_MISSING else WARN, todo)
    return Reading(value)


def data() -> Reading:
    """What `kartu check` found when it last ran here."""
    last = DataCheck.objects.order_by("-pk").first()
    if last is None:
        return Reading(
            _("never checked yet"), WARN, gettext_lazy("Check the data now. By itself it happens every Sunday.")
        )
    if last.broken:
        keys = ", ".join(last.broken)
        found = ngettext(
            "%(count)d thing is broken: %(keys)s", "%(count)d things are broken: %(keys)s", len(last.broken)
        )
        value = f"{format_datetime(last.at)}: {found % {'count': len(last.broken), 'keys': keys}}"
        return Reading(
            value,
            BAD,
            gettext_lazy("Make a backup and keep it, then show whoever looks after Kartu what `kartu check` says."),
        )
    value = _("%(when)s: all %(count)d checks passed") % {"when": near_date(last.at), "count": last.asked}
    if ago(last.at) > CHECK_TOO_OLD:
        return Reading(value, WARN, gettext_lazy("That is long ago. Check the data now."))
    return Reading(value)
