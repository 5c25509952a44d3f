from django.urls import path

from kartu.security.views.blank import blank

app_name = "security"
urlpatterns = [
    path("ui/blank/", blank, name="blank"),
]
