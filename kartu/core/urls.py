from django.urls import path

from kartu.core.views.health import health

app_name = "core"
urlpatterns: list[path] = [path("health", health, name="health")]
