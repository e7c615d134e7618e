"""Actors: who did it. Every write that moves a point names one (L-7)."""

from dataclasses import dataclass
from enum import StrEnum

from loyalty.foundation.ids import Id, shown

_PREFIXES = {"key": "key", "member": "mem", "staff": "usr", "rule": "rul"}


class ActorKind(StrEnum):
    """The kinds of hands that may move points."""

    KEY = "key"
    MEMBER = "member"
    STAFF = "staff"
    RULE = "rule"
    JOB = "job"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: a kind, the id of its row if it has one, and a job's name if it has none."""

    kind: ActorKind
    id: Id | None = None
    name: str = ""

    @property
    def shown(self) -> str:
        """`key:key_…`, `staff:usr_…`, `job:expiry`: what statements and facts show."""
        who = shown(_PREFIXES[self.kind], self.id) if self.id else self.name
        return f"{self.kind}:{who}"


def job(name: str) -> Actor:
    """The actor of work that no person asked for."""
    return Actor(kind=ActorKind.JOB, name=name)
