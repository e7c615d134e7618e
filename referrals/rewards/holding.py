"""Holding: the one lock of a referral: the accounts of its friend and advocate, all in one call (the house, 4)."""

from collections.abc import Iterable
from datetime import datetime

from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.rows.states import Book
from loyalty.programs.tenants import PointCurrency, Program
from referrals.attribution.models import Referral


@inside_unit_of_work
def hold_members(
    *,
    program: Program,
    referrals: Iterable[Referral],
    currencies: Iterable[PointCurrency],
    at: datetime,
) -> Book:
    """Hold the members of these referrals until the transaction ends, lowest account first.

    What is read of the referrals after this is what is decided upon.
    """
    members = {row.friend_id for row in referrals}
    members |= {row.advocate_member_id for row in referrals if row.advocate_member_id}
    if not members:
        return {}
    ids = [each.pk for each in currencies]
    return lock_accounts(program=program, member_ids=members, currency_ids=ids, at=at)
