"""What this app adds to the lists of the apps below it. Read this file first."""

from django.dispatch import receiver
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.core import live
from kartu.core.events import DeliveryDied, JobDied
from kartu.core.formats import format_number
from kartu.core.jobs import jobs
from kartu.core.outbox import on
from kartu.core.shell import ShellPart, shell_parts
from kartu.firm.models import Role, User
from kartu.firm.tabs import SettingsTab, settings_tabs
from kartu.notifications import letters, rights
from kartu.notifications.actions import notify, unseen_count
from kartu.notifications.channels import BELL, EMAIL, LABELS, POPUP, Channel, channels, note
from kartu.notifications.invariants import letters_are_on_their_way, notices_are_in_the_ledger
from kartu.notifications.models import Hop, Notification
from kartu.records.events import ExportAsked, ExportRefused, WorkFinished
from kartu.records.lists.approval import approvers
from kartu.records.models import ExportRequest
from kartu.security.alerts.actions import those_told
from kartu.security.alerts.rules import alert_rules
from kartu.security.events import AlertRaised, LogHeadTold, ReasonGiven
from kartu.security.invariants import Invariant, invariants
from kartu.security.models import Alert
from kartu.security.rights import BACKUPS
from kartu.security.signals import backup_told


def ring(notification: Notification) -> None:
    """The bell: the notice stands in the list, that is all there is to it."""
    note(Hop.What.SENT, BELL, notification_id=notification.pk)


def pop_up(notification: Notification) -> None:
    """The open pages show a note at once; the pages that are shown it say so."""
    note(Hop.What.SENT, POPUP, notification_id=notification.pk)
    live.send(
        "bell",
        {
            "count": unseen_count(notification.person),
            "id": notification.pk,
            "title": notification.title,
            "text": notification.text,
            "url": notification.url,
        },
        to=[notification.person_id],
    )


channels.add(Channel(BELL, LABELS[BELL], ring, always=True, order=10))
channels.add(Channel(POPUP, LABELS[POPUP], pop_up, always=True, order=20))
channels.add(Channel(EMAIL, LABELS[EMAIL], letters.write_notice, letters.obstacle, order=30))

shell_parts.add(
    ShellPart(
        "bell",
        lambda request: {
            "count": unseen_count(request.user),
            "url": reverse("notifications:all"),
            "piece": reverse("notifications:bell"),
        },
    )
)

settings_tabs.add(SettingsTab("mail", _("Outgoing mail"), "notifications:mail", order=110, right=rights.MAIL))
settings_tabs.add(SettingsTab("jobs", _("In the background"), "core:jobs", order=120, right="core.jobs"))

invariants.add(
    Invariant("I12.letters", "Every letter is sent, or refused, or on its way", letters_are_on_their_way, 120)
)
invariants.add(Invariant("I12.notices", "What became of every notice is written down", notices_are_in_the_ledger, 121))


@on(JobDied)
def tell_of_dead_job(event: JobDied) -> None:
    task = jobs.get(event.name)
    work = task.label if task and task.label else event.name
    tell_keepers(format_lazy(_("Work in the background has failed: {work}"), work=work), f"job-died:{event.job_id}")


@on(DeliveryDied)
def tell_of_dead_delivery(event: DeliveryDied) -> None:
    tell_keepers(_("Something that happened could not be passed on"), f"delivery-died:{event.delivery_id}")


def tell_keepers(title: Promise, dedupe: str) -> None:
    keepers = [person for person in User.objects.active().select_related("role") if person.may("core.jobs")]
    notify(
        to=keepers,
        kind="core.work_failed",
        title=title,
        text=_("See why, then let it try again or drop it."),
        url=reverse("core:jobs"),
        dedupe=dedupe,
    )


@receiver(backup_told)
def tell_of_backups(what: str, why: str, key: str, **kwargs: object) -> None:
    """By e-mail too: who does not look at Kartu must hear that his data are at stake."""
    titles = {"not_made": _("The backup could not be made"), "bad": _("A backup is no good: it was tried out")}
    titles["not_copied"] = _("The backup could not be copied to the second place")
    keepers = [person for person in User.objects.active().select_related("role") if person.may(BACKUPS)]
    notify(
        to=keepers,
        kind=f"security.backup_{what}",
        title=titles[what],
        text=why,
        url=reverse("security:backups"),
        email=True,
        dedupe=f"backup-{what}:{key}"[:100],
    )


