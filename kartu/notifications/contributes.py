"""What this app adds to the lists of the apps below it. Read this file first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core import live
from kartu.core.shell import ShellPart, shell_parts
from kartu.firm.tabs import IN_PEOPLE, IN_SERVER, SettingsTab, settings_tabs
from kartu.notifications import (
    leaving,  # noqa: F401 - adds itself
    letters,
    news,  # noqa: F401 - listens
    outside,  # noqa: F401 - adds itself
    own_kinds,  # noqa: F401 - add themselves
    rights,
)
from kartu.notifications.actions import unseen_count
from kartu.notifications.channels import BELL, EMAIL, LABELS, POPUP, Channel, channels, note
from kartu.notifications.health import letters_now
from kartu.notifications.invariants import (
    letters_are_on_their_way,
    notices_are_in_the_ledger,
    notices_come_to_an_end,
    sms_to_people_outside_are_on_their_way,
)
from kartu.notifications.models import Hop, Notification
from kartu.security.health import HealthLine, health_lines
from kartu.security.invariants import Invariant, invariants
from kartu.security.rights import SERVER


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
            **({"needs_ack": True} if notification.needs_ack else {}),
            **({"buttons": notification.buttons} if notification.buttons else {}),
        },
        to=[notification.person_id],
    )


channels.add(Channel(BELL, LABELS[BELL], ring, always=True, is_loud=False, order=10))
channels.add(Channel(POPUP, LABELS[POPUP], pop_up, is_loud=False, order=20))
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

shell_parts.add(ShellPart("told_url", lambda request: reverse("notifications:told")))

settings_tabs.add(
    SettingsTab("told", _("How people are told"), "notifications:told_firm", IN_PEOPLE, 40, right=rights.POLICY)
)
settings_tabs.add(
    SettingsTab("mail", _("Outgoing mail"), "notifications:mail", group=IN_SERVER, order=30, right=rights.MAIL)
)
settings_tabs.add(SettingsTab("clock", _("The clock"), "notifications:clock", IN_SERVER, 45, right=SERVER))
settings_tabs.add(
    SettingsTab("jobs", _("In the background"), "core:jobs", group=IN_SERVER, order=40, right="core.jobs")
)

invariants.add(
    Invariant("I12.letters", "Every letter is sent, or refused, or on its way", letters_are_on_their_way, 120)
)
invariants.add(
    Invariant(
        "I12.sms",
        "Every SMS to a client is sent, or refused, or on its way",
        sms_to_people_outside_are_on_their_way,
        123,
    )
)
invariants.add(Invariant("I12.notices", "What became of every notice is written down", notices_are_in_the_ledger, 121))

invariants.add(
    Invariant("I12.ends", "Every reminder comes to an end: answered, come back, or closed", notices_come_to_an_end, 122)
)


health_lines.add(HealthLine("letters", _("Letters that wait"), letters_now, 120, "notifications:mail"))
