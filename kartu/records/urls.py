from django.urls import path

from kartu.records.views import changes, files
from kartu.records.views.trash import take_out, trash_page

app_name = "records"
urlpatterns = [
    path("changes/", changes.change_list, name="changes"),
    path("changes/<int:pk>/", changes.change_page, name="change"),
    path("changes/<int:pk>/undo/", changes.undo, name="undo"),
    path("trash/", trash_page, name="trash"),
    path("trash/<str:key>/<int:pk>/restore/", take_out, name="take_out"),
    path("files/of/<str:model>/<int:pk>/", files.panel, name="files"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/look/", files.look, name="file_look"),
    path("files/<int:pk>/picture/", files.picture, name="file_picture"),
    path("files/<int:pk>/name/", files.rename, name="file_rename"),
    path("files/<int:pk>/trash/", files.trash, name="file_trash"),
    path("files/<int:pk>/restore/", files.restore, name="file_restore"),
]
