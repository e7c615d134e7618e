"""Trace: from where and under which request id something is done, for the audit log only (S-62).

The one value here that rules do not receive by argument: hundreds of signatures would carry it for one reader.
"""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """The request behind a deed; empty for jobs and commands."""

    address: str | None = None
    request_id: str = ""


current: ContextVar[Trace] = ContextVar("wafa_trace", default=Trace())  # noqa: B039 (it is frozen)
