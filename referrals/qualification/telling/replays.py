"""Replays as doors tell them: another guard as it was told, and the matrix as it came out (R-46)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from loyalty.foundation.ids import shown
from loyalty.foundation.refusals import NotFound
from loyalty.programs.tenants import Program
from referrals.guard.replaying import Cell, Replay
from referrals.plans.models import ReferralPlan
from referrals.plans.publishing import live_version
from referrals.plans.terms import GuardTerms, terms_of


def plan_named(program: Program, slug: str) -> ReferralPlan:
    """The programme's plan of that short name; raises NotFound."""
    row = ReferralPlan.objects.filter(program=program, slug=slug).first()
    if row is None or live_version(row) is None:
        raise NotFound
    return row


def guard_told(plan: ReferralPlan, told: Mapping[str, Any]) -> GuardTerms:
    """The plan's own guard, with what was told in its place."""
    version = live_version(plan)
    assert version is not None, "a plan is replayed once it was live"
    own = terms_of(version).guard
    household = told.get("household", own.household)
    terms = (
        GuardTerms.read(told["preset"], household=household)
        if "preset" in told
        else replace(own, household=household)
    )
    return replace(
        terms,
        weights={**terms.weights, **told.get("weights", {})},
        review_from=told.get("review_from", terms.review_from),
        block_from=told.get("block_from", terms.block_from),
    )


def show_replay(found: Replay) -> dict[str, Any]:
    """The matrix of old against new verdicts, with samples."""
    return {
        "looked_at": found.looked_at,
        "matrix": [
            {"before": before, "after": after, **_cell(cell)}
            for (before, after), cell in sorted(found.matrix.items())
        ],
        "false_alarms": _cell(found.false_alarms),
        "misses": _cell(found.misses),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"count": cell.count, "samples": [shown("ref", each) for each in cell.samples]}
