"""What this app adds to the lists of the apps below it. Read this file first."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.firm.signals import told
from kartu.firm.tabs import SettingsTab, settings_tabs
from kartu.records.actions import restore_file
from kartu.records.changes import hidden_ids
from kartu.records.idempotency import claim
from kartu.records.models import File
from kartu.records.rights import FILES_ATTACH, UNDO
from kartu.records.trash import Trashed, trash
from kartu.security import audit
from kartu.security.rows import GuardedQuerySet, hidden_batches

hidden_batches.append(hidden_ids)

audit.written.connect(claim, dispatch_uid="records.idempotency")
told.connect(claim, dispatch_uid="records.idempotency")

settings_tabs.add(SettingsTab("changes", _("Changes"), "records:changes", order=800, right=UNDO))
settings_tabs.add(SettingsTab("trash", _("Trash"), "records:trash", order=810))


def files_in_the_trash(actor: Actor) -> GuardedQuerySet:
    return File.objects.visible_to(actor, FILES_ATTACH, trashed=True)


trash.add(
    Trashed(
        key="records.file",
        label=_("Files"),
        icon="file",
        rows=files_in_the_trash,
        restore=lambda file, by: restore_file(file=file, by=by),
        order=90,
    )
)
