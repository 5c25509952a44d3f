"""A long list, or what else leaves as a file, written in the background."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import chunk, job, keep_result, kept_result
from kartu.core.outbox import publish
from kartu.firm.middleware import zone_of
from kartu.records.events import WorkFinished
from kartu.records.lists import exports
from kartu.records.lists.asking import Asking
from kartu.records.lists.question import Question, as_query
from kartu.records.lists.spec import list_called
from kartu.records.lists.takeouts import TakeOut, take_out_kinds
from kartu.records.models import ExportRequest
from kartu.records.rights import LISTS


@job(right=LISTS, label=_("A list for Excel"), queue="long", atomic=False)
def export_in_background(
    *, by: Actor, list_key: str, question: dict, columns: list, kind: str, purpose: str = "", request_id: int = 0
) -> int:
    """Write what `question` finds for `by`, whose rights are asked anew; then the bell rings. Returns the file's id.

    `request_id`: to which a second person has agreed; no more rows leave than that.
    """
    if (done := kept_result()) is not None:
        return done
    agreed = ExportRequest.objects.get(pk=request_id, person_id=by.pk, state="approved") if request_id else None
    with translation.override(by.language), timezone.override(zone_of(by.time_zone)):
        extract, right = again(list_key, question, columns, purpose, by)
        kept = exports.keep(extract, kind, right, agreed and agreed.rows)
        try:
            with chunk():
                kept.save()
                keep_result(kept.pk)
                told = {"agreed by": agreed.decided_by_id, "request": agreed.pk} if agreed else {}
                exports.tell_export(
                    extract, kind, exports.Written(kept.path, kept.rows, kept.sha256, kept.number), **told
                )
                title = extract.counted(kept.rows)
                publish(WorkFinished(by.pk, "lists.export", title, reverse("records:export_file", args=[kept.pk])))
        except BaseException:
            kept.path.unlink(missing_ok=True)
            raise
    return kept.pk


def again(key: str, question: dict, columns: list, purpose: str, by: Actor) -> tuple[TakeOut, str]:
    """What was asked for, made anew for `by`, and the right to take it out. Raises PermissionDenied."""
    if key in take_out_kinds:
        kind = take_out_kinds[key]
        if not by.may(kind.right):
            raise PermissionDenied(f"export of {key}")
        return kind.again(by, question, purpose), kind.right
    spec = list_called(key, by)
    if spec is None or not spec.may(by, "export"):
        raise PermissionDenied(f"export of {key}")
    known, asking = spec.shown_to(by), Asking(by)
    chosen = [known[each] for each in columns if each in known]
    extract = exports.Extract(Question.of(spec, as_query(question), asking), chosen, asking, purpose)
    return extract, spec.rights["export"]
