"""The head of the chain leaves the house: by notice and letter once a day, and in every backup."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from kartu.core.outbox import publish
from kartu.security.events import LogHeadTold
from kartu.security.models import AuditRow, Seal, ToldHead, ViewRow


@dataclass(frozen=True)
class Head:
    """The newest seal. `rows` counts what all seals hold."""

    number: int
    hash: str
    at: datetime
    rows: int

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def current_head() -> Head | None:
    newest = Seal.objects.order_by("-number").values_list("number", "hash", "at").first()
    if newest is None:
        return None
    return Head(*newest, Seal.objects.filter(number__lte=newest[0]).aggregate(rows=Sum("count"))["rows"])


def tell_head() -> ToldHead | None:
    """Tell the owners the head of today, once a day, where there is anything new to tell."""
    head, day = current_head(), timezone.localdate()
    if head is None or ToldHead.objects.filter(Q(day=day) | Q(number=head.number)).exists():
        return None
    with transaction.atomic():
        told = ToldHead.objects.create(day=day, number=head.number, hash=head.hash, rows=head.rows)
        publish(LogHeadTold(day=day.isoformat(), number=head.number, hash=head.hash, rows=head.rows))
    return told


def waiting_rows() -> int:
    """How many rows no seal covers yet."""
    total = 0
    for store, model in (("acts", AuditRow), ("views", ViewRow)):
        reach = Seal.objects.filter(store=store).order_by("-number").values_list("reach", flat=True).first() or 0
        total += model.objects.filter(pk__gt=reach).count()
    return total
