"""JSON lines on stdout, one per request and per job chunk (V-44), without secrets (S-61)."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# Keys of ours, webhook secrets, signed tokens, and whatever stands behind "Bearer".
SECRET = re.compile(
    r"wafa_[sp]k_[A-Za-z0-9_]+|whsec_[A-Za-z0-9+/=]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=[Bb]earer )\S+"
)
# What a client sent, as Django's own records carry it along.
UNWANTED = {"request", "server_time", "status_code"}


def without_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Blacken whatever looks like a credential, in every text of a line."""
    return {name: _blackened(value) for name, value in line.items() if name not in UNWANTED}


def _blackened(value: Any) -> Any:
    return SECRET.sub("[secret]", value) if isinstance(value, str) else value


COMMON: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.format_exc_info,
    structlog.processors.EventRenamer("message"),
    without_secrets,
]


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
                ],
                "foreign_pre_chain": COMMON,
            },
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Our own line says the same, with the route in place of the path.
            "django.server": {"handlers": [], "propagate": False},
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "pgtrigger": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def configure() -> None:
    """Send structlog through the standard library, so that both look alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
