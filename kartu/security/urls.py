from django.urls import path

from kartu.security.views import alerts, tokens
from kartu.security.views.blank import blank
from kartu.security.views.rights import rights_page

app_name = "security"
urlpatterns = [
    path("rights/", rights_page, name="rights"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="new_token"),
    path("tokens/<int:pk>/end/", tokens.end, name="end_token"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/limits/", alerts.limits, name="alert_limits"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/look-into/", alerts.look_into, name="look_into_alert"),
    path("alerts/<int:pk>/explain/", alerts.explain, name="explain_alert"),
    path("alerts/<int:pk>/lift/", alerts.lift, name="lift_alert"),
    path("alerts/<int:pk>/reason/", alerts.reason, name="alert_reason"),
    path("ui/blank/", blank, name="blank"),
]
