"""JSON logs, one object a line, each with the request's id. No bodies, no secrets."""

import re
from typing import Any

import structlog

_HOOK_KEY = re.compile(
    r"(/hooks/[^/\s]+/|/calendar/(?=[^/\s?]+\.ics)|/wallboard/(?=[\w-]{20}))[^/\s?]+"
)


def mask_hook_keys(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The key in the address of a hook, calendar or wallboard is a secret; the rest says enough."""
    return {
        name: _HOOK_KEY.sub(r"\1…", value) if isinstance(value, str) else value
        for name, value in event.items()
    }


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    mask_hook_keys,
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # An unknown address or a refused request is the client's news, not ours.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "celery": {"level": "WARNING"},  # every task's beginning and end is no news
    },
}


def configure_structlog() -> None:
    """Send structlog's own loggers through the same handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # what nobody wants is not put together first
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
