"""Working hours and addresses: whose, which, and who would be outside now."""

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.toasts import flash
from kartu.firm import entry
from kartu.firm.actions import limits as actions
from kartu.firm.forms.limits import LimitForm
from kartu.firm.models import EntryLimit, User
from kartu.firm.rights import ROLES
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb


@require_GET
@access(ROLES)
def limits(request: HttpRequest) -> HttpResponse:
    rows = EntryLimit.objects.select_related("role", "person").order_by("person__name", "pk")
    return render(request, "security/limits.html", {"limits": rows, "zone": entry.zone()})


@require_http_methods(["GET", "POST"])
@access(ROLES)
@asks_again
def new(request: HttpRequest) -> HttpResponse:
    return form_of(request, EntryLimit())


@require_http_methods(["GET", "POST"])
@access(ROLES)
@asks_again
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    return form_of(request, limit_or_404(pk))


def form_of(request: HttpRequest, row: EntryLimit) -> HttpResponse:
    """The form; with `preview` in what is posted, who would be outside now, and nothing is kept."""
    form = LimitForm(request.POST or None, limit=row)
    outside: list[dict] | None = None
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted
        try:
            if "preview" in request.POST:
                outside = those_outside(wanted, form)
            else:
                actions.set_limit(limit=wanted, by=request.user, **form.values)
                url = reverse("security:limits")
                return saved(
                    request, kind="firm.entrylimit", pk=wanted.pk, label=str(wanted), url=url, text=_("The limit holds")
                )
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"limit": row, "zone": entry.zone(), "outside": outside, "action": request.path}
    return form_page(request, "security/limit.html", form, **context)


def those_outside(wanted: EntryLimit, form: LimitForm) -> list[dict]:
    """Who among those the limit is for could not work now, from where each was last seen in the log."""
    values = form.values
    wanted.days, wanted.from_time, wanted.until_time = values["days"], values["from_time"], values["until_time"]
    wanted.addresses = [actions.network_of(text) for text in values["addresses"]]
    people = User.objects.active().select_related("role")
    people = people.filter(pk=wanted.person_id) if wanted.person_id else people.filter(role=wanted.role_id)
    if wanted.role_id:
        people = people.exclude(pk__in=EntryLimit.objects.exclude(person=None).values("person"))
    last = last_addresses([person.pk for person in people])
    told = [
        (person, wanted.obstacle(timezone.now(), entry.zone(), last.get(person.pk, "")))
        for person in people
        if not entry.is_spared(person)
    ]
    return [{"person": person, "address": last.get(person.pk, "")} for person, why in told if why]


def last_addresses(people: list[int]) -> dict[int, str]:
    rows = AuditRow.objects.filter(actor_id__in=people, verb=Verb.SIGN_IN).order_by().values("actor_id")
    newest = rows.annotate(newest=Max("pk")).values("newest")
    return dict(AuditRow.objects.filter(pk__in=newest).values_list("actor_id", "address"))


@require_POST
@access(ROLES)
@asks_again
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_limit(limit=limit_or_404(pk), by=request.user)
    flash(request, _("The limit is gone"))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("security:limits")
    return response


def limit_or_404(pk: int) -> EntryLimit:
    return get_object_or_404(EntryLimit.objects.select_related("role", "person__role"), pk=pk)
