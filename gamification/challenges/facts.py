"""What this room announces. Ids and plain values only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ChallengeFact(Fact):
    """What all facts about an attempt say."""

    challenge_id: Id
    version_id: Id
    attempt_id: Id
    occasion: str


@dataclass(frozen=True, kw_only=True)
class ChallengeJoined(ChallengeFact):
    """A member took a challenge up."""

    name: ClassVar[str] = "challenge.joined"


@dataclass(frozen=True, kw_only=True)
class ChallengeCompleted(ChallengeFact):
    """A member has done what the challenge asks."""

    name: ClassVar[str] = "challenge.completed"


@dataclass(frozen=True, kw_only=True)
class ChallengeBackfilled(ChallengeFact):
    """A challenge was found done by what happened before it went live; nobody is told (G-25)."""

    name: ClassVar[str] = "challenge.backfilled"


@dataclass(frozen=True, kw_only=True)
class ChallengeReopened(ChallengeFact):
    """What came back leaves the challenge undone; the prize was taken back (G-53)."""

    name: ClassVar[str] = "challenge.reopened"
