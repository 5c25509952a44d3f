"""`/ui/`: every component with its states. Nothing here is stored; the small answers below show the behaviours."""

import inspect
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core import drawers
from kartu.core.access import signed_in
from kartu.core.templatetags import ui as library
from kartu.core.toasts import toast
from kartu.core.widgets import ManyPicker, Picker

KIT = "shows how the small things look; holds no data of the firm"
SHORT = _("7 digits or more, like 0262-233-019")
PICK = reverse_lazy("core:ui_pick")
FIRMS = ("PT Sinar Abadi Logistik", "Hotel Puri Dago", "ООО «Волга Снаб»", "Koperasi Tirta Sari", "Suharto")


class SampleForm(forms.Form):
    """A form with one field of every sort."""

    who = forms.ChoiceField(label=_("Who is it"), choices=[("company", _("Company")), ("person", _("Person"))],
                            widget=forms.RadioSelect, initial="company")  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.RegexField(
        r"^[\d +()-]{7,}$",
        label=_("Phone"),
        error_messages={"invalid": SHORT, "required": _("Without it nobody can call")},
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    price = forms.ChoiceField(label=_("Price type"), choices=[("retail", _("Retail")), ("whole", _("Wholesale"))])
    parent = forms.ChoiceField(
        label=_("Part of"), required=False, choices=list(enumerate(FIRMS, 1)),
        widget=Picker(PICK, new_url=reverse_lazy("core:ui_drawer"), new_for=_("for the client")),
    )  # fmt: skip
    friends = forms.MultipleChoiceField(
        label=_("Works with"), required=False, choices=list(enumerate(FIRMS, 1)),
        widget=ManyPicker(PICK),
    )  # fmt: skip
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    letters = forms.BooleanField(label=_("May get letters from us"), required=False)


@require_GET
@signed_in(KIT)
def ui(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    wrong = SampleForm(
        {"name": "Koperasi Tirta Sari", "phone": "0262", "email": "sari", "who": "company", "price": "retail"}
    )
    times = [now, now - timedelta(days=1), now + timedelta(days=1), now - timedelta(days=5), now - timedelta(days=400)]
    context = {
        "docs": documentation(),
        "form": wrong,
        "firms": list(enumerate(FIRMS, 1)),
        "times": times,
        "switch": [("company", _("Company")), ("person", _("Person"))],
    }
    return render(request, "core/ui.html", context)


def documentation() -> list[dict]:
    """Every component with its attributes and what its docstring says, in the order of ui.py."""
    listed = [(component, False) for component in library.SIMPLE + library.WITH_CONTEXT]
    listed += [(component, True) for component in library.WITH_CONTENT + library.WITH_BOTH]
    return [
        {
            "name": component.__name__,
            "has_content": has_content,
            "takes": [name for name in inspect.signature(component).parameters if name not in ("content", "context")],
            "paragraphs": [" ".join(part.split()) for part in (inspect.getdoc(component) or "").split("\n\n")],
        }
        for component, has_content in listed
    ]


@require_http_methods(["GET", "POST"])
@signed_in(KIT)
def drawer(request: HttpRequest) -> HttpResponse:
    """A form that opens at the side and gives its record back."""
    form = SampleForm(request.POST or None)
    if form.is_valid():
        label = form.cleaned_data["name"]
        text = _("%(name)s is on a card") % {"name": label}
        undo = reverse("core:ui_act")
        return drawers.saved(request, kind="ui.sample", pk=99, label=label, url="/ui/", text=text, undo_url=undo)
    return render(request, "core/ui_drawer.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@signed_in(KIT)
def pick(request: HttpRequest) -> JsonResponse:
    asked = request.GET.get("q", "").casefold()
    found = [(key, label) for key, label in enumerate(FIRMS, 1) if asked in label.casefold()]
    return JsonResponse({"items": [{"id": key, "label": label, "hint": _("Client")} for key, label in found]})


@require_http_methods(["GET", "POST"])
@signed_in(KIT)
def edit(request: HttpRequest) -> HttpResponse:
    """Refuses what has no digit, meets a conflict at 13, and takes all else."""
    value = request.POST.get("sample", "")
    if value == "13" and request.POST.get("keep") != "mine":
        return render(request, "core/_pieces/ui_conflict.html", {"mine": value}, status=409)
    if not any(sign.isdigit() for sign in value):
        return HttpResponse(SHORT, status=422, content_type="text/plain; charset=utf-8")
    context = {"value": value, "version": int(request.POST.get("version") or 1) + 1}
    return render(request, "core/_pieces/ui_edit.html", context)


@require_GET
@signed_in(KIT)
def tab(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "core/_pieces/ui_tab.html", {"key": key})


@require_GET
@signed_in(KIT)
def look(request: HttpRequest) -> HttpResponse:
    return render(request, "core/_pieces/ui_look.html")


@require_POST
@signed_in(KIT)
def paste(request: HttpRequest) -> HttpResponse:
    """Counts the cells; a list would change its rows by them."""
    rows = [line.split("\t") for line in request.POST.get("cells", "").splitlines()]
    if len(rows) > len(request.POST.get("ids", "").split(",")):
        return HttpResponse(
            _("More rows than the list has below."), status=422, content_type="text/plain; charset=utf-8"
        )
    text = _("%(count)s cells pasted") % {"count": sum(map(len, rows))}
    return toast(HttpResponse(status=204), text, reverse("core:ui_act"))


@require_POST
@signed_in(KIT)
def act(request: HttpRequest) -> HttpResponse:
    """What an Undo posts to."""
    return toast(HttpResponse(status=204), _("Put back"))


@require_POST
@signed_in(KIT)
def file(request: HttpRequest) -> HttpResponse:
    """Takes a file and drops it again; one of nothing is refused."""
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        return HttpResponse(_("This file is empty"), status=422, content_type="text/plain; charset=utf-8")
    return toast(HttpResponse(status=204), _("%(name)s was read") % {"name": sent.name})
