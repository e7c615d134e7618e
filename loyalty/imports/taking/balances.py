"""Balances from files: each row is one lot with its own beginning and end (E-88)."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.events.intake.refusing import MemberUnknown
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import DomainError
from loyalty.imports.kinds import (
    ROWS_AT_ONCE_MAX,
    ImportKind,
    RowStatus,
    ToldRow,
    Verdict,
    Work,
)
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.refusals import PartlySpent, UsedSince
from loyalty.imports.taking.openings import COLUMNS, Opening, Terms, opening_in, terms_of
from loyalty.imports.taking.takers import Taker, register
from loyalty.imports.taking.values import (
    key_of,
    meet_each_other,
    meet_taken,
    month_of,
    release,
)
from loyalty.ledger.claiming import claim
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.posting import post
from loyalty.ledger.reports.statements import Credit, credits_of
from loyalty.ledger.rows.claims import ClaimWish, Covered
from loyalty.members.finding import EXTERNAL, Found, find_members, survivors_of
from loyalty.members.kinds import MemberStatus
from loyalty.programs.calendar import local_day
from loyalty.programs.models import PointCurrency

REASON: Final = "import"


def check_balances(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Which of these would open a lot."""
    return [verdict for verdict, _opening in _judged(work, rows)]


def take_balances(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Open a lot for each new row, under the members' locks."""
    judged = _judged(work, rows)
    fresh = [(verdict, told) for verdict, told in judged if verdict.is_new and told]
    if not fresh:
        return [verdict for verdict, _told in judged]
    book = lock_accounts(
        program=work.program,
        member_ids={verdict.member_id for verdict, _told in fresh if verdict.member_id},
        currency_ids={told.currency.pk for _verdict, told in fresh},
        at=work.at,
    )
    release([verdict.key for verdict, _told in fresh], work=work, kind=ImportKind.BALANCES)
    posted = post(
        program=work.program,
        movements=[_movement(work, verdict, told) for verdict, told in fresh],
        actor=work.actor,
        at=work.at,
        partial=True,
        accounts=book,
        approved_by_id=work.approved_by_id,
    )
    for (verdict, _told), each in zip(fresh, posted, strict=True):
        if each.refusal is not None:
            verdict.refuse(each.refusal)
        verdict.target_id = each.entry_id
    return [verdict for verdict, _told in judged]


def undo_balances(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Take back what is left of each lot; what was spent is listed (E-89)."""
    survivors = survivors_of({row.member_id for row in rows if row.member_id})
    brought = credits_of(
        program=work.program, entry_ids=[row.target_id for row in rows if row.target_id]
    )
    wishes = {
        row.number: _wish(
            work, brought[row.target_id], number=row.number, member_id=survivors[row.member_id]
        )
        for row in rows
        if row.member_id and row.target_id in brought
    }
    covered = claim(
        program=work.program,
        wishes=list(wishes.values()),
        actor=work.actor,
        at=work.at,
        approved_by_id=work.approved_by_id,
        reason=REASON,
    )
    came_to = dict(zip(wishes, covered, strict=True))
    slugs = dict(PointCurrency.objects.filter(program=work.program).values_list("pk", "slug"))
    verdicts = []
    for row in rows:
        verdict = _undone(row, came_to.get(row.number))
        if row.number in wishes:
            verdict.currency = slugs[wishes[row.number].currency_id]
        verdicts.append(verdict)
    return verdicts


def _wish(work: Work, credit: Credit, *, number: int, member_id: Id) -> ClaimWish:
    return ClaimWish(
        member_id=member_id,
        currency_id=credit.currency_id,
        earning_id=credit.entry_id,
        points=credit.points,
        source_key=f"{shown(Import.prefix, work.import_id)}/{number}/undo",
        occurred_at=work.at,
        only_own=True,
        counts_for_tier=credit.counts_for_tier,
        day=local_day(credit.occurred_at, work.program.zone),
    )


def _undone(row: ImportRow, covered: Covered | None) -> Verdict:
    verdict = Verdict(row.number, status=RowStatus.UNDONE)
    if covered is None:
        verdict.status, verdict.refusal = RowStatus.KEPT, UsedSince()
        return verdict
    verdict.points, verdict.spent = covered.moved, covered.waived
    if covered.waived:
        verdict.refusal = PartlySpent(taken=covered.moved, spent=covered.waived)
    return verdict


def _judged(work: Work, rows: Sequence[ToldRow]) -> list[tuple[Verdict, Opening | None]]:
    terms = terms_of(work)
    judged = [_read(row, work=work, terms=terms) for row in rows]
    verdicts = [verdict for verdict, _told in judged]
    meet_each_other(verdicts)
    _meet_members(work, judged)
    meet_taken(verdicts, work=work, kind=ImportKind.BALANCES)
    return judged


def _read(row: ToldRow, *, work: Work, terms: Terms) -> tuple[Verdict, Opening | None]:
    verdict = Verdict(row.number)
    if row.bad is not None:
        verdict.refuse(row.bad)
        return verdict, None
    try:
        told = opening_in(row.told, terms=terms, zone=work.program.zone)
    except DomainError as refusal:
        verdict.refuse(refusal)
        return verdict, None
    verdict.key = key_of(
        work, ImportKind.BALANCES, told.external_id, told.currency.slug, told.reference
    )
    verdict.points, verdict.currency = told.points, told.currency.slug
    verdict.month = month_of(told.ends_at, zone=work.program.zone)
    return verdict, told


def _meet_members(work: Work, judged: Sequence[tuple[Verdict, Opening | None]]) -> None:
    references = {f"{EXTERNAL}{told.external_id}" for _verdict, told in judged if told}
    found: Mapping[str, Found] = find_members(program=work.program, told=references)
    for verdict, told in judged:
        if told is None or not verdict.is_new:
            continue
        member = found.get(f"{EXTERNAL}{told.external_id}")
        if member is None or member.member.status == MemberStatus.ERASED:
            verdict.refuse(MemberUnknown(pointer="/external_id"))
        else:
            verdict.member_id = member.member.pk


def _movement(work: Work, verdict: Verdict, told: Opening) -> Movement:
    return Movement(
        member_id=verdict.member_id,
        currency_id=told.currency.pk,
        kind=EntryKind.OPENING,
        points=told.points,
        source_key=f"{shown(Import.prefix, work.import_id)}/{verdict.number}",
        occurred_at=told.earned_at,
        reason=REASON,
        counts_for_tier=told.counts_for_tier,
        is_imported=True,
        terms=LotTerms(
            expires_at=told.ends_at, policy=told.policy, origin=told.origin, worth=told.worth
        ),
    )


register(
    Taker(
        kind=ImportKind.BALANCES,
        about=_("Points that members have already: one lot a row."),
        columns=COLUMNS,
        check=check_balances,
        take=take_balances,
        undo=undo_balances,
        undone_at_once=ROWS_AT_ONCE_MAX,
    )
)
