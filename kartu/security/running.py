"""That the program starts and stops stands in the log: a kill, or a power cut, shows at the next start."""

from kartu.core.actors import System
from kartu.core.version import VERSION
from kartu.security import audit
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb


def started(how: str = "") -> None:
    """Tell of a start; `unclean` where nobody has told of an end before, with the last sign of life. Not in an empty
    log: there is no firm yet, and a demo firm writes its past first."""
    newest = AuditRow.objects.order_by("-id").first()
    if newest is None:
        return
    before = AuditRow.objects.filter(verb__in=(Verb.START, Verb.STOP)).order_by("-id").first()
    told = {"version": VERSION, "how": how}
    if before is not None and before.verb == Verb.START:
        told |= {"unclean": True, "last_sign": newest.at.isoformat()}
    audit.record(Verb.START, by=System("Kartu is started"), values=told)


def stopped() -> None:
    if AuditRow.objects.exists():
        audit.record(Verb.STOP, by=System("Kartu is stopped"), values={"version": VERSION})
