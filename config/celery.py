"""Background work. Valkey only wakes workers up: a lost, late or doubled task costs time, not points."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init
from kombu.entity import Queue
from kombu.transport import redis as _loaded_now_and_not_in_the_first_request  # noqa: F401

from config.embedded.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("WAFA_ROLE", "jobs")

HARD_SECONDS_MAX = 120
SOFT_SECONDS_MAX = 90
# A task that is not acknowledged is handed out again after this: well over the hard limit.
VISIBILITY_SECONDS = 600
TICK_SECONDS = 15
SOCKET_SECONDS_MAX = 0.5  # publishing to a dead broker never holds a request up (V-15)

SETTINGS: dict[str, Any] = {
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # a worker waits for its broker for ever
    "broker_transport_options": {
        "visibility_timeout": VISIBILITY_SECONDS,
        "socket_timeout": SOCKET_SECONDS_MAX,
        "socket_connect_timeout": SOCKET_SECONDS_MAX,
        "max_retries": 0,  # or opening a channel for publishing would try for ever
        "global_keyprefix": "wafa:",
    },
    "task_publish_retry": False,
    # V-20: a task lives until its work is done, whoever dies meanwhile.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "task_time_limit": HARD_SECONDS_MAX,
    "task_soft_time_limit": SOFT_SECONDS_MAX,
    "worker_max_tasks_per_child": 1_000,
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    # A worker that is told no queue takes from all of them.
    "task_queues": [Queue("wafa"), Queue("wafa.webhooks"), Queue("wafa.imports")],
    "task_default_queue": "wafa",
    "task_routes": {
        "loyalty.webhooks.*": {"queue": "wafa.webhooks"},
        "loyalty.imports.*": {"queue": "wafa.imports"},
    },
    "enable_utc": True,
    "timezone": "UTC",
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    # V-21: the metronome knows one task. A tick that nobody took before the next one is dropped.
    "beat_scheduler": "django_celery_beat.schedulers:DatabaseScheduler",
    "beat_schedule": {
        "tick": {
            "task": "loyalty.outbox.tick",
            "schedule": float(TICK_SECONDS),
            "options": {"expires": TICK_SECONDS},
        }
    },
}

app = Celery("wafa")
app.conf.update(SETTINGS)
app.config_from_object("django.conf:settings", namespace="CELERY")  # the broker's address
app.autodiscover_tasks()


@beat_embedded_init.connect
def end_with_the_worker(**_signal: object) -> None:
    """Not even a killed worker leaves a metronome behind."""
    die_with_parent()
