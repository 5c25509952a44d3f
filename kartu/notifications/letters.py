"""E-mail of the program itself: written into the database with the change that it tells of, sent by a job.

Correspondence with clients is not here. What became of each letter stands in the ledger (Hop).
"""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kartu.firm.models import User
from kartu.notifications.channels import EMAIL, note
from kartu.notifications.holding import whole_text
from kartu.notifications.jobs import send_letter
from kartu.notifications.models import Hop, Letter, MailSettings, Notification
from kartu.notifications.sending import no_server


def write(
    *,
    address: str,
    subject: str,
    text: str,
    url: str = "",
    language: str = "",
    person: User | None = None,
    notification: Notification | None = None,
    is_secret: bool = False,
    sender: str = "",
    obstacle: str = "",
) -> Letter:
    """Write a letter that goes out when this transaction has committed.

    `url` is a page of the program ("/clients/17/") or a full address; the letter shows it as a link. `language`
    is that of the words around the text. `is_secret`: the text lets somebody in and is emptied once it is sent.
    Where no mail server is set up the ledger says so and nothing is sent, later neither; nor with an `obstacle`, the
    words that say why. `sender`: who writes by it to somebody outside the firm.
    """
    with transaction.atomic():
        letter = Letter.objects.create(
            notification=notification,
            person=person,
            address=address,
            subject=one_line(subject),
            text=text,
            url=url,
            language=language or translation.get_language() or "en",
            is_secret=is_secret,
            sender=sender,
            message_id=new_message_id(),
        )
        # A notice has had its "planned" when its channels were chosen.
        if notification is None:
            note(Hop.What.PLANNED, EMAIL, letter=letter, carrier_id=letter.message_id)
        why = obstacle or ("" if MailSettings.current() else no_server())
        if why:
            about = notification.pk if notification else None
            note(Hop.What.FAILED, EMAIL, notification_id=about, letter=letter, reason=why[:300])
        else:
            send_letter.later(letter_id=letter.pk)
    return letter


def write_notice(notification: Notification) -> None:
    """The channel `email`: the notice as a letter."""
    person = notification.person
    write(
        address=person.email,
        subject=notification.title,
        text=whole_text(notification) if notification.is_digest else notification.text,
        url=notification.url,
        language=person.language,
        person=person,
        notification=notification,
    )


def obstacle(notification: Notification) -> str:
    """Why no letter can be written to this person, in words; "" if one can."""
    if MailSettings.current() is None:
        return no_server()
    return "" if is_address(notification.person.email) else _("The person has no e-mail address")


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def new_message_id() -> str:
    mail = MailSettings.current()
    host = mail.from_address.rpartition("@")[2] if mail else "localhost"
    return f"<{uuid4().hex}@{host}>"


def one_line(text: str) -> str:
    """A header holds no line breaks: what a client is called must not become a second recipient."""
    return " ".join(str(text).split())[:300]
