"""Alerts: who went beyond a limit, what he did, what it was."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, reached, signed_in
from kartu.core.actors import Actor
from kartu.core.toasts import flash
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security import views_log
from kartu.security.alerts import actions
from kartu.security.alerts.forms import LimitsForm
from kartu.security.alerts.papers import papers_of
from kartu.security.alerts.rules import alert_rules
from kartu.security.alerts.timeline import things_named, timeline
from kartu.security.logbook.asked import Reach
from kartu.security.models.alert import Alert, AlertSettings, Policy
from kartu.security.rights import ALERTS, READ_LOG

PAGE = 50
TONES = {
    Alert.State.OPEN: ("bad", "alert-triangle"),
    Alert.State.SEEN: ("warn", "eye"),
    Alert.State.EXPLAINED: ("", "check"),
}


@require_GET
@access(ALERTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """The newest alerts; `?state=` only those, `?person=` only his, `?before=` an id for older ones."""
    state, person, before = (request.GET.get(name, "") for name in ("state", "person", "before"))
    rows = actions.alerts_for(request.user)
    if state in Alert.State.values:
        rows = rows.filter(state=state)
    if person.isdecimal():
        rows = rows.filter(person_id=int(person[:18]))
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    page = list(rows[: PAGE + 1])
    context = {
        "rows": [line(each) for each in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "state": state,
        "whose": person,
        "states": Alert.State.choices,
    }
    return render(request, "security/alerts/list.html", context)


def line(alert: Alert) -> dict:
    rule = alert_rules.get(alert.rule)
    tone, icon = TONES[Alert.State(alert.state)]
    return {"alert": alert, "label": rule.label if rule else alert.rule, "tone": tone, "icon": icon}


@require_GET
@access(ALERTS)
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert, with what its person did at that time."""
    return page_of(request, pk)


def page_of(request: HttpRequest, pk: int, refused: str = "") -> HttpResponse:
    found = reached(actions.alerts_for(request.user), pk, request.user)
    views_log.saw("page", by=request.user, row=found)
    doings, are_more = timeline(found, request.user)
    context = {
        **line(found),
        "doings": doings,
        "are_more": are_more,
        "story_url": story_url(found, request.user),
        "things": things_named(found, request.user),
        "may_answer": actions.may_answer(found, request.user),
        "may_sign_out": actions.may_sign_out(found, request.user),
        "papers": papers_of(found, request.user),
        "refused": refused,
    }
    return render(request, "security/alerts/page.html", context, status=422 if refused else 200)


def story_url(found: Alert, by: Actor) -> str:
    if not found.subject or not by.may(READ_LOG) or not Reach.of(by).holds(found.subject):
        return ""
    return f"{reverse('security:story', args=[found.subject])}?day={found.day}"


@require_POST
@access(ALERTS)
def look_into(request: HttpRequest, pk: int) -> HttpResponse:
    return answered(request, pk, actions.look_into)


@require_POST
@access(ALERTS)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    return answered(request, pk, actions.lift, done=_("Exports and prints are open again"))


@require_POST
@access(ALERTS)
def end_sign_ins(request: HttpRequest, pk: int) -> HttpResponse:
    return answered(request, pk, actions.end_sign_ins, done=_("Signed out everywhere"))


@require_POST
@access(ALERTS)
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    note, done = request.POST.get("note", ""), _("It is written down what it was")
    return answered(request, pk, actions.explain, done=done, on_to=reverse("security:alerts"), note=note)


def answered(
    request: HttpRequest, pk: int, act: Callable, *, done: str = "", on_to: str = "", **arguments: Any
) -> HttpResponse:
    """One act on the alert, and on to its page or elsewhere; refused, the page with what is wrong."""
    found = reached(actions.alerts_for(request.user), pk, request.user)
    try:
        act(alert=found, by=request.user, **arguments)
    except ValidationError as refused:
        return page_of(request, pk, " ".join(refused.messages))
    if done:
        flash(request, done)
    return HttpResponseRedirect(on_to or reverse("security:alert", args=[pk]))


@require_http_methods(["GET", "POST"])
@signed_in("only whoever an alert asks for a reason finds it here")
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """The person whom an alert is about says why."""
    mine = Alert.objects.filter(person=request.user, policy__in=[Policy.ASK, Policy.FREEZE])
    found = reached(mine, pk, request.user)
    context = line(found)
    if request.method == "POST":
        try:
            actions.give_reason(alert=found, reason=request.POST.get("reason", ""), by=request.user)
        except ValidationError as refused:
            context["refused"] = " ".join(refused.messages)
            return render(request, "security/alerts/reason.html", context, status=422)
        flash(request, _("Thank you, it is passed on"))
        return HttpResponseRedirect("/")
    return render(request, "security/alerts/reason.html", context)


@require_http_methods(["GET", "POST"])
@access(ALERTS)
@asks_again
def limits(request: HttpRequest) -> HttpResponse:
    form = LimitsForm(request.POST or None, instance=AlertSettings.current())
    if request.method == "POST" and form.is_valid():
        actions.set_limits(settings=form.settings(), by=request.user)
        flash(request, _("The limits are saved"))
        return HttpResponseRedirect(reverse("security:alerts"))
    return form_page(request, "security/alerts/limits.html", form)
