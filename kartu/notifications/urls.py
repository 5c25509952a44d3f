from django.urls import path

from kartu.notifications.views import bell, ledger, mail, push, sms, telegram, told

app_name = "notifications"
urlpatterns = [
    path("bell/", bell.bell, name="bell"),
    path("bell/seen/", bell.seen, name="seen"),
    path("bell/<int:pk>/open/", bell.open_notice, name="open"),
    path("bell/<int:pk>/follow/", bell.follow, name="follow"),
    path("bell/<int:pk>/shown/", bell.shown, name="shown"),
    path("bell/<int:pk>/known/", bell.ack, name="ack"),
    path("bell/<int:pk>/later/", bell.snooze, name="snooze"),
    path("notifications/", bell.all_notices, name="all"),
    path("me/told/", told.mine, name="told"),
    path("me/told/<slug:key>/try/", told.try_out, name="told_try"),
    path("notifications/<int:pk>/", ledger.fate, name="fate"),
    path("settings/told/all/", ledger.ledger, name="ledger"),
    path("settings/clock/", ledger.clock, name="clock"),
    path("settings/told/", told.of_firm, name="told_firm"),
    path("settings/mail/", mail.mail_settings, name="mail"),
    path("settings/mail/test/", mail.test, name="mail_test"),
    path("settings/sms/", sms.sms_settings, name="sms"),
    path("settings/sms/test/", sms.test, name="sms_test"),
    path("settings/telegram/", telegram.bot_settings, name="telegram"),
    path("settings/telegram/end/", telegram.end_bot, name="telegram_end"),
    path("me/telegram/", telegram.mine, name="my_telegram"),
    path("me/telegram/link/", telegram.link, name="telegram_link"),
    path("me/telegram/unlink/", telegram.unlink, name="telegram_unlink"),
    path("me/notices/", push.browsers, name="push"),
    path("me/notices/key/", push.key, name="push_key"),
    path("me/notices/on/", push.switch_on, name="push_on"),
    path("me/notices/test/", push.test, name="push_test"),
    path("me/notices/<int:pk>/off/", push.switch_off, name="push_off"),
    path("push/here/", push.still_here, name="push_here"),
    path("push/told/", push.told, name="push_told"),
    path("push/moved/", push.moved, name="push_moved"),
]
