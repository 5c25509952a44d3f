"""Working out what is there already when a formula was written or changed: in the background, in pieces."""

from collections.abc import Iterator

from django.utils import timezone

from kartu.core.jobs import chunk
from kartu.records.custom.definitions import all_sections
from kartu.records.custom.entities import entities
from kartu.records.custom.projecting import work_out_anew
from kartu.records.models import Customised, Field
from kartu.security import audit
from kartu.security.rows import GuardedQuerySet

CHUNK = 100
WHY = "values of formulas, which follow from what the records hold"


def pending(entity: str) -> dict[int, tuple[int | None, str]]:
    """Id of the formula -> (its table section, its text), of those whose values are not all worked out."""
    return {
        shape.id: (section.id if section.is_table else None, shape.options["text"])
        for section in all_sections(entity)
        for shape in section.fields
        if shape.type.is_worked_out and shape.is_pending
    }


def catch_up(entity: str) -> int:
    """Work out the pending formulas of `entity` for all records; how many were looked at.

    A formula that is changed meanwhile is pending still, and gets a round of its own.
    """
    count = 0
    while formulas := pending(entity):
        for section_id in sorted({section_id or 0 for section_id, _text in formulas.values()}):
            count += work_out_all(entities[entity].model(section_id or None), section_id)
        with chunk():
            for pk, (_section_id, text) in formulas.items():
                note(pk, text)
    return count


def work_out_all(model: type[Customised], section_id: int) -> int:
    """Every record of `model` (of the table section): also what lies in the trash, which may come out of it."""
    rows = model.objects.as_system(WHY).filter(**({"section_id": section_id} if section_id else {}))
    done, total = 0, rows.count()
    for ids in batches(rows):
        done += len(ids)
        with chunk(min(done, total), total):
            locked = rows.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
            tell(work_out_anew(list(locked)))
    return done


def batches(rows: GuardedQuerySet) -> Iterator[list[int]]:
    after = 0
    while ids := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        after = ids[-1]
        yield ids


def tell(changed: list[Customised]) -> None:
    """Let those hear of it who keep something of the records: the search finds them by the texts of formulas."""
    roots = {record.audit_root() for record in changed}
    if roots:
        audit.written.send(sender=None, roots=roots)


def note(pk: int, text: str) -> None:
    """The values of the formula are those of `text`, if that is what it says still."""
    rows = Field.objects.as_system(WHY).filter(pk=pk, options__text=text)
    rows.update(worked_as=text, changed_at=timezone.now())
