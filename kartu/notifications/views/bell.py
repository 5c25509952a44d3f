"""The bell: what a person is told. Everybody sees his own notices and nobody another's."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import reached, signed_in
from kartu.core.spoken_times import find_moment
from kartu.firm.models import User
from kartu.notifications.actions import mark_acted, mark_seen, mark_shown
from kartu.notifications.answers import NotPossible, acknowledge, put_off
from kartu.notifications.models import Notification
from kartu.notifications.quiet import next_morning

OWN = "everybody sees his own notices and nobody another's"
IN_BELL = 20
ON_PAGE = 50


@require_GET
@signed_in(OWN)
def bell(request: HttpRequest) -> HttpResponse:
    """The pop-over: the newest notices. It reports itself as seen once it stands on the screen."""
    newest = list(Notification.objects.visible_to(request.user).in_bell().newest_first()[:IN_BELL])
    return render(request, "notifications/_bell.html", {"notices": newest, "has_unseen": has_unseen(newest)})


@require_GET
@signed_in(OWN)
def all_notices(request: HttpRequest) -> HttpResponse:
    """All notices, newest first, a page at a time; `?before=` is the last number of the page above."""
    mine = Notification.objects.visible_to(request.user).in_bell().newest_first()
    before = request.GET.get("before", "")
    if before.isdigit():
        mine = mine.filter(pk__lt=int(before))
    notices = list(mine[: ON_PAGE + 1])
    context = {
        "notices": notices[:ON_PAGE],
        "has_more": len(notices) > ON_PAGE,
        "has_unseen": has_unseen(notices) and not before,
    }
    piece = "notifications/_notices.html" if before and request.headers.get("HX-Request") else "notifications/all.html"
    return render(request, piece, context)


def has_unseen(notices: list[Notification]) -> bool:
    return any(notice.seen_at is None for notice in notices)


@require_POST
@signed_in(OWN)
def seen(request: HttpRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if up_to.isdigit():
        mark_seen(by=request.user, up_to=int(up_to))
    return HttpResponse(status=204)


@require_POST
@signed_in(OWN)
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person follows the notice, and lead there."""
    notice = reached(Notification.objects.visible_to(request.user), pk, request.user)
    mark_acted(by=request.user, notification=notice)
    response = HttpResponse(status=204)
    if notice.url:
        response["HX-Redirect"] = notice.url
    return response


@require_POST
@signed_in(OWN)
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person follows the notice; the browser goes there by itself."""
    notice = reached(Notification.objects.visible_to(request.user), pk, request.user)
    mark_acted(by=request.user, notification=notice)
    return HttpResponse(status=204)


@require_POST
@signed_in(OWN)
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The note on the screen was shown."""
    notice = reached(Notification.objects.visible_to(request.user), pk, request.user)
    mark_shown(by=request.user, notification=notice)
    return HttpResponse(status=204)


@require_POST
@signed_in(OWN)
def ack(request: HttpRequest, pk: int) -> HttpResponse:
    """The person knows."""
    notice = reached(Notification.objects.visible_to(request.user), pk, request.user)
    acknowledge(by=request.user, notification=notice, where=place(request))
    return anew(request, pk)


@require_POST
@signed_in(OWN)
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it off: `for` is one of the moments offered, or `when` is typed; `why` if the person says."""
    notice = reached(Notification.objects.visible_to(request.user), pk, request.user)
    try:
        until = moment_of(request)
        put_off(
            by=request.user, notification=notice, until=until, why=request.POST.get("why", ""), where=place(request)
        )
    except NotPossible as impossible:
        return HttpResponse(str(impossible), status=422, content_type="text/plain; charset=utf-8")
    return anew(request, pk)


def moment_of(request: HttpRequest) -> datetime:
    offered = offers(request.user).get(request.POST.get("for", ""))
    found = offered or find_moment(request.POST.get("when", ""))
    if found is None:
        raise NotPossible(_("Say when, like “tomorrow 10:00” or “in 2 hours”"))
    return offered or found[0]


def offers(person: User) -> dict[str, datetime]:
    now = timezone.now()
    return {"5m": now + timedelta(minutes=5), "1h": now + timedelta(hours=1), "morning": next_morning(person, now)}


def place(request: HttpRequest) -> str:
    """Where the person was told: by the bell, or by a note on the screen."""
    return "popup" if request.POST.get("where") == "popup" else "bell"


def anew(request: HttpRequest, pk: int) -> HttpResponse:
    notice = Notification.objects.visible_to(request.user).get(pk=pk)
    return render(request, "notifications/_notice.html", {"notice": notice})
