"""A person's own page: how he is called, what the screen looks like, what he signs in with."""

from functools import partial

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import signed_in
from kartu.core.toasts import flash
from kartu.firm import again, pictures
from kartu.firm.actions import profile as actions
from kartu.firm.forms.people import KeyForm, PictureForm, ProfileForm
from kartu.firm.models import User
from kartu.firm.working_section import working_section


@require_http_methods(["GET", "POST"])
@signed_in("everybody keeps his own profile")
def me(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=fresh(request), country=request.user.firm_country)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(by=form.instance)
        with translation.override(form.instance.language):
            return saved(request, _("Your profile is saved"))
    return show(request, profile=form)


@require_http_methods(["POST"])
@signed_in("everybody keeps his own key")
def key(request: HttpRequest) -> HttpResponse:
    """E-mail and password, for the password of today. This browser stays signed in, all others are signed out."""
    person = fresh(request)
    form = KeyForm(request.POST, person=person, prove=partial(again.prove, request, "password"))
    if not form.is_valid():
        return show(request, key=form)
    try:
        known = form.cleaned_data
        here = request.session.device
        actions.change_sign_in(email=known["email"], password=known["password"], by=person, here=here)
    except ValidationError as refused:
        form.add_error(None, refused)
        return show(request, key=form)
    update_session_auth_hash(request, person)
    return saved(request, _("Saved. All other computers and phones are signed out."))


@require_POST
@signed_in("everybody keeps his own picture")
def picture(request: HttpRequest) -> HttpResponse:
    """A new picture, or with `none` the letters again."""
    if "none" in request.POST:
        actions.change_picture(picture=None, by=fresh(request))
        return saved(request, _("Your picture is taken away"))
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            cleaned = pictures.face(form.cleaned_data["picture"])
        except ValidationError as refused:
            form.add_error("picture", refused)
        else:
            actions.change_picture(picture=cleaned, by=fresh(request))
            return saved(request, _("Your picture is saved"))
    return show(request, picture=form)


def fresh(request: HttpRequest) -> User:
    """The person apart from request.user: a form that is refused must not show itself in the frame."""
    return User.objects.select_related("role").get(pk=request.user.pk)


def saved(request: HttpRequest, text: str) -> HttpResponse:
    flash(request, text)
    return HttpResponseRedirect(reverse("firm:me"))


def show(request: HttpRequest, **forms: object) -> HttpResponse:
    person = fresh(request)
    context = {
        "profile": forms.get("profile") or ProfileForm(instance=person, country=request.user.firm_country),
        "key": forms.get("key") or KeyForm(person=person),
        "picture": forms.get("picture") or PictureForm(),
    }
    is_refused = any(form.errors for form in context.values())
    context = {**context, "working": working_section(person, request.user)}
    return render(request, "firm/me.html", context, status=422 if is_refused else 200)
