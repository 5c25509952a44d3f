"""Which limit of working hours and addresses holds for a person, as part of the query that fetches him."""

from django.db.models import Expression, F, OuterRef, Q, Subquery

from kartu.firm.models import EntryLimit


def limit_id() -> Expression:
    """The limit that holds for a person of the outer query: his own, or that of his role."""
    rows = EntryLimit.objects.filter(Q(person=OuterRef("pk")) | Q(role=OuterRef("role_id")))
    return Subquery(rows.order_by(F("person_id").desc(nulls_last=True)).values("pk")[:1])
