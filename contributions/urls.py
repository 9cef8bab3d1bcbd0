"""The addresses of contributing, under every language."""

from typing import Any

app_name = "contributions"
urlpatterns: list[Any] = []
