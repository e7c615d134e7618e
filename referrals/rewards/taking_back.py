"""Taking back: after a late return both rewards come back as far as the plan says, once per return and grant (R-34 to R-36)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.claiming import claim
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.rows.claims import ClaimWish
from loyalty.ledger.rows.states import Book
from loyalty.members.finding import survivors_of
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program, currencies_of
from referrals.attribution.models import Referral
from referrals.plans.kinds import RewardKind, Take
from referrals.plans.terms import terms_of
from referrals.rewards.capping import free, give_back
from referrals.rewards.facts import RewardReversed
from referrals.rewards.handing_out import beneficiary_of, fields_of
from referrals.rewards.kinds import GrantState, Side
from referrals.rewards.models import GrantReversal, ReferralGrant
from referrals.rewards.welcoming import recovered_vouchers

# How far a claim of the ledger reaches: down to zero, or into debt where the currency can owe.
_REACH: Final = {Take.UNSPENT: "within_balance", Take.FULL: "owe"}


@inside_unit_of_work
def take_back(
    referrals: Sequence[Referral],
    *,
    sources: Mapping[Id, Id],
    program: Program,
    book: Book,
    actor: Actor,
    at: datetime,
) -> None:
    """Take both rewards of these referrals back; `sources` are the returns that asked for it, by referral.

    The members are locked (`book`). A cap's place and the budget are free again only where all came back (R-36).
    """
    rows = {row.pk: row for row in referrals}
    grants = list(
        ReferralGrant.objects.filter(referral_id__in=rows, state=GrantState.GRANTED).order_by("pk")
    )
    promised = ReferralGrant.objects.filter(referral_id__in=rows, state=GrantState.PROMISED)
    promised.update(state=GrantState.CANCELLED, why="reversed")
    recovered = _claimed(grants, rows, sources, program=program, book=book, actor=actor, at=at)
    reversals = []
    for grant in grants:
        grant.state, grant.recovered = GrantState.REVERSED, recovered[grant.pk]
        reversals.append(
            GrantReversal(
                grant=grant,
                source_id=sources[grant.referral_id],
                amount=grant.recovered,
                at=at,
            )
        )
    update_rows(grants, ["state", "recovered"])
    GrantReversal.objects.bulk_create(reversals)
    _free(grants, rows, program=program)
    announce(
        [
            RewardReversed(
                **fields_of(grant, rows[grant.referral_id], at=at), recovered=grant.recovered
            )
            for grant in grants
        ]
    )


@inside_unit_of_work
def note_late_return(
    referrals: Sequence[Referral], *, sources: Mapping[Id, Id], at: datetime
) -> None:
    """A return after the time for taking back: it leaves a note with each grant, and takes nothing (R-34)."""
    ids = [row.pk for row in referrals]
    grants = ReferralGrant.objects.filter(referral_id__in=ids, state=GrantState.GRANTED)
    GrantReversal.objects.bulk_create(
        [
            GrantReversal(grant=grant, source_id=sources[grant.referral_id], amount=0, at=at)
            for grant in grants.order_by("pk")
        ],
        ignore_conflicts=True,
    )


def _claimed(
    grants: Sequence[ReferralGrant],
    rows: Mapping[Id, Referral],
    sources: Mapping[Id, Id],
    *,
    program: Program,
    book: Book,
    actor: Actor,
    at: datetime,
) -> dict[Id, int]:
    """What came back of each grant: points by claims of the ledger, unused vouchers, payables that nobody has paid."""
    owners = _owners(grants, rows, program=program, book=book, at=at)
    came_back: dict[Id, int] = {}
    wishes: list[tuple[ReferralGrant, ClaimWish]] = []
    vouchers: list[ReferralGrant] = []
    for grant in grants:
        row = rows[grant.referral_id]
        take = terms_of(row.version).clawback_take
        came_back[grant.pk] = 0
        if take is Take.KEEP:
            continue
        if grant.kind == RewardKind.PAYABLE:
            came_back[grant.pk] = 0 if grant.paid_out_at else grant.amount
        elif grant.kind == RewardKind.VOUCHER:
            vouchers.append(grant)
        elif member_id := owners.get(grant.pk):
            wish = _wish(grant, row, member_id, source=sources[row.pk], take=take, at=at)
            if wish is not None and not book[wish.purse].is_closed:
                wishes.append((grant, wish))
    covered = claim(
        program=program,
        wishes=[wish for _grant, wish in wishes],
        actor=actor,
        at=at,
        accounts=book,
    )
    for (grant, _wish_told), each in zip(wishes, covered, strict=True):
        came_back[grant.pk] = each.asked - each.waived
    return came_back | recovered_vouchers(vouchers, program=program, at=at)


def _owners(
    grants: Sequence[ReferralGrant],
    rows: Mapping[Id, Referral],
    *,
    program: Program,
    book: Book,
    at: datetime,
) -> dict[Id, Id]:
    """Who answers for each grant today: after a merge the survivor, whose accounts are held as well."""
    owners = {
        grant.pk: member_id
        for grant in grants
        if (member_id := beneficiary_of(grant, rows[grant.referral_id])) is not None
    }
    survivors = survivors_of(set(owners.values()))
    held = {member_id for member_id, _currency in book}
    missing = set(survivors.values()) - held
    if missing:
        currencies = [each.pk for each in currencies_of(program).values()]
        book |= lock_accounts(program=program, member_ids=missing, currency_ids=currencies, at=at)
    return {grant_id: survivors[member_id] for grant_id, member_id in owners.items()}


def _wish(
    grant: ReferralGrant,
    row: Referral,
    member_id: Id,
    *,
    source: Id,
    take: Take,
    at: datetime,
) -> ClaimWish | None:
    if grant.entry_id is None or grant.currency_id is None:
        return None
    return ClaimWish(
        member_id=member_id,
        currency_id=grant.currency_id,
        earning_id=grant.entry_id,
        points=grant.amount,
        source_key=f"{row.shown_id}/{grant.side}/{shown('evt', source)}",
        occurred_at=at,
        take=_REACH[take],
    )


def _free(
    grants: Sequence[ReferralGrant], rows: Mapping[Id, Referral], *, program: Program
) -> None:
    whole = [grant for grant in grants if grant.recovered == grant.amount]
    advocates = [rows[grant.referral_id] for grant in whole if grant.side == Side.ADVOCATE]
    free(advocates, program=program)
    by_plan: dict[Id, int] = {}
    for grant in whole:
        plan_id = rows[grant.referral_id].plan_id
        by_plan[plan_id] = by_plan.get(plan_id, 0) + grant.cost
    give_back(by_plan)
