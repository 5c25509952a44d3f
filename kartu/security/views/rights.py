"""Who may do what, as a table to read: every right of the program against every role of the firm."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kartu.core.access import signed_in
from kartu.core.rights import Right, rights
from kartu.firm.forms.roles import in_words
from kartu.firm.models import Role
from kartu.firm.rights import ROLES

# The noun of a right ("clients.view") in the words of the page, in the order of the page.
NOUNS = {
    "clients": gettext_lazy("Clients"),
    "tasks": gettext_lazy("Tasks"),
    "files": gettext_lazy("Files"),
    "sections": gettext_lazy("Sections and fields"),
    "lists": gettext_lazy("Lists"),
    "changes": gettext_lazy("What was done"),
    "trash": gettext_lazy("Trash"),
    "tokens": gettext_lazy("Access tokens"),
    "log": gettext_lazy("The log"),
    "backups": gettext_lazy("Backups"),
    "alerts": gettext_lazy("Alerts"),
    "server": gettext_lazy("Own server"),
    "firm": gettext_lazy("The firm"),
    "hours": gettext_lazy("Working time and absences"),
    "roles": gettext_lazy("Roles and rights"),
    "notifications": gettext_lazy("Letters and notices"),
    "core": gettext_lazy("The program"),
}


@require_GET
@signed_in("everybody may know what the roles open, his own among them")
def rights_page(request: HttpRequest) -> HttpResponse:
    here = Count("users", filter=Q(users__is_active=True))
    roles = list(Role.objects.in_use().annotate(size=here))
    groups = [{"label": label, "rights": lines(belonging, roles)} for label, belonging in grouped(rights)]
    context = {"roles": roles, "groups": groups, "may_change": request.user.may(ROLES)}
    return render(request, "security/rights.html", context)


def grouped(everything: Iterable[Right]) -> list[tuple[str, list[Right]]]:
    """(heading, rights) by noun; a noun that NOUNS does not know comes last, under its code."""
    by_noun: dict[str, list[Right]] = {noun: [] for noun in NOUNS}
    for right in everything:
        by_noun.setdefault(right.code.partition(".")[0], []).append(right)
    return [(str(NOUNS.get(noun, noun)), belonging) for noun, belonging in by_noun.items() if belonging]


def lines(belonging: list[Right], roles: list[Role]) -> list[dict]:
    return [
        {"label": right.label, "cells": [in_words(role.scope(right.code), right) for role in roles]}
        for right in belonging
    ]
