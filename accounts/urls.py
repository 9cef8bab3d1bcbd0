"""The addresses of accounts, beneath /<language>/accounts/; the provider's stand in the root, without language."""

from django.urls import include, path

from accounts import account_views

urlpatterns = [
    path("challenge/", account_views.challenge, name="account_challenge"),
    path("login/", account_views.sign_in, name="account_login"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    # In allauth's place, under its name: each session can be closed by itself, and a list is one query.
    path("sessions/", account_views.sessions, name="usersessions_list"),
]
