"""Applicants: what a stranger tells, and how it is sealed while it waits (S-54)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from loyalty.foundation import sealing
from loyalty.foundation.ids import Id

TERMS: Final = "terms"  # the purpose under which agreeing to the terms is kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Yes:
    """What somebody said yes to, and the version of the words that they saw."""

    purpose: str
    text_version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """Who wants to join. `birthday` is MM-DD, `came_by` a referral's code or the visitor of its cookie."""

    email: str
    language: str
    first_name: str = ""
    birthday: str = ""
    came_by: str = ""
    agreed: Sequence[Yes] = ()

    def has_agreed_to(self, *, terms_number: int) -> bool:
        """Whether the box was ticked beside these very terms."""
        return Yes(purpose=TERMS, text_version=str(terms_number)) in self.agreed

    def sealed(self, *, about: Id) -> bytes:
        """Readable with our keys alone, and as nobody else's row."""
        return sealing.seal(json.dumps(asdict(self)).encode(), about=about.bytes)

    @classmethod
    def unsealed(cls, sealed: bytes, *, about: Id) -> Self:
        """What was sealed about this row."""
        told: dict[str, Any] = json.loads(sealing.unseal(sealed, about=about.bytes))
        agreed = [Yes(**each) for each in told.pop("agreed")]
        return cls(**told, agreed=agreed)
