"""The short lists of the firm: a page of Settings, and new values in the drawers of pickers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.directories import DIRECTORIES, Directory
from kartu.clients.forms.directories import ItemForm, MergeForm
from kartu.clients.models import DirectoryItem
from kartu.clients.rights import DIRECTORIES as RIGHT
from kartu.clients.views.common import form_page, is_sent, posted
from kartu.clients.views.picks import directory_or_404
from kartu.core.access import access
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast
from kartu.records.undoing import undo_url


@require_GET
@access(RIGHT)
def directories(request: HttpRequest) -> HttpResponse:
    lists = [list_of(directory) for directory in DIRECTORIES.values()]
    return render(request, "clients/directories.html", {"lists": lists})


def list_of(directory: Directory) -> dict:
    """A list with its values, those out of use last, and how many clients have each."""
    counts = directory.counts()
    rows = [{"item": item, "count": counts.get(item.pk, 0)} for item in directory.model.objects.all()]
    return {"directory": directory, "rows": sorted(rows, key=lambda row: not row["item"].is_active)}


@require_GET
@access(RIGHT)
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One list anew, after something in it has changed."""
    return render(request, "clients/_directory.html", {"list": list_of(directory_or_404(key))})


@require_http_methods(["GET", "POST"])
@access(RIGHT)
def new(request: HttpRequest, key: str) -> HttpResponse:
    directory = directory_or_404(key)
    initial = {"name": request.GET.get("name", "")[:80]}
    form = ItemForm(posted(request), directory=directory, by=request.user, initial=initial)
    if is_sent(request, form) and (item := form.save()):
        return saved_item(request, directory, item, _("%(name)s is in the list") % {"name": item})
    title = _("New %(what)s") % {"what": directory.one}
    return form_page(request, form, title=title, verb=_("Add"), back=reverse("clients:directories"))


@require_http_methods(["GET", "POST"])
@access(RIGHT)
def rename(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    directory, item = item_or_404(key, pk)
    form = ItemForm(posted(request), directory=directory, by=request.user, item=item)
    if is_sent(request, form) and form.save():
        return saved_item(request, directory, item, _("Now called %(name)s, wherever it stands") % {"name": item})
    return form_page(request, form, title=_("Rename %(name)s") % {"name": item}, back=reverse("clients:directories"))


@require_http_methods(["GET", "POST"])
@access(RIGHT)
def merge(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    directory, item = item_or_404(key, pk)
    form = MergeForm(posted(request), directory=directory, item=item, by=request.user)
    if is_sent(request, form) and (changes := form.save()):
        into = form.cleaned_data["into"]
        text = _("The clients of %(old)s move to %(new)s") % {"old": item, "new": into}
        return saved_item(request, directory, into, text, undo_url(changes))
    title = _("Merge %(name)s into another") % {"name": item}
    note = _("All clients that have it get the other value; it is offered no more.")
    back = reverse("clients:directories")
    return form_page(request, form, title=title, verb=_("Merge"), note=note, back=back)


def item_or_404(key: str, pk: int) -> tuple[Directory, DirectoryItem]:
    directory = directory_or_404(key)
    return directory, get_object_or_404(directory.model, pk=pk)


def saved_item(
    request: HttpRequest, directory: Directory, item: DirectoryItem, text: str, undo_url: str | None = None
) -> HttpResponse:
    kind, url = f"clients.{directory.key}", reverse("clients:directories")
    return saved(request, kind=kind, pk=item.pk, label=item.name, url=url, text=text, undo_url=undo_url)


@require_POST
@access(RIGHT)
def retire(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    directory, item = item_or_404(key, pk)
    actions.retire_item(item=item, by=request.user)
    return told(directory, item, _("%(name)s is offered no more") % {"name": item})


@require_POST
@access(RIGHT)
def use_again(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    directory, item = item_or_404(key, pk)
    actions.use_item_again(item=item, by=request.user)
    return told(directory, item, _("%(name)s is offered again") % {"name": item})


@require_POST
@access(RIGHT)
def order(request: HttpRequest, key: str) -> HttpResponse:
    """The order in which the values were dragged: their ids with commas."""
    directory = directory_or_404(key)
    ids = [int(part) for part in request.POST.get("columns", "").split(",") if part.isdigit()]
    actions.order_items(directory=directory, ids=ids, by=request.user)
    return toast(HttpResponse(status=204), _("In the new order"))


def told(directory: Directory, item: DirectoryItem, text: str) -> HttpResponse:
    return toast(changed(HttpResponse(status=204), f"clients.{directory.key}", item.pk), text)
