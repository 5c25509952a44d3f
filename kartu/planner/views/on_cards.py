"""The tasks of a client as a section of its card."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kartu.clients.card import Card, client_for_card
from kartu.clients.views.common import piece
from kartu.core.access import access
from kartu.planner.card_tasks import closed_page, open_page
from kartu.planner.models import Task
from kartu.planner.on_cards import may_set, new_task_url, tasks_of
from kartu.planner.rights import VIEW


@require_GET
@access(VIEW)
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it, or what comes behind a place: `after` among the open ones, `before` among those that are over."""
    by = request.user
    client = client_for_card(pk, by)
    for name, read in (("after", open_page), ("before", closed_page)):
        if place := request.GET.get(name):
            context = {"page": read(client, by, place), "name": name}
            return piece(request, "planner/_card_task_rows.html", context, client, "tasks")
    context = {
        "open": open_page(client, by),
        "closed": closed_page(client, by),
        "count": len(tasks_of(client, by)),
        "add": new_task_url(client.pk, Task.Kind.TASK) if may_set(Card(client, by)) else "",
    }
    return piece(request, "planner/_card_tasks.html", context, client, "tasks")
