"""What must hold of the firm itself; `security` asks it (kartu check)."""

from collections.abc import Iterator

from django.utils import timezone

from kartu.firm.models import Absence, TemporaryRight


def deputies_go_with_absences() -> Iterator[str]:
    """Whoever stands in for the length of an absence does so as long as it is, and no longer."""
    rows = TemporaryRight.objects.filter(absence__isnull=False, ended_at=None, until_at__gt=timezone.now())
    for given in rows.select_related("absence").order_by("pk"):
        absence, where = given.absence, f"firm.temporaryright {given.pk} of absence {given.absence_id}"
        if not absence.is_live:
            yield f"{where} holds although the absence was called off; end it on the person's page"
        elif given.absent_id != absence.person_id:
            yield f"{where} is for somebody else than who is away; end it on the person's page"
        elif given.until_at != absence.until_at or given.from_at < absence.from_at:
            yield f"{where} does not begin and end with it; save the absence anew"


def nobody_is_away_twice() -> Iterator[str]:
    """Absences of one person do not overlap."""
    last: dict[int, Absence] = {}
    for absence in Absence.objects.live().order_by("from_at", "pk").iterator():
        before = last.get(absence.person_id)
        if before and absence.from_at < before.until_at:
            yield f"firm.absence {absence.pk} and {before.pk} are of one person at one time; call one of them off"
        if not before or absence.until_at > before.until_at:
            last[absence.person_id] = absence