@on(WorkFinished)
def tell_of_finished_work(event: WorkFinished) -> None:
    """The bell rings for whoever asked for a long work on a list."""
    titles = {"lists.export": _("The file is ready: {what}"), "lists.bulk": _("Done: {what}")}
    titles["imports.dropped"] = _("A file came in, look through it: {what}")
    notify(
        to=User.objects.active().filter(pk=event.person_id),
        kind=event.what,
        title=format_lazy(titles[event.what], what=event.title),
        url=event.url,
        dedupe=f"{event.what}:{event.url}",
    )


@on(LogHeadTold)
def tell_head_of_log(event: LogHeadTold) -> None:
    """The owners keep it where this computer cannot reach: by it the log can be proved whole later."""
    text = _("Keep this: by it Kartu proves later that nobody altered the log of these days. {head} Lines: {rows}")
    notify(
        to=User.objects.active().filter(role__code=Role.OWNER),
        kind="security.log_head",
        title=_("Today's seal of the log"),
        text=format_lazy(text, head=f"{event.number}:{event.hash}", rows=lazy(format_number, str)(event.rows)),
        url=reverse("security:log"),
        email=True,
        dedupe=f"log-head:{event.day}",
    )


@on(AlertRaised)
def tell_of_alert(event: AlertRaised) -> None:
    """By bell and e-mail, those who watch over the firm; not the person himself."""
    alert = Alert.objects.select_related("person").get(pk=event.alert_id)
    count = format_lazy(_("{count}, the limit is {limit}"), count=alert.count, limit=alert.limit)
    common = {"kind": "security.alert", "email": True}
    url = reverse("security:alert", args=[alert.pk])
    notify(to=those_told(alert), title=title_of(alert), text=count, url=url, dedupe=f"alert:{alert.pk}", **common)
    if alert.asks and alert.person:
        notify(
            to=[alert.person],
            title=format_lazy(_("What was it for? {what}"), what=rule_label(alert)),
            text=_("Say in a few words what it was"),
            url=reverse("security:alert_reason", args=[alert.pk]),
            dedupe=f"alert-reason:{alert.pk}",
            **common,
        )


@on(ReasonGiven)
def tell_of_reason(event: ReasonGiven) -> None:
    alert = Alert.objects.select_related("person").get(pk=event.alert_id)
    notify(
        to=those_told(alert),
        kind="security.reason",
        title=title_of(alert),
        text=alert.reason,
        url=reverse("security:alert", args=[alert.pk]),
        by=alert.person,
    )


def title_of(alert: Alert) -> Promise:
    return format_lazy("{who}: {what}", who=alert.who, what=rule_label(alert))


def rule_label(alert: Alert) -> str | Promise:
    rule = alert_rules.get(alert.rule)
    return rule.label if rule else alert.rule


@on(ExportAsked)
def tell_of_request(event: ExportAsked) -> None:
    """Whoever may agree to the export."""
    request = ExportRequest.objects.select_related("person").get(pk=event.request_id)
    notify(
        to=approvers(request.person_id),
        kind="lists.export_asked",
        title=format_lazy(_("{who} wants to take out {rows} rows"), who=request.person.name, rows=request.rows),
        text=request.purpose,
        url=reverse("records:export_requests"),
        by=request.person,
        email=True,
        dedupe=f"export-asked:{request.pk}",
    )


@on(ExportRefused)
def tell_of_refusal(event: ExportRefused) -> None:
    """Whoever has asked."""
    request = ExportRequest.objects.select_related("person", "decided_by").get(pk=event.request_id)
    who = request.decided_by.name if request.decided_by else "Kartu"
    notify(
        to=[request.person],
        kind="lists.export_refused",
        title=format_lazy(_("{who} does not agree to your export"), who=who),
        text=request.purpose,
        by=request.decided_by,
        dedupe=f"export-refused:{request.pk}",
    )
