"""The addresses of the personal area, beneath /<language>/my/."""

from django.urls import path

from accounts.my import views

app_name = "my"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
]
