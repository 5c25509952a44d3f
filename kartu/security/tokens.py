"""Programs that come with `Authorization: Bearer kartu_…`: into views marked `@for_programs`, and nowhere else."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.access import denied, is_for_programs
from kartu.core.actors import Actor, System
from kartu.core.api import is_api
from kartu.core.api.errors import no_token, too_many
from kartu.core.moments import ago
from kartu.core.rights import rights as every_right
from kartu.firm.acts import tell
from kartu.firm.models import User
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.models.token import AccessToken
from kartu.security.pace import pace
from kartu.security.rights import ALL_TOKENS, MAKE_TOKENS

BEARER = "bearer "
NOTED_EVERY = timedelta(minutes=1)
BY_HAND = System("made by hand on the computer that Kartu runs on")


def make_token(
    *, person: User, name: str, rights: Iterable[str], days: int = AccessToken.LIFETIME.days, by: Actor = BY_HAND
) -> tuple[AccessToken, str]:
    """A token for `person` with some of his rights, and its text, which nobody sees again. Raises ValidationError.

    A person makes tokens in his own name only, and needs the right to.
    """
    check(by.is_system or (by == person and by.may(MAKE_TOKENS)), by, MAKE_TOKENS)
    wanted = sorted(set(rights))
    unknown = [code for code in wanted if code not in every_right]
    if unknown:
        told = _("There is no right %(rights)s") % {"rights": ", ".join(unknown)}
        raise ValidationError(told, code="unknown")
    lacking = [code for code in wanted if not person.may(code)]
    if lacking:
        told = _("%(person)s lacks the right %(rights)s") % {"person": person, "rights": ", ".join(lacking)}
        raise ValidationError(told, code="lacking")
    if not name.strip() or not wanted or not 1 <= days <= 3660:
        raise ValidationError(_("A token needs a name, at least one right, and 1 to 3660 days"), code="incomplete")
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
        tell("create", token, by=by, values={"after": values})
    return token, token.spelled(secret)


def end_token(*, token: AccessToken, by: Actor = BY_HAND) -> None:
    """Let `token` open nothing any more. A person ends his own, and with the right to it those of others."""
    check(by.is_system or token.person_id == by.pk or by.may(ALL_TOKENS), by, ALL_TOKENS)
    with transaction.atomic():
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        tell("setting", token, by=by, values={"ended": token.name})


def check(may: bool, by: Actor, right: str) -> None:
    if not may:
        denied.send(sender=None, by=by, right=right, target="access tokens")
        raise PermissionDenied(right)


def tokens_of(person: User) -> QuerySet[AccessToken]:
    """The tokens that `person` may see: his own, or everybody's; the newest first."""
    tokens = AccessToken.objects.select_related("person").order_by("-pk")
    return tokens if person.may(ALL_TOKENS) else tokens.filter(person=person)


class Programs:
    """Middleware, behind the one that knows sessions: a request with a bearer token is its person's, narrowed to the
    token's rights. Cookies do not count then, so that no forged form is possible and no CSRF token is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if header[: len(BEARER)].lower() != BEARER:
            if is_api(request):
                forget_cookies(request)  # a page of another site could send them along
            return self.get_response(request)
        forget_cookies(request)
        token = AccessToken.named_by(header[len(BEARER) :].strip())
        if token is None or token.obstacle:
            return refused(request, token)
        if seconds := pace.wait(token.digest):
            return too_many(seconds)
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


def refused(request: HttpRequest, token: AccessToken | None) -> HttpResponse:
    """Whoever holds a real token that is over is written down; a guess is not, or guessing would fill the log."""
    if token is not None:
        values = {"right": token.obstacle, "target": f"token {token.pk}"}
        audit.record(Verb.DENIED, by=token.person, values=values)
    if is_api(request):
        return no_token(_("This token opens nothing (any more)"))
    response = JsonResponse({"error": _("This token opens nothing (any more)")}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Kartu"'
    return response


def note_use(token: AccessToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or ago(token.last_used_at, now) > NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
