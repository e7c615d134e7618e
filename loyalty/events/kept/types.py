"""Types: which events a programme knows, ours and its own."""

from loyalty.events.shapes import SCHEMAS
from loyalty.programs.models import Program


def event_types(program: Program) -> list[str]:
    """Every type of event that may be told, or is told by ourselves."""
    return [*SCHEMAS, *program.event_types]
