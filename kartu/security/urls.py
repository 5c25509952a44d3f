from django.urls import path

from kartu.security.views.blank import blank
from kartu.security.views.rights import rights_page

app_name = "security"
urlpatterns = [
    path("rights/", rights_page, name="rights"),
    path("ui/blank/", blank, name="blank"),
]
