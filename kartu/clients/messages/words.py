"""The words of a message: a template of the firm's, or the ready one, with what belongs into it."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.messages.kinds import MessageKind
from kartu.clients.models import MessageTemplate
from kartu.core.placeholders import filled

EMAIL, SMS = MessageTemplate.Way.EMAIL, MessageTemplate.Way.SMS
NAME = re.compile(r"\{([^{}]*)\}")


def template_of(kind: MessageKind, way: str, language: str) -> MessageTemplate:
    """The words for `way` in `language`; without a pk where they are the ready ones."""
    own = MessageTemplate.objects.filter(kind=kind.key, way=way, language=language).first()
    if own:
        return own
    subject, text = kind.ready.get((way, language)) or kind.ready[way, "en"]
    return MessageTemplate(kind=kind.key, way=way, language=language, subject=subject, text=text)


def check_placeholders(text: str, kind: MessageKind) -> None:
    """Raise ValidationError that names the first placeholder which does not exist, or a brace that stands alone."""
    known = ", ".join(f"{{{name}}}" for name in kind.placeholders)
    for name in NAME.findall(text):
        if name not in kind.placeholders:
            told = _("There is no {%(name)s}. There are: %(known)s")
            raise ValidationError(told % {"name": name, "known": known}, code="placeholder")
    rest = NAME.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValidationError(_("A brace stands alone. There are: %(known)s") % {"known": known}, code="brace")


def composed(template: MessageTemplate, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject, text) with `values` where they belong. What is put in is not looked through again."""
    subject, text = (filled(part, values, str) for part in (template.subject, template.text))
    return " ".join(subject.split()), text.strip()
