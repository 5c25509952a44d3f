"""What a person sees when a request is refused or fails: a page, or a small piece for htmx.

No database, no context processors: they must work when those do not.
"""

import logging
import re
import sys
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartu.core.access import public
from kartu.core.api import errors, is_api
from kartu.core.trouble import Trouble, disk, trouble_in

log = logging.getLogger(__name__)

IS_SECRET = re.compile(r"password|secret|code|key|token", re.IGNORECASE)
# Shorter ones without a space are numbers of records and names of choices, or typed anew at once.
LONG_WORD = 12


@public("an error page answers whoever asked")
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("The program did not understand what was sent. Go back and try once more.")
    return _answer(request, 400, _("That cannot be read"), text)


@public("an error page answers whoever asked")
def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    text = _("Your role does not open this. The owner can change that under Settings, People.")
    return _answer(request, 403, _("This is not open to you"), text)


@public("an error page answers whoever asked")
def needs_a_yes(request: HttpRequest, text: str) -> HttpResponse:
    """Refused until a second person has agreed, as `text` says."""
    return _answer(request, 403, _("Somebody has to agree first"), text)


@public("an error page answers whoever asked")
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.method == "POST":
        text = _("What it is about is gone, or Kartu was updated since this page was loaded. Load the page again.")
    else:
        text = _("It was moved to trash, the address has a slip in it, or it belongs to somebody else.")
    return _answer(request, 404, _("Nothing is here"), text)


@public("an error page answers whoever asked")
def failed(request: HttpRequest) -> HttpResponse:
    trouble = trouble_in(sys.exc_info()[1])
    disk.note(trouble)
    if trouble:
        log.error("%s at %s", trouble.code, request.path)
        return in_trouble(request, trouble)
    # The number ties what the person reads out to the line in the log.
    number = get_random_string(6, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    log.error("Failure %s at %s", number, request.path)
    text = _("Nothing was changed. Try once more; if it stays so, tell the owner this number.")
    return _answer(request, 500, _("That did not work"), text, number)


def in_trouble(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The data could not be written or read just now; a page that was posted offers to send the same again."""
    if is_api(request):
        response = errors.in_trouble(trouble)
    else:
        posted = posted_again(request)
        context = {"posted": posted, "csrf_token": get_token(request) if posted else "", "path": request.path}
        response = _answer(request, trouble.status, str(trouble.title), str(trouble.text), **context)
    if trouble.wait:
        response["Retry-After"] = str(trouble.wait)
    return response


def posted_again(request: HttpRequest) -> list[tuple[str, str]]:
    """What a page has posted, to be sent once more; nothing where files or secrets were among it."""
    if request.method != "POST" or request.FILES or any("password" in name for name in request.POST):
        return []
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in pairs if name != "csrfmiddlewaretoken"]


def typed(request: HttpRequest) -> list[str]:
    """The texts in what a page has posted in vain, to be copied: it may be a page of the version before an update."""
    try:
        posted = [(name, value.strip()) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, OSError):
        return []  # what could not be read is why we are here
    kept = [value for name, value in posted if not IS_SECRET.search(name)]
    return [text for text in kept if any(sign.isspace() for sign in text) or len(text) > LONG_WORD]


def came_from(request: HttpRequest) -> str:
    """The path of the page that has posted; of this program, whatever the browser says."""
    path = urlsplit(request.headers.get("Referer", "")).path
    return path if url_has_allowed_host_and_scheme(path, None) else "/"


@public("an error page answers whoever asked")
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A post without its guard: the page stood open while the person signed in anew, or it comes from elsewhere."""
    text = _("This page is too old to be trusted. Load it again, then repeat what you did; your draft is kept.")
    return _answer(request, 403, _("Load the page again"), text)


FOR_PROGRAMS = {400: errors.not_understood, 403: errors.no_right, 404: errors.not_found, 500: errors.failed}


def _answer(request: HttpRequest, status: int, title: str, text: str, number: str = "", **more: object) -> HttpResponse:
    if is_api(request):
        return FOR_PROGRAMS[status]()
    context = {"title": title, "text": text, "number": number, "language": get_language(), **more}
    kind = "piece" if request.headers.get("HX-Request") else "page"
    if kind == "page" and "posted" not in more and (lost := typed(request)):
        context |= {"typed": lost, "came_from": came_from(request)}
    return HttpResponse(render_to_string(f"core/errors/{kind}.html", context), status=status)
