"""Reviewing: checks are kept, doubtful referrals stand in front of people, households pass once (R-38, R-41 to R-43)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import short_digest
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.codes.models import Advocate
from referrals.guard.judging import Judgement
from referrals.guard.kinds import BLOCK_RULES, RULES_VERSION, Decision, Signal, Stage
from referrals.guard.models import ReferralCheck, ReferralReview

WATCH_FROM: Final = 5
WATCH_WITHIN: Final = timedelta(days=30)
GUARD_REASONS: Final = tuple(str(each) for each in Signal)


@inside_unit_of_work
def keep_checks(judged: Mapping[Id, Judgement], *, stage: Stage, at: datetime) -> None:
    """Keep every signal that was looked at; a second look at the same stage takes the place of the first (R-38)."""
    rows = [
        ReferralCheck(
            referral_id=referral_id,
            stage=stage,
            signal=check.signal,
            result=check.result,
            weight=check.weight,
            value=check.value,
            why=check.why,
            rules_version=RULES_VERSION,
            at=at,
        )
        for referral_id in sorted(judged)
        for check in sorted(judged[referral_id].checks, key=lambda each: each.signal)
    ]
    ReferralCheck.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["referral", "stage", "signal"],
        update_fields=["result", "weight", "value", "why", "rules_version", "at"],
    )


@inside_unit_of_work
def open_reviews(reasons: Mapping[Id, Sequence[str]], *, at: datetime) -> None:
    """Put these referrals in front of people, with what speaks against each; no time decides them (R-43)."""
    ReferralReview.objects.bulk_create(
        ReferralReview(referral_id=referral_id, reasons=list(reasons[referral_id]), opened_at=at)
        for referral_id in sorted(reasons)
    )


@inside_unit_of_work
def close_reviews(
    referral_ids: Collection[Id], *, decision: Decision, reason: str, actor: Actor, at: datetime
) -> int:
    """Close the open reviews of these referrals with what was decided and why."""
    rows = ReferralReview.objects.filter(referral_id__in=referral_ids, decided_at=None)
    return rows.update(
        decided_at=at, decision=decision, reason=reason[:200], decided_by=actor.shown[:120]
    )


def household_key(home: str, *, program: Program) -> bytes:
    """One household under a keyed hash."""
    return short_digest(home, purpose=f"referral.household:{program.pk}")


@inside_unit_of_work
def admitted(rows: Iterable[Referral]) -> set[Id]:
    """Which of these referrals, each with its household, are the first of it to pass (household_passes_once, R-41).

    Households are held one after the other, so that of two at the same moment one passes and one is looked at.
    """
    waiting = sorted(rows, key=lambda row: (row.plan_id, bytes(row.household or b""), row.pk))
    keys = [f"{row.plan_id}:{bytes(row.household or b'').hex()}" for row in waiting]
    if not waiting:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (SELECT DISTINCT key FROM unnest(%s::text[])"
            " AS key ORDER BY key) AS held",
            [keys],
        )
    there = Referral.objects.filter(
        plan_id__in={row.plan_id for row in waiting},
        household__in=[row.household for row in waiting],
        as_household=True,
        state__in=(ReferralState.PENDING, ReferralState.APPROVED),
    )
    taken = {(row.plan_id, bytes(row.household or b"")) for row in there}
    passed = set()
    for row in waiting:
        place = (row.plan_id, bytes(row.household or b""))
        if place not in taken:
            taken.add(place)
            passed.add(row.pk)
    return passed


@inside_unit_of_work
def watch(advocate_ids: Collection[Id], *, at: datetime) -> None:
    """Watch advocates of whom the guard has stopped five referrals within 30 days; people decide the rest (R-42)."""
    if not advocate_ids:
        return
    blocked = (
        Referral.objects.filter(
            advocate_id__in=advocate_ids,
            state=ReferralState.REJECTED,
            why__in=GUARD_REASONS,
            story__to_state=ReferralState.REJECTED,
            story__at__gt=at - WATCH_WITHIN,
        )
        .values("advocate_id")
        .annotate(times=Count("pk", distinct=True))
        .filter(times__gte=WATCH_FROM)
    )
    ids = [row["advocate_id"] for row in blocked]
    Advocate.objects.filter(pk__in=ids, watched_at=None).update(watched_at=at)


def is_block_rule(why: str) -> bool:
    """Whether a referral was stopped by a rule that no approval skips (R-27, R-37)."""
    return why in set(BLOCK_RULES)
