"""What this room announces. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PlanPublished(Fact):
    """A version of a referral plan went live."""

    name: ClassVar[str] = "referral_plan.published"
    plan_id: Id
    version_id: Id
    number: int
