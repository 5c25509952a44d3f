from django.urls import path

from kartu.clients.views import lists

app_name = "clients"
urlpatterns: list[path] = [
    path("clients/", lists.client_list, name="list"),
]
