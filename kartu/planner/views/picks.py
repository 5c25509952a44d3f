"""What the pickers ask: colleagues, people at clients, tasks."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kartu.clients.models import Client, Contact
from kartu.clients.views.picks import LIMIT, asked, fitting, items
from kartu.core.access import access
from kartu.core.formats import near_date
from kartu.planner.forms.fields import those_who_see_tasks
from kartu.planner.models import Task
from kartu.planner.rights import VIEW, receivers
from kartu.search.find import find


@require_GET
@access(VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """Those whom one may ask to do something; with `?any=1` all who may see tasks."""
    rows = those_who_see_tasks() if request.GET.get("any") else receivers(request.user)
    named = [(row.pk, row.name, row.team.name if row.team else "") for row in rows.select_related("team")]
    return items(fitting(named, request))


@require_GET
@access(VIEW)
def contacts(request: HttpRequest) -> HttpResponse:
    """People at the client `?client=`, or at all that one sees."""
    chosen = request.GET.get("client", "")
    if chosen.isdecimal() and (client := Client.objects.visible_to(request.user).filter(pk=int(chosen)).first()):
        return items(fitting([(row.pk, row.name, row.position) for row in client.contacts.all()], request))
    query = asked(request)
    if not query.strip():
        rows = Contact.objects.visible_to(request.user).select_related("client").order_by("-id")[:LIMIT]
        return items((row.pk, row.name, row.client.name) for row in rows)
    groups = find(query, by=request.user, kinds=["contact"], limit=LIMIT)
    found = [each for group in groups for each in group.found]
    return items((each.object_id, each.hit.title, each.hit.fact or each.hit.second) for each in found)


@require_GET
@access(VIEW)
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks that one sees, the next ones first."""
    rows = Task.objects.visible_to(request.user).filter(state=Task.State.OPEN).order_by("at", "id")
    if words := asked(request).split():
        for word in words:
            rows = rows.filter(title__icontains=word)
    return items((row.pk, row.title, near_date(row.at) if row.at else "") for row in rows[:LIMIT])
