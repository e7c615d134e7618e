"""Addresses of the checkout room, below `/v1/`."""

from django.urls import path

from loyalty.checkout import api

urlpatterns = [
    path("quotes", api.Quotes.as_view(), name="quotes"),
    path("quotes/<str:quote>", api.OneQuote.as_view(), name="quote"),
    path("holds", api.Holds.as_view(), name="holds"),
]
