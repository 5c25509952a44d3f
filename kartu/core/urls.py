from django.urls import path

from kartu.core.views import kit
from kartu.core.views.health import health

app_name = "core"
urlpatterns = [
    path("health", health, name="health"),
    path("ui/", kit.ui, name="ui"),
    path("ui/drawer/", kit.drawer, name="ui_drawer"),
    path("ui/pick/", kit.pick, name="ui_pick"),
    path("ui/edit/", kit.edit, name="ui_edit"),
    path("ui/tab/<slug:key>/", kit.tab, name="ui_tab"),
    path("ui/look/", kit.look, name="ui_look"),
    path("ui/act/", kit.act, name="ui_act"),
    path("ui/file/", kit.file, name="ui_file"),
]
