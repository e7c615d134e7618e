"""Origins: the storefronts' pages that a programme knows, by its publishable keys (S-10)."""

from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
from loyalty.foundation.ids import Id


def origins_of(program_id: Id) -> list[str]:
    """Every origin that a publishable key of this programme lists, each once; one query."""
    listed = ApiKey.objects.filter(
        program_id=program_id, kind=KeyKind.PUBLISHABLE, revoked_at=None
    ).values_list("origins", flat=True)
    return sorted({origin for origins in listed for origin in origins})
