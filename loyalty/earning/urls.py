"""Addresses of the earning room."""

from django.urls import path

from loyalty.earning.api import Rule, Rules

urlpatterns = [
    path("rules", Rules.as_view(), name="rules"),
    path("rules/<str:rule>", Rule.as_view(), name="rule"),
]
