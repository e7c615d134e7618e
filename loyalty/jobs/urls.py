"""Addresses of jobs, below /v1."""

from django.urls import path

from loyalty.jobs import api

urlpatterns = [
    path("test-clock", api.TestClock.as_view(), name="test-clock"),
    path("test-clock/advance", api.TestClockAdvance.as_view(), name="test-clock-advance"),
]
