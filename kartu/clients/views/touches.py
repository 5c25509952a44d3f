"""The quick line of the card, and touches put right."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.card import client_for_card
from kartu.clients.forms.touches import QuickForm, TouchForm
from kartu.clients.models import Client, Touch
from kartu.clients.quick import quick_kinds
from kartu.clients.rights import CHANGE, VIEW
from kartu.clients.views.common import acted, edit_page, part_or_404, posted, save
from kartu.core.access import access
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records.actions import attach_file
from kartu.records.rights import FILES_ATTACH, FILES_VIEW
from kartu.records.undoing import undo_url, undoable
from kartu.security.rows import GuardedModel


@require_POST
@access(CHANGE)
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The quick line: writes down what happened and comes back empty, or with what is wrong."""
    client = client_for_card(pk, request.user)
    form = QuickForm(request.POST, client=client, by=request.user)
    done = str(quick_kinds[form.cleaned_data["kind"]].done) if form.is_valid() else ""
    result = save(request, form, done) if done else None
    if result is None:
        return quick_line(request, client, form, status=422)
    problems = attach(request, result[0] if isinstance(result[0], Touch) else client)
    response = quick_line(request, client, QuickForm(client=client, by=request.user))
    changed(response, "clients.client", client.pk)
    return toast(response, ". ".join([done, *problems]), undo_url(result[1]))


def quick_line(request: HttpRequest, client: Client, form: QuickForm, status: int = 200) -> HttpResponse:
    context = {"client": client, "quick": form, "may_attach": request.user.may(FILES_ATTACH)}
    return render(request, "clients/_quick.html", context, status=status)


def attach(request: HttpRequest, target: GuardedModel) -> list[str]:
    """Put the files that came with a form on `target`. Gives what is wrong with those that were not taken."""
    problems = []
    for sent in request.FILES.getlist("files") if request.user.may(FILES_ATTACH) else []:
        try:
            attach_file(target=target, name=sent.name, chunks=sent.chunks(), by=request.user)
        except ValidationError as error:
            problems.append(f"{sent.name}: {' '.join(error.messages)}")
    return problems


@require_GET
@access(FILES_VIEW)
def files(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The files of a touch, at the side."""
    touch = part_or_404(request, Touch, pk, part, VIEW)
    url = reverse("records:files", args=[Touch._meta.label_lower, touch.pk])
    return render(request, "clients/touch_files.html", {"client": touch.client, "touch": touch, "url": url})


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    touch = part_or_404(request, Touch, pk, part)
    form = TouchForm(posted(request), row=touch, client=touch.client, by=request.user)
    return edit_page(request, form, touch.client, title=touch.get_kind_display(), done=_("Saved"))


@require_POST
@access(CHANGE)
def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    touch = part_or_404(request, Touch, pk, part)
    with undoable(request, _("Moved to the trash")) as changes:
        actions.remove_touch(touch=touch, by=request.user)
    return acted(request, touch.client, _("Moved to the trash"), changes)
