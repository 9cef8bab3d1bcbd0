"""The addresses of the personal area, beneath /<language>/my/."""

from django.urls import path

from accounts.my import data_views, views

app_name = "my"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("data/", data_views.data, name="data"),
    path("data/ask/", data_views.ask_for_export, name="data-ask"),
    path("data/download/<int:key>/", data_views.download, name="data-download"),
    path("data/erase/", data_views.erase, name="erase"),
    path("data/erase/cancel/", data_views.cancel_erasure, name="erase-cancel"),
    path("data/erase/confirm/<str:token>/", data_views.confirm_erasure, name="erase-confirm"),
]
