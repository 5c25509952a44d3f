from django.urls import path

from kartu.security.views import log, tokens
from kartu.security.views.blank import blank
from kartu.security.views.rights import rights_page

app_name = "security"
urlpatterns = [
    path("rights/", rights_page, name="rights"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="new_token"),
    path("tokens/<int:pk>/end/", tokens.end, name="end_token"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="verify_log"),
    path("ui/blank/", blank, name="blank"),
]
