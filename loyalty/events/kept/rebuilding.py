"""Rebuilding: tier days worked out again from the ledger's rows and kept orders; tiers follow (T-7, V-36)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from loyalty.events.kept.counted import bought_by_day
from loyalty.foundation.ids import Id
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import unit_of_work
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.correcting import correct_days
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.proving import by_program, member_ranges, put_right


@rebuilds("tier-days")
def rebuild_tier_days(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Each member's days by what they bought and earned; whose days were wrong is put on the tier of the right ones."""
    for part in member_ranges(scope):
        for program, member_ids in by_program(part):
            at = now_of(program)
            wrong = recount(program=program, member_ids=member_ids, at=at, dry_run=dry_run)
            yield from wrong
            if wrong and not dry_run:
                put_right(program=program, member_ids=member_ids, at=at)


@unit_of_work
def recount(
    *, program: Program, member_ids: Sequence[Id], at: datetime, dry_run: bool
) -> list[Difference]:
    """What the days of these members should say; unless it is only asked, they say so afterwards."""
    lock_members(program=program, member_ids=member_ids, at=at)
    bought = bought_by_day(program=program, member_ids=member_ids)
    return correct_days(
        program=program, member_ids=member_ids, bought=bought, at=at, dry_run=dry_run
    )
