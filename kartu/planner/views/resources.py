"""Settings: rooms, cars and equipment."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kartu.clients.forms.base import Layout
from kartu.clients.views.common import form_page, posted
from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.firm.rights import SETTINGS
from kartu.planner.actions import save_resource
from kartu.planner.models import Resource


class ResourceForm(Layout, forms.ModelForm):
    class Meta:
        model = Resource
        fields = ("name", "kind", "refuses", "is_active")


@require_GET
@access(SETTINGS)
def resources(request: HttpRequest) -> HttpResponse:
    rows = Resource.objects.order_by("-is_active", "kind", "name")
    return render(request, "planner/resources.html", {"resources": rows})


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def new_resource(request: HttpRequest) -> HttpResponse:
    return edit(request, Resource(), _("New room, car or equipment"))


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Resource, pk=pk)
    return edit(request, row, row.name)


def edit(request: HttpRequest, row: Resource, title: str) -> HttpResponse:
    form = ResourceForm(posted(request), instance=row)
    back = reverse("planner:resources")
    if request.method == "POST" and form.is_valid():
        row = save_resource(resource=row, values=form.cleaned_data, by=request.user)
        told = {"label": row.name, "url": back, "text": _("%(name)s is saved") % {"name": row}}
        return saved(request, kind="planner.resource", pk=row.pk, **told)
    return form_page(request, form, title=title, back=back)
