"""Who may do what, as a table to read: every right of the program against every role of the firm."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kartu.core.access import signed_in
from kartu.core.rights import Right, rights
from kartu.firm.models import Role

# The noun of a right ("clients.view") in the words of the page, in the order of the page.
NOUNS = {
    "clients": gettext_lazy("Clients"),
    "files": gettext_lazy("Files"),
    "sections": gettext_lazy("Sections and fields"),
    "lists": gettext_lazy("Lists"),
    "changes": gettext_lazy("What was done"),
    "trash": gettext_lazy("Trash"),
    "tokens": gettext_lazy("Access tokens"),
    "log": gettext_lazy("The log"),
    "backups": gettext_lazy("Backups"),
    "alerts": gettext_lazy("Alerts"),
    "firm": gettext_lazy("The firm"),
    "notifications": gettext_lazy("Letters and notices"),
    "core": gettext_lazy("The program"),
}


@require_GET
@signed_in("everybody may know what the roles open, his own among them")
def rights_page(request: HttpRequest) -> HttpResponse:
    roles = list(Role.objects.order_by("pk"))
    groups = [{"label": label, "rights": lines(belonging, roles)} for label, belonging in grouped(rights)]
    return render(request, "security/rights.html", {"roles": roles, "groups": groups})


def grouped(everything: Iterable[Right]) -> list[tuple[str, list[Right]]]:
    """(heading, rights) by noun; a noun that NOUNS does not know comes last, under its code."""
    by_noun: dict[str, list[Right]] = {noun: [] for noun in NOUNS}
    for right in everything:
        by_noun.setdefault(right.code.partition(".")[0], []).append(right)
    return [(str(NOUNS.get(noun, noun)), belonging) for noun, belonging in by_noun.items() if belonging]


def lines(belonging: list[Right], roles: list[Role]) -> list[dict]:
    return [{"label": right.label, "cells": [reach(role, right) for role in roles]} for right in belonging]


def reach(role: Role, right: Right) -> str:
    """How far the right reaches in the role, in a word; empty: the role does not have it."""
    scope = role.scope(right.code)
    if scope is None:
        return ""
    return str(scope.label) if right.scoped else _("yes")
