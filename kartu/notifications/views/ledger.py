"""What became of what was told: of one notice, of all of them, and whether the clock ran that tells it."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kartu.core.access import access, reached, signed_in
from kartu.core.models import ClockSpan
from kartu.firm.models import User
from kartu.notifications.channels import LABELS, channels
from kartu.notifications.gaps import gaps, spans_since
from kartu.notifications.kinds import kind_of, kinds
from kartu.notifications.models import Hop, Notification
from kartu.notifications.rights import POLICY
from kartu.notifications.views.bell import OWN
from kartu.security.rights import SERVER

WHY = "whoever looks after it sees what became of everything that was told"
ON_PAGE = 50
SHOWN = timedelta(days=30)


@require_GET
@signed_in(OWN)
def fate(request: HttpRequest, pk: int) -> HttpResponse:
    """All steps of one notice and its further rings, the first first."""
    rows = Notification.objects.visible_to(request.user)
    if request.user.may(POLICY):
        rows = Notification.objects.as_system(WHY)
    notice = reached(rows, pk, request.user)
    first = notice.first_id or notice.pk
    rings = list(rows.filter(Q(pk=first) | Q(first_id=first)).order_by("pk").values_list("pk", flat=True))
    hops = list(Hop.objects.filter(notification_id__in=rings).order_by("at", "pk"))
    for hop in hops:
        hop.way = way_of(hop.channel)
    notice.title = title_for(request, notice)
    notice.text = "" if notice.is_private and notice.person_id != request.user.pk else notice.text
    context = {"notice": notice, "kind": kind_of(notice.kind).label, "hops": hops, "rings": len(rings)}
    return render(request, "notifications/fate.html", context)


def title_for(request: HttpRequest, notice: Notification) -> str:
    """What is private is its person's own, whoever looks after the telling."""
    is_closed = notice.is_private and notice.person_id != request.user.pk
    return _("Private") if is_closed else notice.title


def way_of(key: str) -> str:
    channel = channels.get(key)
    return str(channel.label if channel else LABELS.get(key, key))


@require_GET
@access(POLICY)
def ledger(request: HttpRequest) -> HttpResponse:
    """All notices, the newest first, a page at a time; `?before=` is the last number of the page above."""
    rows = asked_for(request)
    notices = list(rows.select_related("person").order_by("-pk")[: ON_PAGE + 1])
    for notice in notices:
        notice.kind_label = kind_of(notice.kind).label
        notice.told_title = title_for(request, notice)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "notices": notices[:ON_PAGE],
        "next": notices[ON_PAGE - 1].pk if len(notices) > ON_PAGE else None,
        "query": query.urlencode(),
        "asked": request.GET,
        "people": User.objects.order_by("name"),
        "kinds": sorted(kinds, key=lambda kind: (kind.group.order, kind.order)),
        "channels": list(channels),
        "states": Notification.State.choices,
    }
    return render(request, "notifications/ledger.html", context)


def asked_for(request: HttpRequest):
    asked, rows = request.GET, Notification.objects.as_system(WHY)
    for name, column in (("person", "person_id"), ("before", "pk__lt")):
        if asked.get(name, "").isdigit():
            rows = rows.filter(**{column: int(asked[name])})
    if kind := kinds.get(asked.get("kind", "")):
        rows = rows.filter(kind__in=[kind.key, *kind.also])
    if asked.get("state") in Notification.State.values:
        rows = rows.filter(state=asked["state"])
    if asked.get("late"):
        rows = rows.filter(is_late=True)
    if asked.get("channel") in channels:
        rows = rows.filter(pk__in=Hop.objects.filter(channel=asked["channel"]).values("notification_id"))
    return rows


@require_GET
@access(SERVER)
def clock(request: HttpRequest) -> HttpResponse:
    """When the clock of the worker ran, and when it stood still."""
    now = timezone.now()
    spans = spans_since(now - SHOWN, now)
    last = ClockSpan.objects.up_to(now).first()
    context = {
        "gaps": gaps(spans)[::-1],
        "since": spans[0].since if spans else None,
        "last": last,
        "runs": bool(last) and now - last.until < timedelta(minutes=3),
    }
    return render(request, "notifications/clock.html", context)
