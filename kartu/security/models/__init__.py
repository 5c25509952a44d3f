from kartu.security.models.alert import Alert, AlertSettings, LogPosition, Tally
from kartu.security.models.audit import AuditPayload, AuditRow
from kartu.security.models.token import AccessToken
from kartu.security.models.view import ViewRow

__all__ = [
    "AccessToken",
    "Alert",
    "AlertSettings",
    "AuditPayload",
    "AuditRow",
    "LogPosition",
    "Tally",
    "ViewRow",
]
