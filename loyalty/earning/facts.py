"""What earning announces; points themselves are told by the ledger."""

from dataclasses import dataclass

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Fact):
    """A rule was published, paused or ended. `state` is the new one, `version` the revision concerned."""

    name = "rule.changed"
    rule_id: Id
    state: str
    version: int


@dataclass(frozen=True, kw_only=True)
class BudgetExhausted(Fact):
    """A budget has given all it had for this period; `rule_id` is absent for the budget of the programme."""

    name = "budget.exhausted"
    rule_id: Id | None = None
    period: str
    cap: int


@dataclass(frozen=True, kw_only=True)
class RuleFailed(Fact):
    """A condition of a rule could not be worked out: `events` times in one unit, last for `event_id` (E-22)."""

    name = "rule.failed"
    rule_id: Id
    version: int
    condition: int
    event_id: Id
    events: int
