"""`/tasks/`: the list of tasks."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from kartu.core.access import access
from kartu.planner.lists import TASKS
from kartu.planner.rights import VIEW
from kartu.records.lists.page import list_page


@require_GET
@access(VIEW)
def task_list(request: HttpRequest) -> HttpResponse:
    """Without a question: what the person himself has to do."""
    if not request.GET:
        return HttpResponseRedirect(f"{TASKS.url}?f=person%3Aany%3Ame&f=state%3Aany%3Aopen%2Creview")
    return list_page(request, TASKS)
