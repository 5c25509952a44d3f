"""Notices with no page open: what a person switches on in his browsers, and what these report."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import public, reached, signed_in
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.notifications.actions import mark_acted, notify
from kartu.notifications.channels import PUSH, note
from kartu.notifications.models import Hop
from kartu.notifications.push import devices, sending

OWN = "everybody switches his own browsers on and off"


@require_GET
@signed_in(OWN)
def browsers(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/push.html", {"subscriptions": list(devices.of(request.user))})


@require_POST
@signed_in(OWN)
def key(request: HttpRequest) -> HttpResponse:
    """The key to which a browser subscribes; made at the first asking."""
    return JsonResponse({"key": devices.keys_for_browsers()})


@require_POST
@signed_in(OWN)
def switch_on(request: HttpRequest) -> HttpResponse:
    known = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        devices.switch_on(**known, device=request.session.device, by=request.user)
    except devices.NotPossible as no:
        return HttpResponse(str(no), status=422, content_type="text/plain; charset=utf-8")
    return toast(changed(HttpResponse(status=204), "notifications.push"), _("Notices come to this browser now"))


@require_POST
@signed_in(OWN)
def still_here(request: HttpRequest) -> HttpResponse:
    """A browser that was switched on says who sits at it; 410 tells it that it is to listen no more."""
    is_mine = devices.still_mine(
        endpoint=request.POST.get("endpoint", ""), device=request.session.device, by=request.user
    )
    return HttpResponse(status=204 if is_mine else 410)


@require_POST
@signed_in(OWN)
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    devices.switch_off(subscription=reached(devices.of(request.user), pk, request.user), by=request.user)
    answer = changed(HttpResponse(status=204), "notifications.push")
    return toast(answer, _("No notices come to that browser any more"))


@require_POST
@signed_in(OWN)
def test(request: HttpRequest) -> HttpResponse:
    title, text = _("A notice to try it out"), _("If you read this with no page open, it works.")
    notify(
        to=[request.user],
        kind="notifications.test",
        title=title,
        text=text,
        url=reverse("notifications:push"),
        only=[PUSH],
    )
    return toast(HttpResponse(status=204), _("Sent. It shows within a few seconds."))


@csrf_exempt
@require_POST
@public("the browser that shows a note has no page open; it proves itself by the token that came sealed with the note")
def told(request: HttpRequest) -> HttpResponse:
    """A note was shown, or opened: the ledger hears of it once."""
    message = sending.message_of(request.POST.get("token", ""))
    if message is None:
        return HttpResponse(status=403)
    notification, what = message.notification, request.POST.get("what")
    if what not in (Hop.What.SHOWN, Hop.What.CLICKED):
        return HttpResponse(status=400)
    note(Hop.What(what), PUSH, notification_id=notification.pk, carrier_id=message.key)
    if what == Hop.What.CLICKED:
        mark_acted(by=notification.person, notification=notification)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@public("the browser has been given another address by its maker; it proves itself by the secret of the old one")
def moved(request: HttpRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("old", "auth", "endpoint", "p256dh", "new_auth")}
    try:
        is_known = devices.move(**given)
    except devices.NotPossible:
        return HttpResponse(status=422)
    return HttpResponse(status=204 if is_known else 403)
