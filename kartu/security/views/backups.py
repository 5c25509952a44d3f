"""The page of backups: what there is, whether it is good, and what the owner can do about it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core import drawers
from kartu.core.access import access, reached
from kartu.core.drawers import changed
from kartu.core.models import Job
from kartu.core.toasts import flash, toast
from kartu.core.views.jobs import named
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security import backups as actions
from kartu.security.backup import keeping, keys
from kartu.security.forms import PlaceForm, ScheduleForm
from kartu.security.jobs.backups import copy_backup, make_backup, try_backup
from kartu.security.models.backup import Backup, BackupSettings
from kartu.security.rights import BACKUPS

NEWEST = 200


@require_GET
@access(BACKUPS)
def backups(request: HttpRequest) -> HttpResponse:
    wanted = BackupSettings.current()
    ring = keys.keyring()
    context = {
        "rows": Backup.objects.all()[:NEWEST],
        "wanted": wanted,
        "folder": keeping.folder(),
        "work": work_in_hand(),
        "key_is_shown": bool(ring) and wanted.key_shown == ring[-1].name,
        "key_name": ring[-1].name if ring else "",
    }
    return render(request, "security/backups.html", context)


def work_in_hand() -> Job | None:
    job = Job.objects.open().filter(name__in=[make_backup.key, try_backup.key, copy_backup.key]).first()
    return named(job) if job else None


@require_POST
@access(BACKUPS)
def now(request: HttpRequest) -> HttpResponse:
    actions.back_up_now(by=request.user)
    return toast(changed(HttpResponse(status=204), "security.backup", 0), _("The backup is being made"))


@require_http_methods(["GET", "POST"])
@access(BACKUPS)
@asks_again
def schedule(request: HttpRequest) -> HttpResponse:
    wanted = BackupSettings.current()
    form = ScheduleForm(request.POST or None, instance=wanted)
    if request.method == "POST" and form.is_valid():
        actions.change_schedule(values=form.cleaned_data, by=request.user)
        return saved(request)
    return form_page(request, "security/backup_schedule.html", form)


@require_http_methods(["GET", "POST"])
@access(BACKUPS)
@asks_again
def place(request: HttpRequest) -> HttpResponse:
    form = PlaceForm(request.POST or None, instance=BackupSettings.current())
    if request.method == "POST" and form.is_valid():
        actions.change_place(form=form, by=request.user)
        return saved(request)
    return form_page(request, "security/backup_place.html", form)


def saved(request: HttpRequest) -> HttpResponse:
    url = reverse("security:backups")
    return drawers.saved(request, kind="security.backup", pk=1, label=_("Backups"), url=url, text=_("Saved"))


@require_POST
@access(BACKUPS)
@asks_again
def key(request: HttpRequest) -> HttpResponse:
    """The recovery key, which is shown here and never again."""
    response = render(request, "security/recovery_key.html", {"key": actions.show_key(by=request.user)})
    response.is_shown_once = True
    return response


@require_POST
@access(BACKUPS)
def letters(request: HttpRequest) -> HttpResponse:
    actions.let_letters_out(by=request.user)
    flash(request, _("Letters go out again"))
    return redirect("security:backups")


@require_POST
@access(BACKUPS)
def try_one(request: HttpRequest, pk: int) -> HttpResponse:
    actions.try_out(backup=reached(Backup.objects.all(), pk, request.user), by=request.user)
    return toast(changed(HttpResponse(status=204), "security.backup", pk), _("The backup is being tried out"))


@require_POST
@access(BACKUPS)
@asks_again
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it lies there; who opens it needs the recovery key."""
    backup = reached(Backup.objects.all(), pk, request.user)
    path = keeping.path_of(backup)
    if not path.exists():
        raise Http404(f"{backup.file} is not in the folder")
    if getattr(request, "was_asked", False):  # a file would leave the page that asked on the screen
        flash(request, _("Thank you. For five minutes backups can be downloaded: press the button once more."))
        return redirect("security:backups")
    actions.note_download(backup=backup, by=request.user)
    name, kind = backup.file, "application/octet-stream"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)


@require_POST
@access(BACKUPS)
@asks_again
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    actions.delete_backup(backup=reached(Backup.objects.all(), pk, request.user), by=request.user)
    return toast(changed(HttpResponse(status=204), "security.backup", pk), _("Deleted"))
