"""What-ifs of the cast: drafts and ends tried on the past, and worked on until they are through."""

from datetime import timedelta
from typing import Any

from loyalty.earning.models import EarningRule
from loyalty.earning.replaying.asking import ask
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.replaying.running import run_some
from loyalty.earning.rules.publishing import draft
from loyalty.foundation.actors import job
from loyalty.foundation.units import run
from loyalty.programs.models import Program
from tests.world.earning import NOON, a_rule

STAFF = job("tests")
DOUBLE = {"kind": "per_amount", "points": 2, "per": 100}


def a_draft(program: Program, slug: str = "order", at: Any = NOON, **changed: Any) -> EarningRule:
    """A rule with a draft; nothing of it is live unless it was before."""
    told = a_rule(slug, **changed)
    revision = draft(program=program, definition=told, actor=STAFF, at=at)
    return EarningRule.objects.get(pk=revision.rule_id)


def asked(rule: EarningRule, *, change: str = "draft", days: int = 90, at: Any = NOON) -> WhatIf:
    """A what-if that waits for a worker."""
    return ask(
        program=rule.program, rule_id=rule.pk, change=change, days=days, actor=STAFF, at=at
    )


def worked_on(what_if: WhatIf, *, ranges: int = 1_000, at: Any = NOON) -> WhatIf:
    """The same after so many ranges, or when it is through."""
    for _range in range(ranges):
        if not run(
            lambda: run_some(program=what_if.program, what_if_id=what_if.pk, at=at)
        ):
            break
    what_if.refresh_from_db()
    return what_if


def tried(rule: EarningRule, **how: Any) -> dict[str, Any]:
    """What comes of trying it."""
    tally: dict[str, Any] = worked_on(asked(rule, **how)).tally
    return tally


def days_ago(days: float) -> Any:
    return NOON - timedelta(days=days)
