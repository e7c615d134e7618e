"""Addresses of the ledger, below `/v1/`."""

from django.urls import path

from loyalty.ledger.api import holds, me, members, merges, reports

urlpatterns = [
    path("me/entries", me.MyEntries.as_view(), name="me-entries"),
    path("me/expirations", me.MyExpirations.as_view(), name="me-expirations"),
    path("members/<str:member>/entries", members.Entries.as_view(), name="entries"),
    path("members/<str:member>/expirations", members.Expirations.as_view(), name="expirations"),
    path("members/<str:member>/adjustments", members.Adjustments.as_view(), name="adjustments"),
    path("members/<str:member>/transfers", members.Transfers.as_view(), name="transfers"),
    path("members/<str:member>/merge", members.Merges.as_view(), name="member-merge"),
    path("members/<str:member>/erase", members.Erasures.as_view(), name="member-erase"),
    path("merges/<str:merge>/undo", merges.Undoings.as_view(), name="merge-undo"),
    path("holds/<str:hold>", holds.OneHold.as_view(), name="hold"),
    path("holds/<str:hold>/release", holds.Releases.as_view(), name="hold-release"),
    path(
        "entries/<str:entry>/explanation",
        reports.EntryExplanation.as_view(),
        name="entry-explanation",
    ),
    path("reports/movements", reports.Movements.as_view(), name="report-movements"),
]
