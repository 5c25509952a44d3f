from django.urls import path

from kartu.security.views import alerts, backups, log, roles, simulator, tokens
from kartu.security.views.blank import blank
from kartu.security.views.rights import rights_page

app_name = "security"
urlpatterns = [
    path("rights/", rights_page, name="rights"),
    path("rights/new/", roles.new_role, name="new_role"),
    path("rights/<int:pk>/", roles.role, name="role"),
    path("rights/<int:pk>/effects/", roles.effects, name="role_effects"),
    path("rights/<int:pk>/back/", roles.back, name="role_back"),
    path("rights/<int:pk>/name/", roles.rename, name="rename_role"),
    path("rights/<int:pk>/retire/", roles.retire, name="retire_role"),
    path("rights/as/<int:pk>/", simulator.seen_as, name="seen_as"),
    path("rights/as/<int:pk>/<str:kind>/", simulator.rows_of, name="rows_of"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="new_token"),
    path("tokens/<int:pk>/end/", tokens.end, name="end_token"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="verify_log"),
    path("settings/backups/", backups.backups, name="backups"),
    path("settings/backups/now/", backups.now, name="backup_now"),
    path("settings/backups/schedule/", backups.schedule, name="backup_schedule"),
    path("settings/backups/place/", backups.place, name="backup_place"),
    path("settings/backups/key/", backups.key, name="recovery_key"),
    path("settings/backups/letters/", backups.letters, name="let_letters_out"),
    path("settings/backups/<int:pk>/try/", backups.try_one, name="try_backup"),
    path("settings/backups/<int:pk>/file/", backups.download, name="download_backup"),
    path("settings/backups/<int:pk>/delete/", backups.delete, name="delete_backup"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/limits/", alerts.limits, name="alert_limits"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/look-into/", alerts.look_into, name="look_into_alert"),
    path("alerts/<int:pk>/explain/", alerts.explain, name="explain_alert"),
    path("alerts/<int:pk>/lift/", alerts.lift, name="lift_alert"),
    path("alerts/<int:pk>/reason/", alerts.reason, name="alert_reason"),
    path("ui/blank/", blank, name="blank"),
]
