"""The page behind the link in a message to a client: no more of these, or again. Nobody signs in here."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kartu.clients.actions.opt_outs import opt_out_by_link
from kartu.clients.contact_details import masked
from kartu.clients.messages.links import message_of
from kartu.clients.models import ClientMessage, OptOut
from kartu.clients.opting import refusal
from kartu.core.access import public
from kartu.core.actors import System
from kartu.firm.models import Firm
from kartu.firm.throttle import Place, digest, forgive, network_of, take_turn

LANGUAGES = dict(settings.LANGUAGES)
# A mail program presses the button for many readers from one address; those with a good key are not counted.
FREE = 100
BY = System("The reader of a message says what may be written to his address")


# The signed address is the key, and a mail program brings no cookie (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "POST"])
@public("whoever reads a message cannot sign in; the signed link in it is the key")
def stop_messages(request: HttpRequest, key: str) -> HttpResponse:
    """A GET shows a button and changes nothing: scanners of mail follow links. A POST is somebody's wish."""
    places = [Place(digest("stop messages", network_of(request)), FREE)]
    if request.method == "POST" and (wait := take_turn(places)):
        return HttpResponse(status=429, headers={"Retry-After": str(int(wait.total_seconds()) + 1)})
    message = message_of(key)
    if message is None:
        raise Http404
    if request.method == "POST":
        forgive(places)
        opt_out_by_link(message=message, is_out="again" not in request.POST, how=how_of(request), by=BY)
    return shown(request, message)


def how_of(request: HttpRequest) -> str:
    is_mail_program = request.POST.get("List-Unsubscribe") == "One-Click"
    return OptOut.How.MAIL_PROGRAM if is_mail_program else OptOut.How.LINK


def shown(request: HttpRequest, message: ClientMessage) -> HttpResponse:
    """In the language of the message, or the one that was pressed; of the client there is nothing but a mask."""
    asked = request.GET.get("language", "")
    language = next((each for each in (asked, message.language) if each in LANGUAGES), "en")
    context = {
        "firm": Firm.current(),
        "address": masked(message.address),
        "is_out": refusal(message.address, message.topic) is not None,
        "languages": [each for each in LANGUAGES.items() if each[0] != language],
    }
    with translation.override(language):
        response = render(request, "clients/stop_messages.html", context)
    for name, value in (("Content-Language", language), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex")):
        response[name] = value
    return response
