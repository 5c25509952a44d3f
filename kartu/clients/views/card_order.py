"""Settings: in which order each role sees the sections and facts of a client's card."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.clients import actions
from kartu.clients.card_order import Part, arrangement_of
from kartu.clients.registries import card_facts, card_tabs
from kartu.clients.views.card import FACTS
from kartu.core.access import access
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.firm.models import Role
from kartu.firm.rights import SETTINGS

REGISTRIES = {Part.TABS: card_tabs, Part.FACTS: card_facts}


@require_GET
@access(SETTINGS)
def card_order(request: HttpRequest) -> HttpResponse:
    role = role_or_404(request.GET.get("role", ""))
    context = {
        "role": role,
        "roles": Role.objects.in_use(),
        "parts": [shown_part(part, role) for part in Part],
        "facts_shown": FACTS,
    }
    return render(request, "clients/card_order.html", context)


def role_or_404(text: str) -> Role | None:
    """The role whose id is `text`; None, for everybody, of an empty one."""
    if not text:
        return None
    if not text.isdigit() or len(text) > 9:
        raise Http404
    return get_object_or_404(Role, pk=int(text))


def shown_part(part: Part, role: Role | None) -> dict[str, Any]:
    arrangement, is_own = arrangement_of(part, role and role.pk)
    shown, hidden = arrangement.of(REGISTRIES[part])
    query = f"?role={role.pk}" if role else ""
    return {
        "key": part.value,
        "label": part.label,
        "shown": shown,
        "hidden": hidden,
        "is_own": is_own,
        "url": reverse("clients:arrange_card", args=[part.value]) + query,
        "reset_url": reverse("clients:reset_card", args=[part.value]) + query,
    }


@require_POST
@access(SETTINGS)
def arrange(request: HttpRequest, part: str) -> HttpResponse:
    """What the dragged lines post: `columns=timeline,files`, the ticked ones in their order."""
    known = [item.key for item in REGISTRIES[part_or_404(part)]]
    shown = request.POST.get("columns", "").split(",")
    role = role_or_404(request.GET.get("role", ""))
    try:
        actions.arrange_card(part=part, role=role, shown=shown, known=known, by=request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return changed(HttpResponse(status=204), "clients.cardorder")


@require_POST
@access(SETTINGS)
def reset(request: HttpRequest, part: str) -> HttpResponse:
    actions.reset_card(part=part_or_404(part), role=role_or_404(request.GET.get("role", "")), by=request.user)
    return toast(changed(HttpResponse(status=204), "clients.cardorder"), _("As it was at first"))


def part_or_404(part: str) -> Part:
    if part not in Part.values:
        raise Http404
    return Part(part)
