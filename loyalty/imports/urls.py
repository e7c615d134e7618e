"""Addresses of the imports room, below `/v1/`."""

from django.urls import path

from loyalty.imports.api import imports, uploads

urlpatterns = [
    path("imports", uploads.Imports.as_view(), name="imports"),
    path("imports/<str:import_id>", imports.OneImport.as_view(), name="import"),
    path("imports/<str:import_id>/rows", imports.Rows.as_view(), name="import-rows"),
    path("imports/<str:import_id>/report", imports.Report.as_view(), name="import-report"),
    path("imports/<str:import_id>/start", imports.Starting.as_view(), name="import-start"),
    path("imports/<str:import_id>/stop", imports.Stopping.as_view(), name="import-stop"),
    path("imports/<str:import_id>/undo", imports.UndoingImport.as_view(), name="import-undo"),
]
