from django.utils.translation import gettext_lazy as _

from kartu.core.rights import declare

MAIL = declare("notifications.mail", _("Set up the mail server through which Kartu writes"), scoped=False)
