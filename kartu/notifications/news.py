"""News of the apps below: who is told of what happened there, in which words."""

from datetime import datetime
from hashlib import sha256

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.core.actors import Actor, Scope
from kartu.core.events import DeliveryDied, JobDied
from kartu.core.formats import format_datetime, format_number
from kartu.core.jobs import jobs
from kartu.core.outbox import on
from kartu.firm.events import DeviceNew, GivenForATime, PasskeyCopied
from kartu.firm.models import Passkey, Role, TemporaryRight, User
from kartu.firm.rights import HOURS, PEOPLE
from kartu.firm.signals import calendar_ends, sign_in_changed
from kartu.notifications.actions import notify
from kartu.records.events import ExportAsked, ExportRefused, WorkFinished, WorkHandedOver
from kartu.records.lists.approval import approvers
from kartu.records.models import Departure, ExportRequest
from kartu.security.alerts.actions import those_told
from kartu.security.alerts.rules import alert_rules
from kartu.security.events import AlertRaised, LeaveAsked, LogBroken, LogHeadTold, ReasonGiven
from kartu.security.leaving.owned import owned
from kartu.security.models import Alert, NoticePeriod
from kartu.security.rights import BACKUPS, SERVER
from kartu.security.seals.findings import Finding
from kartu.security.signals import backup_told, health_told


@receiver(health_told)
def tell_of_health(key: str, label: Promise, todo: Promise, **kwargs: object) -> None:
    """Once a day for each red line, to whoever looks after the computer."""
    keepers = [person for person in User.objects.active().select_related("role") if person.may(SERVER)]
    notify(
        to=keepers,
        kind="security.health",
        title=format_lazy(_("Kartu needs a hand: {what}"), what=label),
        text=todo,
        url=reverse("security:health"),
        email=True,
        dedupe=f"health:{key}:{timezone.localdate()}",
    )


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


