"""Access tokens: a person makes, sees and ends his own; the owner sees and ends all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, reached
from kartu.core.drawers import changed
from kartu.core.rights import rights as every_right
from kartu.core.toasts import toast
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security.forms import TokenForm
from kartu.security.models.token import AccessToken
from kartu.security.rights import ALL_TOKENS, MAKE_TOKENS
from kartu.security.tokens import end_token, tokens_of

NEWEST = 200


@require_GET
@access(MAKE_TOKENS)
def tokens(request: HttpRequest) -> HttpResponse:
    rows = [line(token) for token in tokens_of(request.user)[:NEWEST]]
    rows.sort(key=lambda row: row["is_over"])
    return render(request, "security/tokens.html", {"rows": rows, "are_all": request.user.may(ALL_TOKENS)})


def line(token: AccessToken) -> dict:
    known = (every_right.get(code) for code in token.rights)
    opens = [str(right.label) for right in known if right]
    return {"token": token, "opens": opens, "is_over": bool(token.obstacle)}


@require_http_methods(["GET", "POST"])
@access(MAKE_TOKENS)
@asks_again
def new(request: HttpRequest) -> HttpResponse:
    """A form; then the token as text, which is shown here and never again."""
    form = TokenForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid() and (made := form.save()):
        token, text = made
        context = {"token": token, "text": text, "address": request.build_absolute_uri("/api/v1/me")}
        response = changed(render(request, "security/token_made.html", context), "security.accesstoken", token.pk)
        response.is_shown_once = True
        return response
    return form_page(request, "security/new_token.html", form)


@require_POST
@access(MAKE_TOKENS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    token = reached(tokens_of(request.user).filter(ended_at=None), pk, request.user)
    end_token(token=token, by=request.user)
    response = changed(HttpResponse(status=204), "security.accesstoken", pk)
    return toast(response, _("%(name)s opens nothing any more") % {"name": token.name})
