"""How I am told: kinds of news by ways. The same table for the whole firm stands in Settings."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access, signed_in
from kartu.core.toasts import flash, toast
from kartu.firm.models import User
from kartu.notifications.channels import Channel, channels
from kartu.notifications.choices import choose, keep_quiet, send_one, table
from kartu.notifications.forms import QuietForm
from kartu.notifications.models import Notification, Preference
from kartu.notifications.quiet import hours_of
from kartu.notifications.rights import POLICY

OWN = "everybody says for himself how he is told"


@dataclass(frozen=True)
class Way:
    channel: Channel
    # Why it does not work for this person, in words; "" where it does.
    obstacle: str


def ways_of(person: User) -> list[Way]:
    return [Way(channel, str(channel.obstacle(Notification(person=person)))) for channel in channels]


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def mine(request: HttpRequest) -> HttpResponse:
    form = QuietForm(request.POST or None, instance=hours_of(request.user))
    if request.method == "POST" and form.is_valid():
        choose(by=request.user, person=request.user, **asked(request))
        keep_quiet(by=request.user, form=form)
        flash(request, _("Saved"))
        return redirect("notifications:told")
    context = {**in_table(request.user), "ways": ways_of(request.user), "form": form}
    return render(request, "notifications/told.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@access(POLICY)
def of_firm(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        choose(by=request.user, person=None, **asked(request))
        flash(request, _("Saved"))
        return redirect("notifications:told_firm")
    return render(request, "notifications/told_firm.html", in_table(None))


def in_table(person: User | None) -> dict:
    return {"table": table(person), "channels": list(channels), "digests": Preference.Digest.choices}


def asked(request: HttpRequest) -> dict:
    return {"ticked": request.POST.getlist("on"), "digests": request.POST}


@require_POST
@signed_in(OWN)
def try_out(request: HttpRequest, key: str) -> HttpResponse:
    """Send one now by one way, and say where to look for it."""
    channel = channels.get(key)
    if channel is None:
        raise Http404
    if obstacle := channel.obstacle(Notification(person=request.user)):
        return HttpResponse(str(obstacle), status=409, content_type="text/plain; charset=utf-8")
    send_one(by=request.user, channel=channel)
    return toast(HttpResponse(status=204), _("On its way. Look whether it arrives: %(way)s") % {"way": channel.label})
