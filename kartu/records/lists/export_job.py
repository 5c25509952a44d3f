"""A long list written to a file in the background."""

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
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
    spec = list_called(list_key, by)
    if spec is None or not spec.may(by, "export"):
        raise PermissionDenied(f"export of {list_key}")
    agreed = ExportRequest.objects.get(pk=request_id, person_id=by.pk, state="approved") if request_id else None
    with translation.override(by.language), timezone.override(zone_of(by.time_zone)):
        asking = Asking(by)
        data: QueryDict = as_query(question)
        known = spec.shown_to(by)
        chosen = [known[key] for key in columns if key in known]
        extract = exports.Extract(Question.of(spec, data, asking), chosen, asking, purpose)
        kept = exports.keep(extract, kind, spec.rights["export"], agreed and agreed.rows)
        try:
            with chunk():
                kept.save()
                keep_result(kept.pk)
                told = {"agreed by": agreed.decided_by_id, "request": agreed.pk} if agreed else {}
                exports.tell_export(
                    extract, kind, exports.Written(kept.path, kept.rows, kept.sha256, kept.number), **told
                )
                title = str(spec.count(kept.rows)) % {"count": kept.rows}
                publish(WorkFinished(by.pk, "lists.export", title, reverse("records:export_file", args=[kept.pk])))
        except BaseException:
            kept.path.unlink(missing_ok=True)
            raise
    return kept.pk
