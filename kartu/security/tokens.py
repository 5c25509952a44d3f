"""Programs that come with `Authorization: Bearer kartu_…`: into views marked `@for_programs`, and nowhere else."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.access import is_for_programs
from kartu.core.actors import Actor, System
from kartu.core.rights import rights as every_right
from kartu.firm.models import User
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.models.token import AccessToken

BEARER = "bearer "
NOTED_EVERY = timedelta(minutes=1)
BY_HAND = System("made by hand on the computer that Kartu runs on")


def make_token(
    *, person: User, name: str, rights: Iterable[str], days: int = AccessToken.LIFETIME.days, by: Actor = BY_HAND
) -> tuple[AccessToken, str]:
    """A token for `person` with some of his rights, and its text, which nobody sees again. Raises ValidationError."""
    wanted = sorted(set(rights))
    unknown = [code for code in wanted if code not in every_right]
    if unknown:
        raise ValidationError(f"There is no right {', '.join(unknown)}", code="unknown")
    lacking = [code for code in wanted if not person.may(code)]
    if lacking:
        raise ValidationError(f"{person} does not have the right {', '.join(lacking)} himself", code="lacking")
    if not name.strip() or not wanted or not 1 <= days <= 3660:
        raise ValidationError("A token needs a name, at least one right, and 1 to 3660 days", code="incomplete")
    with transaction.atomic():
        token, secret = AccessToken.unsaved(
            name=name.strip()[:80],
            person=person,
            rights=wanted,
            session_number=person.session_number,
            expires_at=timezone.now() + timedelta(days=days),
        )
        token.save()
        values = {"name": token.name, "person": person.pk, "rights": wanted, "expires": token.expires_at.isoformat()}
        audit.record(Verb.CREATE, token, by=by, values={"after": values})
    return token, token.spelled(secret)


def end_token(*, token: AccessToken, by: Actor = BY_HAND) -> None:
    with transaction.atomic():
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        audit.record(Verb.SETTING, token, by=by, values={"ended": token.name})


class Programs:
    """Middleware, behind the one that knows sessions: a request with a bearer token is its person's, narrowed to the
    token's rights. Cookies do not count then, so that no forged form is possible and no CSRF token is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if header[: len(BEARER)].lower() != BEARER:
            return self.get_response(request)
        forget_cookies(request)
        token = AccessToken.named_by(header[len(BEARER) :].strip())
        if token is None or token.obstacle:
            return refused(token)
        request.user = person_of(token)
        request.program = token
        request._dont_enforce_csrf_checks = True
        note_use(token)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if getattr(request, "program", None) is None or is_for_programs(view):
            return None
        values = {"right": "a page for people", "target": request.path, "token": request.program.pk}
        audit.record(Verb.DENIED, by=request.user, values=values)
        return JsonResponse({"error": _("This address is not open to programs")}, status=403)


def forget_cookies(request: HttpRequest) -> None:
    request.COOKIES = {}
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = AnonymousUser()


def person_of(token: AccessToken) -> User:
    person = get_backends()[0].get_user(token.person_id)
    person.narrowed_to = frozenset(token.rights)
    return person


def refused(token: AccessToken | None) -> HttpResponse:
    """Whoever holds a real token that is over is written down; a guess is not, or guessing would fill the log."""
    if token is not None:
        values = {"right": token.obstacle, "target": f"token {token.pk}"}
        audit.record(Verb.DENIED, by=token.person, values=values)
    response = JsonResponse({"error": _("This token opens nothing (any more)")}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Kartu"'
    return response


def note_use(token: AccessToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
