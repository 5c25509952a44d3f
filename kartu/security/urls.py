from django.urls import path

from kartu.security.views import roles, simulator, tokens
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
    path("ui/blank/", blank, name="blank"),
]
