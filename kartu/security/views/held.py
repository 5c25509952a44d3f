"""The answer to whoever is leaving and has to be allowed first what he did, whichever door refused it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from kartu.core.api import is_api
from kartu.core.api.errors import error
from kartu.core.toasts import toast
from kartu.core.views.errors import needs_a_yes
from kartu.security.leaving.notice import Held, tell_held


class HeldBack:
    """Middleware: tells of it once the act is rolled back, and answers with the sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Held) or is_api(request):
            return None
        tell_held(exception, request.user)
        if not request.headers.get("HX-Request"):
            return needs_a_yes(request, str(exception))
        # What was typed stays where it is; a cell says the sentence beside it, everything else in a toast.
        response = HttpResponse(str(exception), status=422, content_type="text/plain; charset=utf-8")
        response["HX-Reswap"] = "none"
        return toast(response, str(exception))


def answer_program(request: HttpRequest, held: Held) -> JsonResponse:
    tell_held(held, request.user)
    return error(403, "held", str(held))
