"""The addresses of contributing, under every language."""

from django.urls import path

from contributions.views import checking, confirming, contribute, contributors, files, mine, steps, yearly

app_name = "contributions"
_DRAFT = "contribute/<slug:type>/<int:key>/"
urlpatterns = [
    path("contribute/", contribute.overview, name="overview"),
    path("contribute/correct/<slug:uid>/", checking.correct, name="correct"),
    path("contribute/file/<int:key>/", files.download, name="file"),
    path("contribute/<slug:type>/", contribute.start, name="start"),
    path(_DRAFT, steps.resume, name="resume"),
    path(f"{_DRAFT}check/", checking.check, name="check"),
    path(f"{_DRAFT}submit/", checking.submit, name="submit"),
    path(f"{_DRAFT}preview/", checking.preview, name="preview"),
    path(f"{_DRAFT}discard/", checking.discard, name="discard"),
    path(f"{_DRAFT}files/", steps.files, name="files"),
    path("contributors/<int:key>/", contributors.contributor, name="contributor"),
    path("statistics/", yearly.statistics, name="statistics"),
    path("statistics/statistics.csv", yearly.download, name="statistics-csv"),
    path("confirm/<str:token>/", confirming.confirm, name="confirm"),
    path("my/contributions/", mine.listing, name="list"),
    path("my/contributions/<int:key>/", mine.detail, name="detail"),
    path("my/contributions/<int:key>/withdraw/", mine.withdraw, name="withdraw"),
    path("my/contributions/<int:key>/appeal/", mine.appeal, name="appeal"),
    path(f"{_DRAFT}<slug:step>/", steps.step, name="step"),
    path(f"{_DRAFT}<slug:step>/save.json", steps.autosave, name="autosave"),
]
