"""Where one is signed in, and where a colleague is."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, reached, signed_in
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.firm.actions import devices as actions
from kartu.firm.ending import may_end
from kartu.firm.models import Device, User
from kartu.firm.rights import DEVICES

NEWEST = 100


@require_GET
@signed_in("everybody sees where he is signed in")
def mine(request: HttpRequest) -> HttpResponse:
    return show(request, request.user)


@require_GET
@access(DEVICES)
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, colleague(pk))


def show(request: HttpRequest, person: User) -> HttpResponse:
    here = request.session.device
    rows = list(Device.objects.of(person)[:NEWEST])
    if here:
        rows.sort(key=lambda device: device.pk != here.pk)
    context = {
        "person": person,
        "is_mine": person.pk == request.user.pk,
        "devices": rows,
        "here": here,
        "others": sum(not here or device.pk != here.pk for device in rows),
        "may_end": may_end(person, request.user),
    }
    return render(request, "firm/devices.html", context)


@require_POST
@signed_in("everybody ends his own")
def end_mine(request: HttpRequest, pk: int) -> HttpResponse:
    return ended(request, one_of(Device.objects.of(request.user), pk, request))


@require_POST
@signed_in("everybody ends his own")
def end_others(request: HttpRequest) -> HttpResponse:
    """All but the browser that asks."""
    here = request.session.device
    return ended(request, Device.objects.of(request.user).exclude(pk=here.pk if here else None))


@require_POST
@access(DEVICES)
def end_of_person(request: HttpRequest, pk: int, device: int) -> HttpResponse:
    return ended(request, one_of(Device.objects.of(colleague(pk)), device, request))


@require_POST
@access(DEVICES)
def end_all_of_person(request: HttpRequest, pk: int) -> HttpResponse:
    return ended(request, Device.objects.of(colleague(pk)))


def colleague(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("role"), pk=pk)


def one_of(devices: QuerySet[Device], pk: int, request: HttpRequest) -> QuerySet[Device]:
    return devices.filter(pk=reached(devices, pk, request.user).pk)


def ended(request: HttpRequest, devices: QuerySet[Device]) -> HttpResponse:
    try:
        count = actions.end(devices=devices.select_related("person__role"), by=request.user)
    except PermissionDenied:
        return HttpResponse(_("Only an owner can sign an owner out."), status=403, content_type="text/plain")
    told = ngettext("%(count)s computer or phone is signed out", "%(count)s computers and phones are signed out", count)
    return toast(changed(HttpResponse(status=204), "firm.device", 0), told % {"count": count})
