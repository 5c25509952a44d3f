"""Finding the list that an address names, for a person who may see it."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from kartu.records.lists.asking import Asking
from kartu.records.lists.page import ListPage
from kartu.records.lists.question import Question
from kartu.records.lists.spec import ListSpec, list_called
from kartu.security import audit
from kartu.security.models.audit import Verb

OWN_RIGHT = "every list asks for the right of its own rows"


def list_or_404(request: HttpRequest, key: str) -> ListSpec:
    """The list `key`, if the person may see it; Http404, with a row in the log, for anything else."""
    spec = list_called(key, request.user)
    if spec is None:
        raise Http404(f"no list {key[:40]}")
    if not request.user.may(spec.right):
        tell_refusal(request, spec.right, spec)
        raise Http404(f"no list {key} for {request.user}")
    return spec


def may_or_404(request: HttpRequest, spec: ListSpec, what: str) -> None:
    """Http404, logged, unless the person may do `what` (export, print, bulk) with the list."""
    if not spec.may(request.user, what):
        tell_refusal(request, spec.rights.get(what, what), spec)
        raise Http404(f"no {what} of {spec.key} for {request.user}")


def tell_refusal(request: HttpRequest, right: str, spec: ListSpec) -> None:
    audit.record(Verb.DENIED, by=request.user, values={"right": right, "target": spec.label})


def asked(request: HttpRequest, spec: ListSpec, query: str) -> Question:
    """The question of a list page's query string, its view filled in."""
    return ListPage(spec, Asking(request.user), QueryDict(query.removeprefix("?"))).question


def refusal(words: str, status: int = 422) -> HttpResponse:
    """A sentence that says what is wrong."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
