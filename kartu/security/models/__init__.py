from kartu.security.models.alert import Alert, AlertSettings, LogPosition, Tally
from kartu.security.models.audit import AuditPayload, AuditRow
from kartu.security.models.backup import Backup, BackupSettings, Restoration
from kartu.security.models.check import DataCheck
from kartu.security.models.notice import NoticePeriod
from kartu.security.models.retention import LogRetention
from kartu.security.models.seal import Seal, ToldHead
from kartu.security.models.token import AccessToken
from kartu.security.models.view import ViewRow

__all__ = [
    "AccessToken",
    "Alert",
    "AlertSettings",
    "AuditPayload",
    "AuditRow",
    "Backup",
    "BackupSettings",
    "DataCheck",
    "LogPosition",
    "LogRetention",
    "NoticePeriod",
    "Restoration",
    "Seal",
    "Tally",
    "ToldHead",
    "ViewRow",
]
