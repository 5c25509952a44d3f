"""Where the old addresses of a merged card lead."""

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.security.models.audit import AuditRow, Verb


def successor(pk: int, by: Actor) -> int | None:
    """The card that took the client `pk` over, if `by` sees it. The log knows it also when the old card is removed."""
    rows = Client.objects.as_system("where the address of a merged card leads").filter(pk=pk)
    old = rows.values_list("merged_into_id", "trashed_at").first()
    winner = old[0] if old else merged_into(pk)
    return winner if winner and Client.objects.visible_to(by).filter(pk=winner).exists() else None


def merged_into(pk: int) -> int | None:
    told = AuditRow.objects.filter(
        object_type=Client._meta.label_lower, object_id=pk, verb__in=(Verb.TRASH, Verb.CHANGE)
    )
    for line in told.select_related("payload").order_by("-pk"):
        values = line.payload.values.get("after", {})
        if "merged_into_id" in values:
            return values["merged_into_id"]
    return None
