"""Background work. Valkey only wakes workers up: a lost, late or doubled task costs time, not points."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("wafa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
