"""What was done together, and the way back."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, reached
from kartu.core.actors import Actor
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records.actions import undo_changes
from kartu.records.changes import Undoing, told_to
from kartu.records.lists.spec import lists
from kartu.records.models import ChangeSet
from kartu.records.rights import UNDO, UNDO_OTHERS
from kartu.security.former import former_kinds
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

PAGE = 50


def seen_by(person: Actor) -> QuerySet[ChangeSet]:
    sets = ChangeSet.objects.select_related("by", "undoes").prefetch_related("undoings__undoings")
    return sets if person.may(UNDO_OTHERS) else sets.filter(by=person)


@require_GET
@access(UNDO)
def change_list(request: HttpRequest) -> HttpResponse:
    """The newest change sets, `?before=` an id for older ones."""
    before = request.GET.get("before", "")
    sets = seen_by(request.user).order_by("-pk")
    page = list((sets.filter(pk__lt=int(before)) if before.isdecimal() else sets)[: PAGE + 1])
    counts = counts_of(page)
    for each in page:
        each.rows = counts.get(each.pk, 0)
    context = {"sets": page[:PAGE], "older": page[PAGE - 1].pk if len(page) > PAGE else None}
    return render(request, "records/changes/list.html", context)


def counts_of(sets: list[ChangeSet]) -> dict[int, int]:
    rows = AuditRow.objects.filter(change_set_id__in=[each.pk for each in sets])
    counted = rows.values("change_set_id").annotate(rows=Count("root_id", distinct=True))
    return {row["change_set_id"]: row["rows"] for row in counted}


@require_GET
@access(UNDO)
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One change set: what it did by kinds, and what an undoing of it left alone."""
    changes = reached(seen_by(request.user), pk, request.user)
    told = AuditRow.objects.filter(change_set_id=pk).values("object_type", "verb").annotate(rows=Count("id"))
    kinds = [
        {"what": name_of(row["object_type"]), "verb": Verb(row["verb"]).label, "rows": row["rows"]}
        for row in told.order_by("object_type", "verb")
    ]
    left = [
        {**conflict, "what": name_of(conflict["object_type"])} for conflict in told_to(changes.conflicts, request.user)
    ]
    context = {"changes": changes, "kinds": kinds, "left": left, "refused": refused_of(changes, request.user)}
    return render(request, "records/changes/page.html", context)


def refused_of(changes: ChangeSet, person: Actor) -> dict | None:
    """The rows that an act on many left, as far as `person` sees them: {count, more, rows: [(name, url, why)]}."""
    if not changes.left:
        return None
    spec, count, told = lists.get(changes.left["list"]), changes.left["count"], changes.left["rows"]
    here = spec.rows(person).in_bulk([pk for pk, _why in told]) if spec and person.may(spec.right) else {}
    rows = [(str(here[pk]), spec.row_url(pk), why) for pk, why in told if pk in here]
    return {"count": count, "more": count - len(rows), "rows": rows}


def name_of(model: str) -> str:
    if model in former_kinds:
        return str(former_kinds[model].label)
    try:
        return str(apps.get_model(model)._meta.verbose_name)
    except LookupError:
        return model


@require_POST
@access(UNDO)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    changes = reached(seen_by(request.user), pk, request.user)
    try:
        undoing = undo_changes(changes=changes, by=request.user)
    except ValidationError as error:
        return toast(HttpResponse(status=204), " ".join(error.messages))
    response = HttpResponse(status=204)
    for model in AuditRow.objects.filter(change_set_id=pk).values_list("object_type", flat=True).distinct():
        changed(response, model)
    return toast(response, said(undoing), reverse("records:undo", args=[undoing.change_set.pk]))


def said(undoing: Undoing) -> str:
    """What the undo did, in one sentence."""
    text = ngettext("Taken back: %(count)s change", "Taken back: %(count)s changes", undoing.restored)
    words = text % {"count": undoing.restored}
    gone = sum(conflict.is_gone for conflict in undoing.conflicts)
    former = [conflict.object_type for conflict in undoing.conflicts if conflict.object_type in former_kinds]
    if stayed := len(undoing.conflicts) - gone - len(former):
        kept = ngettext("%(count)s was changed since and stays", "%(count)s were changed since and stay", stayed)
        words += ". " + kept % {"count": stayed}
    if gone:
        removed = ngettext("%(count)s was removed for good since", "%(count)s were removed for good since", gone)
        words += ". " + removed % {"count": gone}
    for kind in sorted(set(former)):
        words += f". {former_kinds[kind].became}"
    return words
