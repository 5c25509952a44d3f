"""Sending a letter: once if all goes well, again later if not, and every step noted.

The same letter always carries the same Message-ID. After a crash between the server's "250" and our note of it
the letter goes out once more under that id, and mail programs show one letter; never sending twice is not
possible over SMTP.
"""

import smtplib
from datetime import timedelta
from email.utils import formataddr
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.forms import ModelForm
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.faults import fail_point
from kartu.core.jobs import Retry
from kartu.core.outward import within
from kartu.core.sealing import Unreadable
from kartu.firm.models import Firm, User
from kartu.notifications.actions import notify
from kartu.notifications.channels import EMAIL, note
from kartu.notifications.models import Hop, Letter, MailSettings
from kartu.notifications.rights import MAIL
from kartu.notifications.senders import Frame, obstacle_of, sender_of, tell_end
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.models.backup import Restoration

# After that a notice is old news; the ledger says that it never went out.
KEEP_TRYING = timedelta(days=3)
# However slowly the server answers, the next letter is not kept waiting longer.
DEADLINE = 60
TEST_DEADLINE = 25
HELD_SECONDS = 60
TELL_AFTER = timedelta(minutes=5)


def no_server() -> str:
    return _("No mail server is set up")


def send(letter: Letter) -> None:
    """Send `letter` unless it is settled. Raises Retry, for the queue, where it must wait."""
    if letter.hops.filter(what__in=Hop.SETTLED).exists():
        return
    if Restoration.holding().exists():
        # Whoever it is for may have had it before the moment to which the data went back.
        raise Retry(_("Letters are held: the data came from a backup"), after=HELD_SECONDS)
    if letter.person_id and not letter.person.is_active:
        return settle(letter, Hop.What.FAILED, _("This person works here no more"))
    if why := obstacle_of(letter):
        return settle(letter, Hop.What.FAILED, why)
    mail = MailSettings.current()
    if mail is None:
        return settle(letter, Hop.What.FAILED, no_server())
    # Of a server that works it is asked at least once: it was off that long, or the clock was put forward.
    if mail.failing_since and timezone.now() - letter.created_at > KEEP_TRYING and not was_held(letter):
        return refuse(letter, _("Not sent within three days: %(why)s") % {"why": mail.last_error})
    if mail.pause:
        raise Retry(mail.last_error, after=mail.seconds_of_pause)
    try:
        message = message_of(letter, mail)
        within(DEADLINE, message.send)
    except Exception as error:
        return explain(letter, mail, error)
    fail_point("mail.after_send")
    settle(letter, Hop.What.SENT)
    mail.note_success()


def was_held(letter: Letter) -> bool:
    """Whether it waited for the owner's word after a restoration, and that word was given lately."""
    lately = timezone.now() - KEEP_TRYING
    return Restoration.objects.filter(at__gte=letter.created_at, let_out_at__gt=lately).exists()


def message_of(letter: Letter, mail: MailSettings) -> EmailMultiAlternatives:
    """The letter as it goes out, plain and rich."""
    firm = Firm.current()
    link = settings.ADDRESS + letter.url if letter.url.startswith("/") else letter.url
    writer = sender_of(letter)
    frame = writer.frame(letter) if writer else Frame()
    context = {"letter": letter, "link": link, "firm": firm, "frame": frame}
    name = "outside" if writer else "letter"
    with translation.override(letter.language):
        plain = render_to_string(f"notifications/{name}.txt", context)
        rich = render_to_string(f"notifications/{name}.html", context)
    sender = formataddr((mail.from_name or (firm.name if firm else ""), mail.from_address))
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated", **frame.headers}
    connection = mail.connection()
    message = EmailMultiAlternatives(
        letter.subject, plain, sender, [letter.address], headers=headers, connection=connection
    )
    message.attach_alternative(rich, "text/html")
    return message


