from kartu.security.models.audit import AuditPayload, AuditRow
from kartu.security.models.view import ViewRow

__all__ = ["AuditPayload", "AuditRow", "ViewRow"]
