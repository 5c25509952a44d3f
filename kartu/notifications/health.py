"""Letters and the other messages that go out, as the health page tells of them."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kartu.core.formats import format_number, near_date
from kartu.core.jobs.declare import JobTask
from kartu.core.models import Job
from kartu.notifications.channels import SMS, TELEGRAM
from kartu.notifications.jobs import send_letter, send_outside_sms, send_push, send_sms, send_telegram
from kartu.notifications.models import Carrier, MailSettings, PushSubscription, TelegramBot
from kartu.notifications.sms import sending as sms
from kartu.security.health.lines import BAD, WARN, Reading

TOO_LONG = timedelta(minutes=15)


def letters_now() -> Reading:
    mail = MailSettings.current()
    if mail is None:
        return Reading(_("no mail server is set up"))
    count = Job.objects.open().filter(name=send_letter.key).count()
    waiting = ngettext("%(count)s letter waits", "%(count)s letters wait", count) % {"count": format_number(count)}
    value = waiting if count else _("none waits")
    if mail.failing_since:
        failing = _("%(value)s; the mail server has taken none since %(since)s: %(why)s")
        told = {"value": value, "since": near_date(mail.failing_since), "why": mail.last_error}
        tone = BAD if timezone.now() - mail.failing_since > TOO_LONG else WARN
        return Reading(
            failing % told,
            tone,
            gettext_lazy("See whether the settings of the mail server are right, and send a test letter."),
        )
    return Reading(value)


def pushes_now() -> Reading:
    if not PushSubscription.objects.exists():
        return Reading(_("nobody has switched them on"))
    todo = gettext_lazy("Kartu sends them by the internet: see whether this computer reaches it.")
    return carried_now([send_push], Carrier.objects.filter(key__startswith="push "), todo)


def sms_now() -> Reading:
    if not sms.is_set_up():
        return Reading(_("no SMS gateway is set up"))
    todo = gettext_lazy("See whether the settings of the gateway are right, and send a test SMS.")
    return carried_now([send_sms, send_outside_sms], Carrier.objects.filter(key=SMS), todo)


def telegram_now() -> Reading:
    if TelegramBot.current() is None:
        return Reading(_("no Telegram bot is set up"))
    todo = gettext_lazy("See whether this computer reaches the internet, and whether the bot is still there.")
    return carried_now([send_telegram], Carrier.objects.filter(key__startswith=TELEGRAM), todo)


def carried_now(tasks: list[JobTask], carriers: QuerySet[Carrier], todo: str | Promise) -> Reading:
    """How many messages of this way wait, and which of its carriers does not take them."""
    count = Job.objects.open().filter(name__in=[task.key for task in tasks]).count()
    waiting = ngettext("%(count)s message waits", "%(count)s messages wait", count) % {"count": format_number(count)}
    value = waiting if count else _("none waits")
    worst = carriers.exclude(failing_since=None).order_by("failing_since").first()
    if worst is None:
        return Reading(value)
    told = {"value": value, "since": near_date(worst.failing_since), "why": worst.last_error}
    tone = BAD if timezone.now() - worst.failing_since > TOO_LONG else WARN
    return Reading(_("%(value)s; none has gone out since %(since)s: %(why)s") % told, tone, todo)
