"""Passkeys: a person's own, and signing in by one."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import public, reached, sign_in_first, signed_in
from kartu.core.toasts import flash
from kartu.firm import door
from kartu.firm import passkeys as ceremonies
from kartu.firm.actions import passkeys as actions
from kartu.firm.forms.door import SignInForm
from kartu.firm.forms.passkeys import NewPasskeyForm, PasskeyForm
from kartu.firm.models import Passkey, User
from kartu.firm.required import open_before_second
from kartu.firm.second import waiting, ways_of
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import arrived, next_page
from kartu.firm.views.door import show as show_door
from kartu.firm.views.second import show_codes


@require_http_methods(["GET", "POST"])
@signed_in("everybody keeps his own passkeys")
@open_before_second
@asks_again
def passkeys(request: HttpRequest) -> HttpResponse:
    """A person's passkeys; what the device has made is added to them."""
    form = NewPasskeyForm(request.POST or None)
    if (
        form.is_valid() and not form.cleaned_data["answer"]
    ):  # the person had to prove himself before the device is asked
        return show(request, NewPasskeyForm(initial=form.cleaned_data))
    if form.is_valid():
        try:
            made = ceremonies.take_made(request, form.cleaned_data["answer"])
            codes = actions.add_passkey(made=made, name=form.cleaned_data["name"], by=request.user)
        except ceremonies.Refused as refused:
            actions.note_not_added(refused=refused, by=request.user)
            form.add_error(None, _("The passkey was not added. Begin again."))
        except (ceremonies.Unsuitable, ValidationError) as refused:
            form.add_error(None, str(refused) if isinstance(refused, ceremonies.Unsuitable) else refused)
        else:
            if codes:
                return show_codes(request, codes)
            flash(request, _("The passkey is added"))
            return HttpResponseRedirect(reverse("firm:passkeys"))
    return show(request, form)


def show(request: HttpRequest, form: NewPasskeyForm) -> HttpResponse:
    context = {"form": form, "rows": Passkey.objects.filter(person=request.user).order_by("pk"), "unsuitable": ""}
    try:
        context["site"] = ceremonies.site_to_add_at(request)
    except ceremonies.Unsuitable as why:
        context["unsuitable"] = str(why)
    return render(request, "firm/passkeys.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in("everybody keeps his own passkeys")
@open_before_second
@asks_again
def ask_new(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey. 422: the form says what is wrong once it is sent itself."""
    form = NewPasskeyForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        return JsonResponse(ceremonies.ask_to_make(request, request.user))
    except ceremonies.Unsuitable as why:
        return JsonResponse({"told": str(why)}, status=422)


@require_POST
@signed_in("everybody keeps his own passkeys")
@asks_again
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    passkey = reached(Passkey.objects.filter(person=request.user), pk, request.user)
    actions.remove_passkey(passkey=passkey, by=request.user)
    flash(request, _("The passkey is removed"))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("firm:passkeys")
    return response


@require_POST
@signed_in("everybody proves himself by his own passkey")
def ask_proof(request: HttpRequest) -> HttpResponse:
    """What the browser needs to show a passkey of whoever is signed in, who is to prove himself again."""
    return asked_of(request, request.user)


@require_POST
@public("whoever wants to sign in is not signed in yet")
def ask(request: HttpRequest) -> HttpResponse:
    """What the browser needs to show a passkey of somebody, or {"told": why not}."""
    try:
        return JsonResponse(door.ask_passkey(request))
    except ceremonies.Unsuitable as why:
        return JsonResponse({"told": str(why)}, status=422)
    except door.TooSoon as soon:
        return JsonResponse({"told": soon.told}, status=429)


@require_POST
@public("whoever wants to sign in is not signed in yet")
def enter(request: HttpRequest) -> HttpResponse:
    """Signing in by a passkey alone."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    try:
        person = door.sign_in_by_passkey(request, PasskeyForm.answer_in(request.POST))
    except (door.Wrong, ceremonies.Unsuitable):
        return show_door(request, SignInForm(), 422, passkey_failed=True)
    return arrived(request, person, next_page(request))


@require_http_methods(["GET", "POST"])
@public("whoever stands between the first step and the second is not signed in yet")
def step(request: HttpRequest) -> HttpResponse:
    """Asks for a passkey as the second step; where none of the person's works, for a code."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    person = waiting(request)
    if person is None:
        return sign_in_first(request)
    if not ceremonies.fitting(request, person):
        return HttpResponseRedirect(f"{reverse('firm:second_step')}?{request.GET.urlencode()}")
    if request.method == "GET":
        return show_step(request, person)
    try:
        door.second_step_by_passkey(request, person, PasskeyForm.answer_in(request.POST))
    except (door.Wrong, ceremonies.Unsuitable):
        return show_step(request, person, failed=True)
    return arrived(request, person, next_page(request))


def show_step(request: HttpRequest, person: User, *, failed: bool = False) -> HttpResponse:
    others = [way for way in ways_of(person) if way.key != "passkey"]
    context = {"person": person, "others": others, "failed": failed, "next": next_page(request)}
    return render(request, "firm/passkey_step.html", context, status=422 if failed else 200)


@require_POST
@public("whoever stands between the first step and the second is not signed in yet")
def ask_step(request: HttpRequest) -> HttpResponse:
    """What the browser needs to show a passkey of whoever has taken the first step."""
    person = waiting(request)
    return asked_of(request, person) if person else sign_in_first(request)


def asked_of(request: HttpRequest, person: User) -> HttpResponse:
    try:
        return JsonResponse(ceremonies.ask_to_show(request, person))
    except ceremonies.Unsuitable as why:
        return JsonResponse({"told": str(why)}, status=422)
