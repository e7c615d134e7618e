"""Addresses of the members room, below `/v1/`."""

from django.urls import path

from loyalty.members import api

urlpatterns = [
    path("me", api.Me.as_view(), name="me"),
    path("me/consents", api.MyConsents.as_view(), name="me-consents"),
    path("cards/identify", api.Cards.as_view(), name="cards-identify"),
    path("members", api.Members.as_view(), name="members"),
    path("members/<str:member>", api.OneMember.as_view(), name="member"),
    path("members/<str:member>/status", api.MemberStatusDoor.as_view(), name="member-status"),
    path("members/<str:member>/consents", api.MemberConsents.as_view(), name="member-consents"),
    path("members/<str:member>/export", api.MemberExport.as_view(), name="member-export"),
    path("members/<str:member>/tokens", api.MemberTokens.as_view(), name="member-tokens"),
]
