from django.urls import path

from kartu.notifications.views import bell, mail

app_name = "notifications"
urlpatterns = [
    path("bell/", bell.bell, name="bell"),
    path("bell/seen/", bell.seen, name="seen"),
    path("bell/<int:pk>/open/", bell.open_notice, name="open"),
    path("bell/<int:pk>/follow/", bell.follow, name="follow"),
    path("bell/<int:pk>/shown/", bell.shown, name="shown"),
    path("notifications/", bell.all_notices, name="all"),
    path("settings/mail/", mail.mail_settings, name="mail"),
    path("settings/mail/test/", mail.test, name="mail_test"),
]
