from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    """A page around `form`: 422 when the form refuses what was sent."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
