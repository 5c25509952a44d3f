"""The mail server through which the program writes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.notifications.forms import MailSettingsForm
from kartu.notifications.models import Hop, MailSettings
from kartu.notifications.rights import MAIL
from kartu.notifications.sending import change_mail, send_test

LATEST = 20


@require_http_methods(["GET", "POST"])
@access(MAIL)
def mail_settings(request: HttpRequest) -> HttpResponse:
    mail = MailSettings.current()
    form = MailSettingsForm(request.POST or None, instance=mail)
    if request.method == "POST" and form.is_valid():
        change_mail(by=request.user, form=form)
        flash(request, _("Saved. Send a test letter to see whether it works."))
        return redirect("notifications:mail")
    context = {"form": form, "mail": mail, "hops": latest_hops()}
    return render(request, "notifications/mail.html", context, status=422 if form.is_bound else 200)


@require_POST
@access(MAIL)
def test(request: HttpRequest) -> HttpResponse:
    """Send a letter to the person who presses the button, and say what the server answered."""
    problem = send_test(by=request.user)
    return render(request, "notifications/_mail_test.html", {"problem": problem, "address": request.user.email})


def latest_hops() -> list[Hop]:
    """What became of the letters lately. Those to clients are told on their cards, to whoever may see these."""
    hops = Hop.objects.filter(letter__sender="").exclude(what=Hop.What.PLANNED)
    return list(hops.select_related("letter").order_by("-id")[:LATEST])
