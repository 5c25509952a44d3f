"""Every app brings its own addresses; nothing is declared here but the order."""

from django.urls import include, path

from kartu.core.api.build import addresses

urlpatterns = [
    path("api/v1/", include((addresses(), "api"))),
    path("", include("kartu.core.urls")),
    path("", include("kartu.firm.urls")),
    path("", include("kartu.security.urls")),
    path("", include("kartu.records.urls")),
    path("", include("kartu.search.urls")),
    path("", include("kartu.notifications.urls")),
    path("", include("kartu.clients.urls")),
    path("", include("kartu.planner.urls")),
    path("", include("kartu.planner.queue.urls")),
]

handler400 = "kartu.core.views.errors.bad_request"
handler403 = "kartu.core.views.errors.forbidden"
handler404 = "kartu.core.views.errors.not_found"
handler500 = "kartu.core.views.errors.failed"
