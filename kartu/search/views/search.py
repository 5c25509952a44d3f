from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kartu.core import palette
from kartu.core.access import signed_in
from kartu.search import settling
from kartu.search.commands import commands_for
from kartu.search.find import Found, Group, How, find
from kartu.search.marking import mark
from kartu.search.recent import recent_groups
from kartu.search.words import Question, question


@signed_in("everybody finds what he may see")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the palette shows for `q`, and the same as a page for whoever opens the address."""
    text = request.GET.get("q", "")[:200]
    groups = find(text, by=request.user) if text.strip() else recent_groups(by=request.user)
    settling.typed(text, by=request.user, count=sum(len(group.found) for group in groups))
    asked = question(text)
    shown = [_shown(group, asked) for group in groups] + commands_for(text, by=request.user)
    if request.headers.get("HX-Request"):
        return palette.answer(request, shown)
    shown = [group for group in shown if group["items"]]
    return render(request, "search/page.html", {"groups": shown, "text": text, "is_asked": bool(text.strip())})


def _shown(group: Group, asked: Question) -> dict:
    label = str(group.source.label) if asked.words else _("%(kind)s you looked at") % {"kind": group.source.label}
    return {"label": label, "items": [_item(found, group, asked) for found in group.found]}


def _item(found: Found, group: Group, asked: Question) -> dict:
    hit = found.hit
    text = f"{hit.title}, {hit.second}" if hit.second else hit.title
    facts = {How.EXACT: hit.fact, How.SOUND: _("found by sound"), How.SIMILAR: _("similar")}
    return {
        "url": hit.url,
        "look": hit.look,
        "icon": hit.icon or group.source.icon,
        "text": mark(text, asked.words),
        "fact": facts[found.how],
    }
