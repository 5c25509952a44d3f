"""What a colleague did since a moment, and the way to take it back."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.firm.rights import PEOPLE
from kartu.records.leaving import acts
from kartu.records.leaving.doings import Doings
from kartu.records.views.leaving import colleague_or_404

FURTHEST = timedelta(days=366)


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label=gettext_lazy("Since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def clean_since(self) -> object:
        since = self.cleaned_data["since"]
        if not timezone.now() - FURTHEST < since <= timezone.now():
            raise forms.ValidationError(_("Choose a moment of the last twelve months"))
        return since


@require_http_methods(["GET", "POST"])
@access(PEOPLE)
def doings(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what `since` would take back and what not; POST does it."""
    person = colleague_or_404(pk)
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    data = request.POST if request.method == "POST" else request.GET
    form = SinceForm(data if "since" in data or request.method == "POST" else None, initial={"since": morning})
    context = {"form": form, "colleague": person}
    if not form.is_bound or not form.is_valid():
        return render(request, "records/leaving/doings.html", context, status=422 if form.errors else 200)
    if request.method == "POST":
        made = acts.take_doings_back(person=person, since=form.cleaned_data["since"], by=request.user)
        flash(request, _("It is taken back; what could not be stands here"), made.undo_url)
        return redirect("records:change", made.pk)
    known = Doings(person, form.cleaned_data["since"])
    context |= {"kinds": known.kinds(), "merges": len(known.merges()), "imports": known.imports()}
    return render(request, "records/leaving/doings.html", {**context, "left_out": known.left_out(), "is_asked": True})