def explain(letter: Letter, mail: MailSettings, error: Exception) -> None:
    """Write down why it did not go out and what comes next: never, or again later."""
    reason = words_of(error)
    if is_final(error):
        return refuse(letter, reason)
    with transaction.atomic():
        note(
            Hop.What.DELAYED,
            EMAIL,
            notification_id=letter.notification_id,
            letter=letter,
            attempt=attempt_of(letter),
            carrier_id=letter.message_id,
            reason=reason[:300],
        )
        mail.note_failure(reason)
        if timezone.now() - mail.failing_since > TELL_AFTER:
            tell_owners(
                title=gettext_lazy("E-mail does not go out"),
                text=reason,
                dedupe=f"mail-down:{mail.failing_since.isoformat()}",
            )
    raise Retry(reason, after=mail.seconds_of_pause) from error


def refuse(letter: Letter, reason: str) -> None:
    """The letter will never go out; those who look after the mail are told, or who writes to somebody outside."""
    with transaction.atomic():
        settle(letter, Hop.What.FAILED, reason)
        if letter.sender:
            return
        tell_owners(
            title=format_lazy(gettext_lazy("A letter to {address} was not sent"), address=letter.address),
            text=reason,
            dedupe=f"letter-refused:{letter.pk}",
        )


def tell_owners(**words: object) -> None:
    """By the bell alone: it is the mail that does not work."""
    keepers = [person for person in User.objects.active().select_related("role") if person.may(MAIL)]
    notify(to=keepers, kind="notifications.mail_fails", url="/settings/mail/", **words)


def settle(letter: Letter, what: Hop.What, reason: str = "") -> None:
    with transaction.atomic():
        note(
            what,
            EMAIL,
            notification_id=letter.notification_id,
            letter=letter,
            attempt=attempt_of(letter),
            carrier_id=letter.message_id,
            reason=reason[:300],
        )
        tell_end(letter, what, reason)
        if letter.is_secret and what == Hop.What.SENT:
            Letter.objects.filter(pk=letter.pk).update(text="", url="")


def attempt_of(letter: Letter) -> int:
    return letter.hops.filter(what=Hop.What.DELAYED).count() + 1


def is_final(error: Exception) -> bool:
    """Whether the server has refused this very letter for good. A refused password or sender is not its fault."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def words_of(error: Exception) -> str:
    """What went wrong, for the owner to read."""
    if isinstance(error, Unreadable):
        return _("The mail password cannot be read any more. Type it again.")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server does not accept the user name and password")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = "; ".join(said(text) for _code, text in error.recipients.values())
        return _("The mail server refuses this address: %(answer)s") % {"answer": answers}
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The mail server answered: %(answer)s") % {"answer": f"{error.smtp_code} {said(error.smtp_error)}"}
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The mail server does not offer this protection")
    if isinstance(error, OSError):
        return _("The mail server does not answer")
    return str(error) or type(error).__name__


def said(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def change_mail(*, by: User, form: ModelForm) -> MailSettings:
    """Save what a valid MailSettingsForm holds, with its row in the log; the password is in neither."""
    with transaction.atomic():
        before = MailSettings.objects.filter(pk=form.instance.pk).values(*form.Meta.fields).first() or {}
        mail = form.save()
        told = {name: form.cleaned_data[name] for name in form.Meta.fields}
        values = {"before": before, "after": {**told, "password": bool(mail.sealed_password)}}
        audit.record(Verb.SETTING, mail, by=by, values=values)
    return mail


def send_test(*, by: User) -> str:
    """Send a letter to `by` at once; "" if the server took it, else what is wrong, in words."""
    mail = MailSettings.current()
    if mail is None:
        return no_server()
    letter = Letter(
        address=by.email,
        subject=_("A test letter from Kartu"),
        text=_("If you read this, your mail server works."),
        language=by.language,
        message_id=f"<test.{uuid4().hex}@{mail.from_address.rpartition('@')[2]}>",
    )
    try:
        message = message_of(letter, mail)
        within(TEST_DEADLINE, message.send)
    except Exception as error:
        return words_of(error)
    mail.note_success()
    return ""
