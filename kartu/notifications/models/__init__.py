from kartu.notifications.models.delivery import Hop, Letter
from kartu.notifications.models.mail_settings import MailSettings
from kartu.notifications.models.notification import Notification

__all__ = ["Hop", "Letter", "MailSettings", "Notification"]
