"""What the pages of this app share: fetching with the right, saving so that it can be undone, answering."""

from typing import Any, TypeVar

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from kartu.clients.models import Client
from kartu.clients.own_sections import shown_now
from kartu.clients.rights import CHANGE
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast, trigger
from kartu.records.models import ChangeSet
from kartu.records.undoing import undo_url, undoable
from kartu.security.rows import GuardedModel
from kartu.security.views import get_or_404

Part = TypeVar("Part", bound=GuardedModel)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a POST, even an empty one."""
    return request.POST if request.method == "POST" else None


def client_or_404(request: HttpRequest, pk: int, right: str = "") -> Client:
    return get_or_404(Client, pk, request.user, right)


def part_or_404(request: HttpRequest, model: type[Part], client_id: int, pk: int, right: str = CHANGE) -> Part:
    """A part of the client `client_id`; the address of another client's is no address."""
    part = get_or_404(model, pk, request.user, right, rows=model.objects.select_related("client"))
    if part.client_id != client_id:
        raise Http404
    return part


def card_url(client_id: int, tab: str = "") -> str:
    return reverse("clients:card", args=[client_id]) + (f"?tab={tab}" if tab else "")


class NotSaved(Exception):
    """The form has refused; what was begun is rolled back."""


def save(request: HttpRequest, form: Any, title: str) -> tuple[Any, ChangeSet] | None:
    """What the form's `save` made and the change set it can be undone by; None when the form shows what is wrong."""
    try:
        with undoable(request, title) as changes:
            result = form.save()
            if result is None:
                raise NotSaved
    except NotSaved:
        return None
    return result, changes


def form_page(
    request: HttpRequest, form: BaseForm, *, template: str = "clients/form.html", **context: Any
) -> HttpResponse:
    """A page (or drawer) around `form`: 409 while it waits for a choice, 422 when it refuses what was sent.

    The template takes `title`, `action` (the address it posts to, default: its own), `verb` of the button, `client`,
    `note` above the fields, `draft` (a name under which typing is kept).
    """
    is_asking = getattr(form, "conflicts", None) or getattr(form, "takes_theirs", False)
    status = 409 if is_asking else 422 if form.errors else 200
    context = {"action": request.get_full_path(), **context}
    return render(request, template, {"form": form, **context}, status=status)


def is_sent(request: HttpRequest, form: BaseForm) -> bool:
    """Whether the form came back filled in and right, and not only to take over somebody else's value."""
    return request.method == "POST" and not getattr(form, "takes_theirs", False) and form.is_valid()


def edit_page(
    request: HttpRequest,
    form: Any,
    client: Client,
    *,
    title: str,
    done: str,
    tab: str = "",
    told: str = "",
    **context: Any,
) -> HttpResponse:
    """A form about a part of `client`: shown, refused, or saved with the toast `done` and its Undo.

    `told`: what it is called under Changes, where others read it who may not see the part; "": as the form.
    """
    if is_sent(request, form) and (result := save(request, form, told or title)):
        row, changes = result
        row = row[0] if isinstance(row, list) else row
        return saved(
            request,
            kind=row._meta.label_lower,
            pk=row.pk,
            label=str(row),
            url=card_url(client.pk, tab),
            text=done,
            undo_url=undo_url(changes),
        )
    return form_page(request, form, title=title, client=client, **context)


def told_shown(form: Any) -> HttpResponse:
    """Word to a form that is being filled in: which of its fields are not shown for what stands in it."""
    form.is_valid()
    return trigger(HttpResponse(status=204), "kartu:fields", {"hidden": sorted(form.not_shown)})


def acted(request: HttpRequest, client: Client, text: str, changes: ChangeSet | None = None) -> HttpResponse:
    """The answer to a button on the card: the toast, and word to the card to show itself anew."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(card_url(client.pk))
    response = changed(HttpResponse(status=204), "clients.client", client.pk)
    return toast(response, text, undo_url(changes) if changes else None)


def in_place(response: HttpResponse, text: str, changes: ChangeSet, before: Client, after: Client) -> HttpResponse:
    """`response` to one value edited where it stands: the toast, and word to the head of the card, and to its sections
    where others are shown now."""
    event = "clients:head" if shown_now(before) == shown_now(after) else "clients:shown"
    return trigger(toast(response, text, undo_url(changes)), event, {})


def piece(request: HttpRequest, template: str, context: dict[str, Any], client: Client, tab: str) -> HttpResponse:
    """A section of the card for htmx; whoever opens its address by itself gets the card with that section."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(card_url(client.pk, tab))
    return render(request, template, {"client": client, **context})
