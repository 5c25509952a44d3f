"""Making the incident paper, and the line of the log by which it is known again."""

import hashlib

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.firm.acts import must
from kartu.firm.models import User
from kartu.records.incident.evidence import Evidence
from kartu.records.incident.words import told
from kartu.records.models import ExportMark
from kartu.records.printing import foot, letterhead, render
from kartu.security import audit
from kartu.security.alerts.actions import check
from kartu.security.models.alert import Alert
from kartu.security.models.audit import Verb
from kartu.security.rights import ALERTS, EXPORT_LOG

KIND = "incident"
DATA = "incident.json"


def print_incident(*, alert: Alert, purpose: str, language: str, by: User) -> bytes:
    """The PDF about `alert`; the line of the log that tells of it, with the hash of the file, is written already.

    The data of the paper are attached to it as JSON, and their hash stands on it. Raises ValidationError for an alert
    about oneself, Frozen where nothing may leave, NotPrintable.
    """
    must(by.may(ALERTS) and by.may(EXPORT_LOG), f"a paper about alert {alert.pk}")
    check(alert, by)
    now = timezone.now().replace(microsecond=0)
    with translation.override(language):
        mark = ExportMark.begin(by, now)
        evidence = Evidence(alert, by)
        data = told(evidence, purpose, now)
        written = audit.canonical(data)
        sha256_data = hashlib.sha256(written.encode()).hexdigest()
        page = {**data, **letterhead(), **foot(by, now, mark), **proved_by(sha256_data)}
        pdf = render("records/paper/incident.typ", page, language=language, at=now, attached={DATA: written})
        values = {
            "paper": KIND,
            "said": _("Incident paper"),
            "purpose": purpose,
            "language": language,
            "rows": len(evidence.rows),
            "number": mark.number,
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "sha256_data": sha256_data,
            "head": str(evidence.head or ""),
        }
        audit.record(Verb.PRINT, alert, by=by, values=values)
        return pdf


def proved_by(sha256_data: str) -> dict[str, str]:
    return {
        "hash": sha256_data,
        "hash_label": _("SHA-256 of the data"),
        "hash_note": _(
            "The data of this paper lie in it as an attachment, incident.json: this is its hash. The hash of the whole "
            "file stands in the log: kartu find-culprit, or the page Whose file is this, know the file again by it."
        ),
    }
