from django.urls import path

from kartu.planner.queue import team_views, views

app_name = "queue"
urlpatterns = [
    path("day/", views.day, name="day"),
    path("day/now/", views.now, name="now"),
    path("day/item/<str:kind>/<int:pk>/", views.item, name="item"),
    path("day/add/", views.add, name="add"),
    path("day/put-off/", views.put_off, name="put_off"),
    path("day/team/", team_views.team, name="team"),
    path("day/team/now/", team_views.now, name="team_now"),
    path("day/team/give/", team_views.give, name="give"),
    path("day/people/<int:pk>/", team_views.person, name="person"),
]
