"""Addresses of single practices and comparisons.

They stand beside the page tree, not in it: routing through the tree costs six queries, and a practice's page may
cost twelve in all. The list itself is the section's page in the tree, so that editors own its texts.
"""

from django.urls import path, re_path

from goodpractices import contact, listing, views

app_name = "goodpractices"
urlpatterns = [
    path("", listing.practices, name="list"),
    re_path(r"^results\.(?P<format>json|csv|atom|ics)$", listing.download, name="download"),
    path("compare/", views.compare_practices, name="compare"),
    path("compare.csv", views.compare_csv, name="compare-csv"),
    re_path(r"^(?P<number>\d{1,18})-(?P<slug>[-a-z0-9]*)/contact/$", contact.contact, name="contact"),
    re_path(r"^(?P<number>\d{1,18})-(?P<slug>[-a-z0-9]*)/$", views.detail, name="detail"),
]
