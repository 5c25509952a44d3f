"""What a colleague sees: the menu, the rights with their reach, and the rows, all by the rules that hold for him."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kartu.core.access import access
from kartu.core.menu import menu_for
from kartu.core.rights import rights
from kartu.firm.forms.roles import in_words
from kartu.firm.models import User
from kartu.firm.rights import SIMULATE
from kartu.security.reached import counted, reached_rows
from kartu.security.views.rights import grouped

SHOWN = 100


@require_GET
@access(SIMULATE)
def seen_as(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_or_404(pk)
    context = {
        "colleague": person,
        "menu": menu_for(person),
        "kinds": [{"key": kind.key, "label": kind.label, "count": counted(kind, person)} for kind in reached_rows],
        "groups": [
            {"label": label, "rights": [{"label": right.label, "reach": reach} for right, reach in had]}
            for label, some in grouped(rights)
            if (had := [(right, in_words(person.scope(right.code), right)) for right in some if person.may(right.code)])
        ],
    }
    return render(request, "security/seen_as.html", context)


@require_GET
@access(SIMULATE)
def rows_of(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The rows that the person sees, as far as whoever asks sees them too. `after`: the last id of the page before."""
    person, shown = person_or_404(pk), reached_rows.get(kind)
    if shown is None:
        raise Http404
    after = request.GET.get("after", "0")
    if not after.isdigit() or len(after) > 18:
        raise Http404
    rows: list = []
    if person.may(shown.right) and request.user.may(shown.right):
        both = shown.rows(person).filter(pk__in=shown.rows(request.user).values("pk"), pk__gt=int(after))
        rows = list(both.order_by("pk")[: SHOWN + 1])
    links = [(row, reverse(shown.url_name, args=[row.pk])) for row in rows[:SHOWN]]
    context = {"colleague": person, "kind": shown, "links": links, "has_more": len(rows) > SHOWN}
    return render(request, "security/rows_of.html", context)


def person_or_404(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("role", "team", "branch"), pk=pk)