@on(GivenForATime)
def tell_of_given(event: GivenForATime) -> None:
    """Whoever has something for a time, and whose place he takes, at the beginning of it and at its end."""
    given = TemporaryRight.objects.select_related("person", "role", "team", "absent").filter(pk=event.given_id).first()
    if given is None or (event.what == "given" and given.ended_at):
        return
    titles = {"given": _("For a time: {person} {what}"), "over": _("Over: {person} {what}")}
    people = [given.person, *([given.absent] if given.absent_id else [])]
    notify(
        to=[person for person in people if person.pk != event.by_id],
        kind="firm.given_for_a_time",
        title=format_lazy(titles[event.what], person=given.person.name, what=lazy(lambda: given.what, str)()),
        text=format_lazy(_("Until {until}"), until=lazy(format_datetime, str)(given.ended_at or given.until_at)),
        url=reverse("firm:person", args=[given.person_id]),
        dedupe=f"given-{event.what}:{given.pk}"
        + (f":{given.until_at:%Y%m%d%H%M}" if given.absence_id and event.what == "given" else ""),
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


@receiver(sign_in_changed)
def tell_of_sign_in(what: str, person: User, by: Actor, **kwargs: object) -> None:
    """By e-mail too: whoever had nothing to do with it must hear of it."""
    titles = {
        "second_off": _("The second step of signing in is off: your password alone is enough"),
        "second_reset": _("You sign in without the second step now. Set it up again"),
        "recovery": format_lazy(
            _("On the server a way in without the second step was made for {who}"), who=person.name
        ),
    }
    text = _("If this was not agreed with you, tell the owner of the firm at once.")
    url = reverse("firm:second")
    owners = User.objects.active().filter(role__code=Role.OWNER)
    to = owners if what == "recovery" else [person]
    notify(to=to, kind=f"firm.{what}", title=titles[what], text=text, url=url, by=by, email=True)


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


@on(WorkHandedOver)
def tell_of_work_handed_over(event: WorkHandedOver) -> None:
    """One notice for all of it: whoever gets a thousand clients wants no thousand bells."""
    departure = Departure.objects.select_related("person").get(pk=event.departure_id)
    to = User.objects.active().filter(pk=event.to_id)
    counts = [(kind, departure.moved.get(kind.key, {}).get(str(event.to_id), 0)) for kind in owned]
    parts = [
        format_lazy("{kind}: {count}", kind=kind.label, count=lazy(format_number, str)(n)) for kind, n in counts if n
    ]
    pages = [kind.url for kind, n in counts if n and kind.url]
    notify(
        to=to,
        kind="records.handed_over",
        title=format_lazy(_("What {person} looked after is yours now"), person=departure.person.name),
        text=lazy(lambda: ", ".join(map(str, parts)), str)(),
        url=pages[0](to[0]) if pages and to else "",
        by=User.objects.filter(pk=event.by_id).first(),
        email=True,
        dedupe=f"handed-over:{event.departure_id}:{sum(n for _kind, n in counts)}",
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


@on(LogBroken)
def tell_of_broken_log(event: LogBroken) -> None:
    """The owners, by letter too, each time that something else is found."""
    findings = [Finding(**found) for found in event.first]
    digest = sha256(repr((event.count, findings)).encode()).hexdigest()[:32]
    notify(
        to=User.objects.active().filter(role__code=Role.OWNER),
        kind="security.log_broken",
        title=_("The log was altered"),
        text=lazy(broken_in_words, str)(findings, event.count),
        url=reverse("security:log"),
        email=True,
        dedupe=f"log-broken:{digest}",
    )


def broken_in_words(findings: list[Finding], count: int) -> str:
    told = " ".join(str(finding) for finding in findings)
    more = count - len(findings)
    rest = ngettext("and %(more)s more", "and %(more)s more", more) % {"more": format_number(more)}
    return f"{told} {rest}" if more > 0 else told


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


@on(DeviceNew)
def tell_of_new_device(event: DeviceNew) -> None:
    """Whoever signed in: if it was not he, he ends it there."""
    when = lazy(lambda at: format_datetime(datetime.fromisoformat(at)), str)(event.at)
    text = _("{device}, address {address}, {when}. If that was not you, sign it out and choose a new password.")
    notify(
        to=User.objects.active().filter(pk=event.by_id),
        kind="firm.new_device",
        title=_("Signed in on a computer or phone that is new to Kartu"),
        text=format_lazy(text, device=event.device, address=event.address, when=when),
        url=f"{reverse('firm:my_devices')}#device-{event.device_id}",
        email=True,
        dedupe=f"new-device:{event.device_id}",
    )


@on(LeaveAsked)
def tell_of_leave_asked(event: LeaveAsked) -> None:
    """Those who may allow it, once an hour."""
    period = NoticePeriod.objects.select_related("person").get(pk=event.period_id)
    people = User.objects.active().select_related("role").exclude(pk=event.by_id)
    notify(
        to=[person for person in people if person.may(PEOPLE)],
        kind="security.leave_asked",
        title=format_lazy(
            _("{who} is leaving, and wants to take something out or change a list"), who=period.person.name
        ),
        text=_("It waits for your word"),
        url=reverse("security:notice", args=[period.person_id]),
        by=period.person,
        dedupe=f"leave-asked:{period.pk}:{timezone.now():%Y-%m-%d-%H}",
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


@on(PasskeyCopied)
def tell_of_copied_passkey(event: PasskeyCopied) -> None:
    """By bell and e-mail: whoever it belongs to, and the owners."""
    passkey = Passkey.objects.select_related("person").filter(pk=event.passkey_id).first()
    if passkey is None:
        return
    owners = User.objects.active().select_related("role").filter(role__code=Role.OWNER)
    notify(
        to=[passkey.person, *owners],
        kind="firm.passkey_copied",
        title=format_lazy(_("A copy of a passkey of {who} may be about"), who=passkey.person.name),
        text=format_lazy(
            _("“{passkey}” was refused: it has counted fewer uses than before. Remove it and add the device anew."),
            passkey=passkey.name,
        ),
        url=reverse("firm:passkeys"),
        email=True,
        dedupe=f"passkey-copied:{passkey.pk}:{timezone.localdate()}",
    )


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


@receiver(calendar_ends)
def tell_of_calendar_end(year: int, **kwargs: object) -> None:
    """Once for each last year, to whoever may say what days are off in the firm."""
    people = [person for person in User.objects.active().select_related("role") if person.scope(HOURS) is Scope.ALL]
    notify(
        to=people,
        kind="firm.calendar_ends",
        title=format_lazy(_("The production calendar ends with the year {year}"), year=str(year)),
        text=_("Look whether an update of Kartu brings the next one, or add the days off yourself."),
        url=reverse("firm:production_calendar"),
        dedupe=f"calendar-ends:{year}",
    )
