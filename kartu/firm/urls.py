from django.urls import path

from kartu.firm.views import door, first_run, house, invitations, join, keys, me, people, pictures, structure, welcome

app_name = "firm"
urlpatterns = [
    path("", welcome.home, name="home"),
    path("setup/<str:token>/", first_run.first_run, name="first_run"),
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("join/<str:token>/", join.join, name="join"),
    path("key/<str:token>/", keys.take, name="take_key"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("me/", me.me, name="me"),
    path("me/key/", me.key, name="my_key"),
    path("me/picture/", me.picture, name="my_picture"),
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invitations/<int:pk>/take-back/", invitations.take_back, name="take_back"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/place/", people.place, name="place"),
    path("people/<int:pk>/close/", people.close_access, name="close_access"),
    path("people/<int:pk>/open/", people.open_access, name="open_access"),
    path("people/<int:pk>/key/", keys.give, name="give_key"),
    path("people/<int:pk>/picture/", pictures.face, name="face"),
    path("teams/", structure.teams, name="teams"),
    path("teams/new/", structure.team, name="new_team"),
    path("teams/<int:pk>/", structure.team, name="team"),
    path("branches/", structure.branches, name="branches"),
    path("branches/new/", structure.branch, name="new_branch"),
    path("branches/<int:pk>/", structure.branch, name="branch"),
    path("firm/", house.firm, name="firm"),
    path("firm/logo/", pictures.logo, name="logo"),
    path("firm/entities/", house.entities, name="entities"),
    path("firm/entities/new/", house.entity, name="new_entity"),
    path("firm/entities/<int:pk>/", house.entity, name="entity"),
]
