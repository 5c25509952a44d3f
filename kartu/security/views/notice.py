"""Marking a colleague as leaving, and what he may meanwhile."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.firm.views.answers import form_page
from kartu.security.leaving import notice as acts
from kartu.security.models import NoticePeriod


class NoticeForm(forms.ModelForm):
    class Meta:
        model = NoticePeriod
        fields = ["note"]


@require_http_methods(["GET", "POST"])
@access(PEOPLE)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """POST with `do`: "begin" (with a note), "allow", "end"."""
    person = get_object_or_404(User.objects.select_related("role"), pk=pk, is_active=True)
    period = acts.period_of(pk)
    form = NoticeForm(request.POST or None, instance=period)
    does, done = request.POST.get("do", "begin"), ""
    if request.method == "POST" and form.is_valid():
        try:
            if does == "begin":
                acts.begin(person=person, note=form.cleaned_data["note"], by=request.user)
                done = _("%(name)s is marked as leaving")
            elif period and does == "allow":
                acts.allow(period=period, by=request.user)
                done = _("%(name)s may print, download and change lists for an hour")
            elif period and does == "end":
                acts.end(period=period, by=request.user)
                done = _("%(name)s is not leaving any more")
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            flash(request, done % {"name": person.name})
            return redirect("firm:person", pk)
    return form_page(request, "security/notice.html", form, colleague=person, period=period)
