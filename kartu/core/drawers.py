"""Pages that open at the side: the same view and template serve the page and the drawer.

A template `{% extends layout %}`; a view that saves answers with `saved(...)`. In a drawer that closes it, gives
the record to the picker that opened it and tells the lists below; on a page it leads to the record.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from kartu.core.toasts import flash, toast, trigger

HEADER = "X-Kartu-Drawer"


def in_drawer(request: HttpRequest) -> bool:
    """Whether a drawer asks, and not the whole window."""
    return HEADER in request.headers


def saved(
    request: HttpRequest,
    *,
    kind: str,
    pk: int,
    label: str,
    url: str,
    text: str = "",
    undo_url: str | None = None,
    more_url: str = "",
) -> HttpResponse:
    """The answer to a form that has made or changed a record.

    `kind` names the record's sort ("clients.client"), `label` is what a picker shows, `url` the record's page,
    `text` the toast in the past tense, `more_url` what tells it whole.
    """
    if not in_drawer(request):
        if text:
            flash(request, text, undo_url, more_url)
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    trigger(response, "kartu:saved", {"kind": kind, "id": pk, "label": str(label), "url": url})
    return toast(response, text, undo_url, more_url) if text else response


def changed(response: HttpResponse, kind: str, pk: int | None = None) -> HttpResponse:
    """Tell lists and panels that show records of `kind` to read themselves again. Returns `response`."""
    return trigger(response, "kartu:changed", {"kind": kind, "id": pk})
