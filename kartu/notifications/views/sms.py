"""The gateway through which SMS go out."""

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.notifications.channels import SMS
from kartu.notifications.models import Carrier, SmsGateway, SmsMessage
from kartu.notifications.rights import CHANNELS
from kartu.notifications.sms.acts import change_gateway, preset, presets
from kartu.notifications.sms.forms import SmsGatewayForm
from kartu.notifications.sms.phones import mobile_of
from kartu.notifications.sms.sending import send_test


@require_http_methods(["GET", "POST"])
@access(CHANNELS)
def sms_settings(request: HttpRequest) -> HttpResponse:
    gateway = SmsGateway.current()
    form = SmsGatewayForm(request.POST or None, instance=gateway, initial=preset(request.GET.get("like", "")))
    if request.method == "POST" and form.is_valid():
        change_gateway(by=request.user, form=form)
        flash(request, _("Saved. Send a test SMS to see whether it works."))
        return redirect("notifications:sms")
    counted = SmsMessage.objects.filter(counted_on=timezone.localdate())
    context = {
        "form": form,
        "gateway": gateway,
        "file": settings.SMS_FILE,
        "carrier": Carrier.objects.filter(key=SMS).first(),
        "presets": [(key, known["name"]) for key, known in presets().items()],
        "used": counted.aggregate(used=Sum("segments"))["used"] or 0,
    }
    return render(request, "notifications/sms.html", context, status=422 if form.is_bound else 200)


@require_POST
@access(CHANNELS)
def test(request: HttpRequest) -> HttpResponse:
    """Send an SMS to the person who presses the button, and say what the gateway answered."""
    problem = send_test(by=request.user)
    return render(request, "notifications/_sms_test.html", {"problem": problem, "phone": mobile_of(request.user)})
