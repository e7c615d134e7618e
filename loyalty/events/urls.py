"""Addresses of the events room, below `/v1/`."""

from django.urls import path

from loyalty.events import api

urlpatterns = [
    path("events", api.Events.as_view(), name="events"),
    path("holds/<str:hold>/capture", api.Captures.as_view(), name="hold-capture"),
    path("events/<str:event>", api.OneEvent.as_view(), name="event"),
    path("events/<str:event>/void", api.EventVoiding.as_view(), name="event-void"),
    path(
        "events/<str:event>/explanation", api.EventExplanation.as_view(), name="event-explanation"
    ),
]
