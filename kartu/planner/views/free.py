"""An hour that several people have free."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from kartu.core.access import access
from kartu.core.formats import format_time
from kartu.firm.clock import moment
from kartu.planner.forms.scheduler import FreeForm
from kartu.planner.free import free_slots
from kartu.planner.minutes import minute
from kartu.planner.rights import VIEW
from kartu.planner.telling.words import to_the_minute
from kartu.planner.timeline import people_of

SEARCHED = timedelta(days=14)


@require_GET
@access(VIEW)
def free(request: HttpRequest) -> HttpResponse:
    people = people_of(request.user, None)
    form = FreeForm(
        request.GET if "people" in request.GET else None, people=people, initial={"people": [request.user.pk]}
    )
    slots = found(request, form) if form.is_bound and form.is_valid() else None
    status = 422 if form.errors else 200
    return render(request, "planner/free.html", {"form": form, "slots": slots}, status=status)


def found(request: HttpRequest, form: FreeForm) -> list[dict[str, object]]:
    wanted = form.cleaned_data
    start = max(moment(timezone.get_current_timezone(), wanted["day"]), timezone.now())
    slots = free_slots(list(wanted["people"]), start=start, until=start + SEARCHED, minutes=wanted["minutes"])
    others = ",".join(str(person.pk) for person in wanted["people"] if person.pk != request.user.pk)
    new = reverse("planner:new_task")
    return [
        {
            "words": f"{to_the_minute(begins)}–{format_time(ends)}",
            "url": f"{new}?{urlencode({'start': minute(begins), 'end': minute(ends), 'with': others})}",
        }
        for begins, ends in slots
    ]
