"""`/jobs/`: work in the background, for those who look after it; and the progress of one's own work."""

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, reached, signed_in
from kartu.core.jobs import care
from kartu.core.jobs.backend import known
from kartu.core.models import FailedDelivery, Job
from kartu.core.toasts import toast

RIGHT = "core.jobs"
OWN = "everybody follows and stops the work that he has asked for himself"


@require_GET
@access(RIGHT)
def jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "core/jobs.html", shown(care.overview()))


@require_GET
@access(RIGHT)
def jobs_now(request: HttpRequest) -> HttpResponse:
    """The changing part of the page, asked for every few seconds while it is looked at."""
    return render(request, "core/_pieces/jobs_now.html", shown(care.overview()))


@require_POST
@access(RIGHT)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    care.retry(job=get_object_or_404(Job, pk=pk), by=request.user)
    return again(request, _("It tries again"))


@require_POST
@access(RIGHT)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    care.drop(job=get_object_or_404(Job, pk=pk), by=request.user)
    return again(request, _("Given up"))


@require_POST
@access(RIGHT)
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    care.retry_delivery(delivery=get_object_or_404(FailedDelivery, pk=pk), by=request.user)
    return again(request, _("It tries again"))


@require_POST
@access(RIGHT)
def drop_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    care.drop_delivery(delivery=get_object_or_404(FailedDelivery, pk=pk), by=request.user)
    return again(request, _("Given up"))


@require_POST
@signed_in(OWN)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    job = reached(reachable(request), pk, request.user)
    care.stop(job=job, by=request.user)
    job.refresh_from_db()
    return toast(render(request, "core/_pieces/job_progress.html", {"job": named(job)}), _("It stops"))


@require_GET
@signed_in(OWN)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one piece of work is: a line that asks anew each second until it ends."""
    job = reached(reachable(request), pk, request.user)
    return render(request, "core/_pieces/job_progress.html", {"job": named(job)})


def reachable(request: HttpRequest) -> QuerySet[Job]:
    """The jobs a person may follow and stop: his own, or all with the right."""
    return Job.objects.all() if request.user.may(RIGHT) else Job.objects.filter(actor_id=request.user.pk)


def again(request: HttpRequest, text: str) -> HttpResponse:
    return toast(render(request, "core/_pieces/jobs_now.html", shown(care.overview())), text)


def shown(overview: care.Overview) -> dict:
    """What the templates need: every job with its name in words and with the name of whoever asked for it."""
    everything = [*overview.running, *overview.waiting, *overview.dead]
    people = get_user_model()._default_manager.in_bulk({job.actor_id for job in everything if job.actor_id})
    for job in everything:
        named(job)
        job.person = people.get(job.actor_id)
    return {"now": overview}


def named(job: Job) -> Job:
    """Give `job` a `label` that people can read."""
    task = known(job.name)
    job.label = (task.label if task else "") or job.name
    return job
