"""Judging: what signals add up to. Pure: numbers in, checks and a verdict out (R-37 to R-41)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from referrals.guard.kinds import (
    BLOCK_RULES,
    COVERS,
    OF_HOUSEHOLDS,
    OF_NETWORKS,
    WEIGHTS,
    CheckResult,
    Signal,
    Verdict,
)
from referrals.plans.kinds import HouseholdPolicy
from referrals.plans.terms import GuardTerms

# What was seen of each signal: None where there is nothing to compare, 0 quiet, more fires.
Seen = Mapping[str, int | None]

WATCHED: Final = "watched"
HOUSEHOLD_AGAIN: Final = "household_again"
_VERDICTS: Final = {
    HouseholdPolicy.ONCE: Verdict.HOUSEHOLD,
    HouseholdPolicy.REVIEW: Verdict.REVIEW,
    HouseholdPolicy.BLOCK: Verdict.BLOCK,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """One signal after it was looked at."""

    signal: str
    result: CheckResult
    weight: int = 0
    value: int = 0
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """All that was looked at, what it adds up to, and what speaks loudest."""

    checks: tuple[Weighed, ...]
    verdict: Verdict
    score: int
    reasons: tuple[str, ...]
    is_household: bool = False


def judge(seen: Seen, *, terms: GuardTerms, is_watched: bool = False) -> Judgement:
    """Weigh what was seen: a block rule, else the household rule, else the sum against the preset."""
    checks = tuple(_weigh(signal, seen, terms) for signal in Signal if signal in seen)
    fired = [each for each in checks if each.result is CheckResult.FLAGGED]
    blocked = [each.signal for each in checks if each.result is CheckResult.BLOCKED]
    score = sum(each.weight for each in fired)
    names = {each.signal for each in fired}
    household = not blocked and is_household(names)
    loudest = sorted(fired, key=lambda each: (-each.weight, each.signal))
    reasons = tuple(blocked) or tuple(each.signal for each in loudest if each.weight)
    if blocked:
        verdict = Verdict.BLOCK
    elif household:
        verdict = _VERDICTS[HouseholdPolicy(terms.household)]
    else:
        verdict = _by_score(score, names, terms)
    if is_watched and verdict in {Verdict.PASS, Verdict.HOUSEHOLD}:
        verdict, reasons = Verdict.REVIEW, (WATCHED, *reasons)
    return Judgement(
        checks=checks, verdict=verdict, score=score, reasons=reasons, is_household=household
    )


def is_household(fired: set[str]) -> bool:
    """People who live together: one surname at one address or device, and nothing worse (R-40)."""
    lives_together = Signal.SAME_SURNAME in fired and bool(
        {Signal.SAME_ADDRESS, Signal.SAME_DEVICE} & fired
    )
    return lives_together and fired <= OF_HOUSEHOLDS


def _by_score(score: int, fired: set[str], terms: GuardTerms) -> Verdict:
    if fired <= OF_NETWORKS:
        return Verdict.PASS  # a shared network address alone never reaches review
    if terms.block_from is not None and score >= terms.block_from:
        return Verdict.BLOCK
    return Verdict.REVIEW if score >= terms.review_from else Verdict.PASS


def _weigh(signal: str, seen: Seen, terms: GuardTerms) -> Weighed:
    value = seen[signal]
    if signal in BLOCK_RULES:  # they hold in every preset and cannot be switched off
        result = CheckResult.BLOCKED if value else CheckResult.PASSED
        if value is None:
            return Weighed(signal=signal, result=CheckResult.SKIPPED, why="no_data")
        return Weighed(signal=signal, result=result, value=value)
    if signal in terms.switched_off:
        return Weighed(
            signal=signal, result=CheckResult.SKIPPED, value=value or 0, why="switched_off"
        )
    if value is None:
        return Weighed(signal=signal, result=CheckResult.SKIPPED, why="no_data")
    if value and seen.get(COVERS.get(signal, "")):
        return Weighed(signal=signal, result=CheckResult.SKIPPED, value=value, why="covered")
    if not value:
        return Weighed(signal=signal, result=CheckResult.PASSED)
    weight = terms.weights.get(signal, WEIGHTS[signal])
    return Weighed(signal=signal, result=CheckResult.FLAGGED, weight=weight, value=value)
