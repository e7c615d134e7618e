"""Rebuilding: tallies worked out again from deeds (G-9, G-17)."""

from collections.abc import Iterator
from datetime import datetime

from gamification.criteria.life.catalogue import book_of
from gamification.criteria.tallying import differing, fill, forget
from gamification.deeds.rebuilding import members_in
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import rehearse, unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, currencies_of


@rebuilds("tallies")
def rebuild_tallies(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Every tally of these members against the set query; one that differs makes all of the member's unknown and new."""
    for program, member_id in members_in(scope):
        work = rehearse(rebuild_member, answer=list) if dry_run else rebuild_member
        yield from work(program=program, member_id=member_id, at=now_of(program))


@unit_of_work
def rebuild_member(*, program: Program, member_id: Id, at: datetime) -> list[Difference]:
    """One member's tallies; answers what was wrong."""
    currencies = [each.pk for each in currencies_of(program).values()]
    lock_accounts(program=program, member_ids=[member_id], currency_ids=currencies, at=at)
    book = book_of(program)
    measures = book.tallied(book.kinds)
    wrong = differing(measures, member_id=member_id)
    if wrong:
        forget(member_ids=[member_id])
        fill(measures, member_ids=[member_id])
    return [
        Difference(
            row=f"{shown('msr', measure_id)} {shown('mem', member_id)} {key}",
            found=str(found),
            rebuilt=str(should),
        )
        for measure_id, key, found, should in wrong
    ]
