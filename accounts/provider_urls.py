"""The two addresses of a provider, without a language: a provider knows the portal by one address, not by three."""

from allauth.socialaccount.providers.openid_connect import views
from django.urls import path

from accounts import account_views

urlpatterns = [
    path("oidc/<str:provider_id>/login/", account_views.leave_for_provider, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
