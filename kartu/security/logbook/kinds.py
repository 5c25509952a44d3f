"""The kinds of records that lines of the log name; of some there may be none any more."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from kartu.security.former import former_kinds

# What those are called that have no name of their own on other pages.
NAMES = {
    "firm.firm": _("the firm's data"),
    "firm.legalentity": _("legal entity"),
    "firm.branch": _("branch"),
    "firm.team": _("team"),
    "firm.role": _("role"),
    "firm.user": _("colleague"),
    "firm.invitation": _("invitation"),
    "security.alert": _("alert"),
    "security.backup": _("backup"),
    "security.backupsettings": _("backups"),
    "security.logretention": _("how long the log is kept"),
    "security.accesstoken": _("access token"),
    "records.file": _("file"),
    "records.section": _("section"),
    "records.field": _("field"),
    "notifications.notification": _("notice"),
    "notifications.mailsettings": _("outgoing mail"),
}


def model_of(object_type: str) -> Any | None:
    """The model called "clients.client"; None where there is none (any more)."""
    try:
        return apps.get_model(object_type) if object_type else None
    except (LookupError, ValueError):
        return None


def kind_of(object_type: str) -> str:
    """What a record of this kind is called: "contact"; "" for kinds that are not called anything."""
    if object_type in NAMES:
        return str(NAMES[object_type])
    if object_type in former_kinds:
        return str(former_kinds[object_type].label)
    model = model_of(object_type)
    has_name = model is not None and "verbose_name" in model._meta.original_attrs
    return str(model._meta.verbose_name) if has_name else ""
