from django.utils.translation import gettext_lazy as _

from kartu.core.rights import declare

MAIL = declare("notifications.mail", _("Set up the mail server through which Kartu writes"), scoped=False)
POLICY = declare("notifications.policy", _("Say how people are told, and see what became of it"), scoped=False)
CHANNELS = declare(
    "notifications.channels", _("Set up the SMS gateway and the bot through which Kartu writes"), scoped=False
)
