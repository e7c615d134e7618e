"""Addresses of access."""

from django.urls import path

from loyalty.access.api import ProgramDocument

urlpatterns = [
    path("program", ProgramDocument.as_view(), name="program"),
]
