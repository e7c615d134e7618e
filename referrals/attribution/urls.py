"""Addresses of the room: touches below `/v1/`, and links below `/r/`."""

from django.urls import URLPattern, path

from referrals.attribution import api

urlpatterns = [path("referral-touches", api.ReferralTouches.as_view(), name="referral-touches")]
links: list[URLPattern] = [path("<str:code>", api.follow_link, name="referral-link")]
