"""The firm itself and its legal entities."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.toasts import flash
from kartu.firm import rights
from kartu.firm.actions import structure as actions
from kartu.firm.countries import choices, country
from kartu.firm.forms.house import FirmForm, LegalEntityForm
from kartu.firm.models import Firm, LegalEntity
from kartu.firm.views.answers import form_page


@require_http_methods(["GET", "POST"])
@access(rights.SETTINGS)
def firm(request: HttpRequest) -> HttpResponse:
    form = FirmForm(request.POST or None, request.FILES or None, instance=Firm.objects.get())
    if request.method == "POST" and form.is_valid():
        actions.keep_firm(firm=form.instance, logo=form.cleaned_data["new_logo"], by=request.user)
        flash(request, _("The firm is saved"))
        return HttpResponseRedirect(reverse("firm:firm"))
    return form_page(request, "firm/firm.html", form)


@require_GET
@access(rights.SETTINGS)
def entities(request: HttpRequest) -> HttpResponse:
    rows = LegalEntity.objects.order_by("-is_active", "-is_main", "name")
    return render(request, "firm/entities.html", {"entities": rows})


@require_http_methods(["GET", "POST"])
@access(rights.SETTINGS)
def entity(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A legal entity, a new one without `pk`. Its country decides which numbers are asked for."""
    row = get_object_or_404(LegalEntity, pk=pk) if pk else LegalEntity(country=request.user.firm_country)
    code = request.POST.get("country") or request.GET.get("country") or row.country
    form = LegalEntityForm(request.POST or None, instance=row, country=code if country(code) else row.country)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.keep_legal_entity(entity=form.entity(), by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            url, text = reverse("firm:entities"), _("%(name)s is saved") % {"name": row.name}
            return saved(request, kind="firm.legalentity", pk=row.pk, label=row.name, url=url, text=text)
    return form_page(request, "firm/entity.html", form, entity=form.instance, countries=choices())
