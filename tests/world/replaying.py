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
from loyalty.members.models import Member
from loyalty.programs.models import Program
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken

STAFF = job("tests")
DOUBLE = {"kind": "per_amount", "points": 2, "per": 100}


def a_draft(program: Program, slug: str = "order", at: Any = NOON, **changed: Any) -> EarningRule:
    """A rule with a draft; nothing of it is live unless it was before."""
    told = a_rule(slug, **changed)
    revision = draft(program=program, definition=told, actor=STAFF, at=at)
    return EarningRule.objects.get(pk=revision.rule_id)


def asked(rule: EarningRule, *, change: str = "draft", days: int = 90, at: Any = NOON) -> WhatIf:
    """A what-if that waits for a worker."""
    return ask(program=rule.program, rule_id=rule.pk, change=change, days=days, actor=STAFF, at=at)


def worked_on(what_if: WhatIf, *, ranges: int = 1_000, at: Any = NOON) -> WhatIf:
    """The same after so many ranges, or when it is through."""
    for _range in range(ranges):
        if not run(lambda: run_some(program=what_if.program, what_if_id=what_if.pk, at=at)):
            break
    what_if.refresh_from_db()
    return what_if


def tried(rule: EarningRule, **how: Any) -> dict[str, Any]:
    """What comes of trying it."""
    tally: dict[str, Any] = worked_on(asked(rule, **how)).tally
    return tally


def days_ago(days: float) -> Any:
    return NOON - timedelta(days=days)


def a_past(*rules: dict[str, Any], **more: Any) -> Program:
    """Ada bought for 10.00 and 30.00, Grace for 20.00."""
    cafe: Program = a_cafe(*(rules or [a_rule()]), enrol_on_event=True, **more)
    taken(
        cafe,
        an_order("o1", total=1000, at=days_ago(9)),
        an_order("o2", total=3000, at=days_ago(5)),
        an_order("o3", total=2000, at=days_ago(3), member="ext:grace"),
    )
    return cafe


def sums_of(tally: dict[str, Any], currency: str = "stars") -> tuple[int, int, int]:
    """Points before and after, and the change of what is outstanding."""
    sums = tally["currencies"].get(currency, {})
    return sums.get("before", 0), sums.get("after", 0), sums.get("outstanding", 0)


def the_rule(slug: str = "order") -> EarningRule:
    """The rule of that slug."""
    return EarningRule.objects.select_related("program").get(slug=slug)


def the_member(name: str, cafe: Program) -> Member:
    """Ada or Grace."""
    return Member.objects.get(program=cafe, external_id=name)
