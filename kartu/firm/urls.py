from django.urls import path

from kartu.firm.views import door, first_run, join, pictures, welcome

app_name = "firm"
urlpatterns = [
    path("setup/<str:token>/", first_run.first_run, name="first_run"),
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("join/<str:token>/", join.join, name="join"),
    path("firm/logo/", pictures.logo, name="logo"),
]
