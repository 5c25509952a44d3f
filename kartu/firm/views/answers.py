from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    """A page around `form`: 422 when the form refuses what was sent."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def next_page(request: HttpRequest) -> str:
    """Where the person was going before the door, if that is a page of ours."""
    target = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL
