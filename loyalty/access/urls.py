"""Addresses of access."""

from django.urls import path

from loyalty.access.program_api import ProgramDocument

urlpatterns = [
    path("program", ProgramDocument.as_view(), name="program"),
]
