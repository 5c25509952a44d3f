"""The second step of signing in: the page that asks for a code, and a person's own page about it."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, public, sign_in_first, signed_in
from kartu.core.sealing import Unreadable, seal, unseal
from kartu.core.toasts import flash
from kartu.firm import door, rights, totp
from kartu.firm.actions import second as actions
from kartu.firm.forms.second import AppForm, CodeForm
from kartu.firm.models import Firm, Passkey, TotpSecret, User
from kartu.firm.passkeys import fitting
from kartu.firm.qr import qr_svg
from kartu.firm.recovery import CODES, codes_left
from kartu.firm.required import could_give_away, has_data, is_due, open_before_second, with_steps
from kartu.firm.second import waiting, ways_of
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import arrived, form_page, next_page, wait
from kartu.firm.views.people import again


@require_http_methods(["GET", "POST"])
@public("whoever stands between the first step and the second is not signed in yet")
def step(request: HttpRequest) -> HttpResponse:
    """Asks for a code of the app or, with `?paper`, for a recovery code; takes either."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    person = waiting(request)
    if person is None:
        return sign_in_first(request)
    form = CodeForm(request.POST or None, on_paper="paper" in request.GET)
    if not form.is_valid():
        return show_step(request, person, form)
    try:
        proof = door.second_step(request, person, form.cleaned_data["code"])
    except door.Wrong:
        form.add_error("code", _("This code does not fit, or it was used already. Wait for the next one."))
        return show_step(request, person, form)
    except door.TooSoon as soon:
        form.add_error(None, soon.told)
        return wait(show_step(request, person, form, 429), soon)
    if proof == "recovery":
        flash(request, recovery_used(codes_left(person)))
    return arrived(request, person, next_page(request))


def show_step(request: HttpRequest, person: User, form: CodeForm, status: int = 0) -> HttpResponse:
    ways = {way.key: way for way in ways_of(person)}
    elsewhere = {"totp"} if fitting(request, person) else {"totp", "passkey"}
    others = [way for key, way in ways.items() if key not in elsewhere]
    on_paper = "paper" in request.GET or "totp" not in ways
    context = {"form": form, "person": person, "others": others, "on_paper": on_paper, "next": next_page(request)}
    context["has_app"] = "totp" in ways
    return render(request, "firm/second_step.html", context, status=status or (422 if form.errors else 200))


def recovery_used(left: int) -> str:
    told = ngettext(
        "That recovery code is used up. %(count)s is left.", "That recovery code is used up. %(count)s are left.", left
    )
    return told % {"count": left}


@require_GET
@signed_in("everybody keeps his own second step")
@open_before_second
def second(request: HttpRequest) -> HttpResponse:
    """What is asked besides the password, and the ways to set it up."""
    ways = ways_of(request.user)
    context = {
        "ways": ways,
        "app": TotpSecret.objects.filter(person=request.user).first(),
        "passkeys": Passkey.objects.filter(person=request.user).order_by("pk"),
        "codes_left": codes_left(request.user) if ways else 0,
        "codes": CODES,
        "is_due": is_due(request),
    }
    return render(request, "firm/second.html", context)


@require_http_methods(["GET", "POST"])
@signed_in("everybody keeps his own second step")
@open_before_second
@asks_again
def app(request: HttpRequest) -> HttpResponse:
    """A secret for the app, as a QR code, and the first code of it. The secret lies in the page until it is proved."""
    form = AppForm(request.POST or None)
    secret = opened(form.data.get("sealed", ""), request.user)
    if request.method == "GET" or not secret:
        return begin_app(request)
    if not form.is_valid():
        return show_app(request, form, secret)
    try:
        codes = actions.set_up_app(secret=secret, code=form.cleaned_data["code"], by=request.user)
    except ValidationError as refused:
        form.add_error(None, refused)
        return show_app(request, form, secret)
    if codes:
        return show_codes(request, codes)
    flash(request, _("The app is set up"))
    return HttpResponseRedirect(reverse("firm:second"))


def begin_app(request: HttpRequest) -> HttpResponse:
    """With a new secret; said so to whoever has sent a page that carries none of his."""
    secret = totp.new_secret()
    sealed = seal(secret, purpose(request.user))
    if request.method == "GET":
        return show_app(request, AppForm(initial={"sealed": sealed}), secret)
    form = AppForm({"sealed": sealed})
    form.add_error(None, _("This page was too old. Let the app read the new code."))
    return show_app(request, form, secret)


def purpose(person: User) -> str:
    return f"totp of {person.pk} to be"


def opened(sealed: str, person: User) -> str:
    """The secret that this page has carried along; "" for none, or another person's."""
    try:
        return unseal(sealed, purpose(person)) if sealed else ""
    except Unreadable:
        return ""


def show_app(request: HttpRequest, form: AppForm, secret: str) -> HttpResponse:
    address = totp.address(secret, account=request.user.email, issuer=f"Kartu {request.user.firm_name}")
    qr = qr_svg(address, _("The secret as a code for the phone"))
    return form_page(request, "firm/second_app.html", form, qr=qr, secret=totp.groups(secret))


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Now and never again: nobody who sends the form again gets a copy."""
    context = {"codes": codes, "text": "\n".join(codes)}
    response = render(request, "firm/recovery_codes.html", context)
    response.is_shown_once = True
    return response


@require_POST
@signed_in("everybody keeps his own second step")
@asks_again
def app_off(request: HttpRequest) -> HttpResponse:
    actions.take_off_app(by=request.user)
    flash(request, _("The app is taken off"))
    return HttpResponseRedirect(reverse("firm:second"))


@require_POST
@signed_in("everybody keeps his own recovery codes")
@asks_again
def codes(request: HttpRequest) -> HttpResponse:
    if not ways_of(request.user):
        return HttpResponseRedirect(reverse("firm:second"))
    return show_codes(request, actions.renew_codes(by=request.user))


@require_POST
@access(rights.PEOPLE)
@asks_again
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague has lost the phone."""
    colleague = get_object_or_404(User.objects.select_related("role"), pk=pk)
    actions.reset(person=colleague, by=request.user)
    return again(request, colleague, _("%(name)s signs in by the password alone now") % {"name": colleague.name})


@require_http_methods(["GET", "POST"])
@access(rights.PEOPLE)
@asks_again
def policy(request: HttpRequest) -> HttpResponse:
    """Of whom a second step is required, and who has none yet: they come first."""
    if request.method == "POST":
        actions.require_of_all(is_on="all" in request.POST, by=request.user)
        flash(request, _("Saved"))
        return HttpResponseRedirect(reverse("firm:second_policy"))
    firm, has_stake = Firm.objects.get(), has_data()
    people = with_steps(User.objects.active().select_related("role"))
    lines = [
        {"colleague": person, "is_required": firm.second_for_all or (has_stake and could_give_away(person))}
        for person in people
    ]
    lines.sort(key=lambda line: (line["colleague"].has_second, not line["is_required"]))
    return render(request, "firm/second_policy.html", {"lines": lines, "for_all": firm.second_for_all})
