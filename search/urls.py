"""Addresses of the search over everything."""

from django.urls import path, re_path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("suggest.json", views.suggest, name="suggest"),
    re_path(r"^results\.(?P<format>json|csv|atom|ics)$", views.download, name="download"),
]
