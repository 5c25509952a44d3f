"""What is done about alerts: somebody looks into one, says what it was, sets the limits."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.acts import act, must, telling
from kartu.firm.ending import may_end, sign_out
from kartu.firm.models import Device, User
from kartu.security.events import ReasonGiven
from kartu.security.models.alert import Alert, AlertSettings
from kartu.security.rights import ALERTS


def those_told(alert: Alert) -> list[User]:
    """Whoever hears of `alert`: all who may, but for the person himself."""
    people = User.objects.active().select_related("role").exclude(pk=alert.person_id)
    return [person for person in people if person.may(ALERTS)]


def alerts_for(by: Actor) -> QuerySet[Alert]:
    """All alerts, the newest first. Those who may see them see also what is told of themselves."""
    rows = Alert.objects.select_related("person", "looked_by").order_by("-pk")
    return rows if by.may(ALERTS) else rows.none()


def may_answer(alert: Alert, by: Actor) -> bool:
    """Nobody clears himself, unless there is nobody else who could look."""
    return alert.person_id != by.pk or not those_told(alert)


@act(ALERTS)
def look_into(*, alert: Alert, by: User) -> None:
    """`by` has taken the alert up: the others see who looks. One that is explained stays so."""
    check(alert, by)
    if alert.state == Alert.State.OPEN:
        with telling(alert, by=by):
            alert.state, alert.looked_by, alert.looked_at = Alert.State.SEEN, by, timezone.now()
            alert.save(update_fields=["state", "looked_by", "looked_at"])


@act(ALERTS)
def explain(*, alert: Alert, note: str, by: User) -> None:
    """Say what it was; the alert is done with. Raises ValidationError without a `note`."""
    check(alert, by)
    if not note.strip():
        raise ValidationError(_("Say in a few words what it was"))
    with telling(alert, by=by):
        alert.state, alert.note = Alert.State.EXPLAINED, note.strip()[:500]
        alert.looked_by, alert.looked_at = by, timezone.now()
        alert.save(update_fields=["state", "note", "looked_by", "looked_at"])


@act(ALERTS)
def lift(*, alert: Alert, by: User) -> None:
    """Let the person export and print again."""
    check(alert, by)
    if alert.is_stopping:
        with telling(alert, by=by):
            alert.lifted_at, alert.lifted_by = timezone.now(), by
            alert.save(update_fields=["lifted_at", "lifted_by"])


@act(ALERTS)
def end_sign_ins(*, alert: Alert, by: User) -> None:
    """Sign the person of the alert out everywhere, at once."""
    check(alert, by)
    must(may_sign_out(alert, by), f"signing out the person of alert {alert.pk}")
    sign_out(Device.objects.of(alert.person), by)


def may_sign_out(alert: Alert, by: User) -> bool:
    return alert.person is not None and may_answer(alert, by) and may_end(alert.person, by)


@act(why="whoever is asked may answer; which alerts ask him, the caller has found")
def give_reason(*, alert: Alert, reason: str, by: User) -> None:
    """The person himself says why. Raises ValidationError for nothing."""
    must(alert.asks and alert.person_id == by.pk, f"the reason of alert {alert.pk}")
    if not reason.strip():
        raise ValidationError(_("Say in a few words what it was"))
    with telling(alert, by=by):
        alert.reason = reason.strip()[:500]
        alert.save(update_fields=["reason"])
    publish(ReasonGiven(alert.pk, by.pk))


def check(alert: Alert, by: User) -> None:
    if not may_answer(alert, by):
        raise ValidationError(_("This alert is about yourself: a colleague has to look into it"))


@act(ALERTS)
def set_limits(*, settings: AlertSettings, by: User) -> None:
    """Keep the firm's limits and working time."""
    settings.pk = 1
    with telling(settings, by=by, verb="setting"):
        settings.save()
