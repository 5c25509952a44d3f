from django.urls import path

from kartu.core.views import api, install, jobs, kit, notices
from kartu.core.views.health import health, healthz

app_name = "core"
urlpatterns = [
    path("health", health, name="health"),
    path("healthz", healthz, name="healthz"),
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("service-worker.js", install.service_worker, name="service_worker"),
    path("offline/", install.offline, name="offline"),
    path("api/", api.reference, name="api_reference"),
    path("api/v1/openapi.json", api.schema, name="api_schema"),
    path("notices/", notices.notices, name="notices"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/now/", jobs.jobs_now, name="jobs_now"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<int:pk>/drop/", jobs.drop, name="job_drop"),
    path("jobs/<int:pk>/stop/", jobs.stop, name="job_stop"),
    path("jobs/<int:pk>/progress/", jobs.progress, name="job_progress"),
    path("jobs/deliveries/<int:pk>/retry/", jobs.retry_delivery, name="delivery_retry"),
    path("jobs/deliveries/<int:pk>/drop/", jobs.drop_delivery, name="delivery_drop"),
    path("ui/", kit.ui, name="ui"),
    path("ui/drawer/", kit.drawer, name="ui_drawer"),
    path("ui/pick/", kit.pick, name="ui_pick"),
    path("ui/edit/", kit.edit, name="ui_edit"),
    path("ui/tab/<slug:key>/", kit.tab, name="ui_tab"),
    path("ui/look/", kit.look, name="ui_look"),
    path("ui/paste/", kit.paste, name="ui_paste"),
    path("ui/act/", kit.act, name="ui_act"),
    path("ui/file/", kit.file, name="ui_file"),
]
