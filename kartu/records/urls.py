from django.urls import path

from kartu.records.views import changes, files, imports, programs
from kartu.records.views.lists import bulk, cells, filters, keeping, out, paste
from kartu.records.views.trash import empty, remove, take_out, trash_page

app_name = "records"
urlpatterns = [
    path("imports/", imports.import_list, name="imports"),
    path("imports/file/", programs.drop, name="import_file"),
    path("imports/<int:pk>/state/", programs.state, name="import_state"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/now/", imports.import_now, name="import_now"),
    path("imports/<int:pk>/rows/", imports.import_rows, name="import_rows"),
    path("imports/<int:pk>/reading/", imports.import_reading, name="import_reading"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/stop/", imports.import_stop, name="import_stop"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/rejected.xlsx", imports.import_rejected, name="import_rejected"),
    path("changes/", changes.change_list, name="changes"),
    path("changes/<int:pk>/", changes.change_page, name="change"),
    path("changes/<int:pk>/undo/", changes.undo, name="undo"),
    path("trash/", trash_page, name="trash"),
    path("trash/<str:key>/<int:pk>/restore/", take_out, name="take_out"),
    path("trash/<str:key>/<int:pk>/remove/", remove, name="remove_trashed"),
    path("trash/empty/", empty, name="empty_trash"),
    path("files/of/<str:model>/<int:pk>/", files.panel, name="files"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/look/", files.look, name="file_look"),
    path("files/<int:pk>/picture/", files.picture, name="file_picture"),
    path("files/<int:pk>/name/", files.rename, name="file_rename"),
    path("files/<int:pk>/trash/", files.trash, name="file_trash"),
    path("files/<int:pk>/restore/", files.restore, name="file_restore"),
    path("lists/<slug:key>/columns/", keeping.columns, name="list_columns"),
    path("lists/<slug:key>/width/", keeping.width, name="list_width"),
    path("lists/<slug:key>/views/", keeping.views, name="list_views"),
    path("lists/<slug:key>/views/first/", keeping.begin_with, name="list_begin"),
    path("lists/<slug:key>/views/<int:pk>/remove/", keeping.remove_view, name="list_remove_view"),
    path("lists/<slug:key>/counts/", keeping.counts, name="list_counts"),
    path("lists/<slug:key>/filter/", filters.build, name="list_filter"),
    path("lists/<slug:key>/cells/<int:pk>/<slug:column>/", cells.cell, name="list_cell"),
    path("lists/<slug:key>/paste/", paste.paste, name="list_paste"),
    path("lists/<slug:key>/acts/<str:name>/", bulk.act, name="list_bulk"),
    path("lists/<slug:key>/export/<slug:kind>/", out.export, name="list_export"),
    path("lists/<slug:key>/print/", out.print_list, name="list_print"),
    path("exports/<int:pk>/", out.fetch, name="export_file"),
]
