"""Addresses of the pattern library; mounted only where DEBUG is on."""

from django.urls import path

from core.components import library

app_name = "components"
urlpatterns = [
    path("", library.overview, name="overview"),
    path("<slug:name>/", library.component, name="component"),
]
