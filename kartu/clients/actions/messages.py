"""What the firm says to clients, and when it may: kept by whoever looks after the settings."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.messages.kinds import MessageKind
from kartu.clients.messages.words import EMAIL, check_placeholders, template_of
from kartu.clients.models import MessageHours, MessageTemplate
from kartu.core.actors import Actor
from kartu.firm.acts import act, tell, telling
from kartu.firm.rights import SETTINGS


@act(SETTINGS)
def save_template(*, kind: MessageKind, way: str, language: str, subject: str, text: str, by: Actor) -> MessageTemplate:
    """Say it in these words from now on. Raises ValidationError for a placeholder that does not exist."""
    wrong = {}
    for name, typed in (("subject", subject), ("text", text)):
        try:
            check_placeholders(typed, kind)
        except ValidationError as refused:
            wrong[name] = refused.messages
    if not text.strip():
        wrong["text"] = [_("What is to be said?")]
    if way == EMAIL and not subject.strip():
        wrong["subject"] = [_("A letter needs a subject")]
    if wrong:
        raise ValidationError(wrong)
    template = template_of(kind, way, language)
    template.subject, template.text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    with telling(template, by=by):
        template.save()
    return template


@act(SETTINGS)
def reset_template(*, kind: MessageKind, way: str, language: str, by: Actor) -> MessageTemplate:
    """Back to the ready words."""
    template = template_of(kind, way, language)
    if template.pk:
        tell("setting", template, by=by, values={"before": {"subject": template.subject, "text": template.text}})
        template.delete()
    return template_of(kind, way, language)


@act(SETTINGS)
def save_hours(*, opens: int, closes: int, sms_stop: str, by: Actor) -> MessageHours:
    """Between which minutes of the day clients may be written to, and what an SMS ends with."""
    if not 0 <= opens < closes <= 24 * 60:
        raise ValidationError({"closes": _("The day must end after it begins")}, code="day")
    hours = MessageHours.current()
    hours.opens, hours.closes, hours.sms_stop = opens, closes, " ".join(sms_stop.split())
    with telling(hours, by=by):
        hours.save()
    return hours
