"""Terms (E-55, E-56): when what a rule gives opens, and when it ends; and what a programme says about all its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from loyalty.earning.basis import Switches
from loyalty.earning.kinds import Terms
from loyalty.earning.rules.clauses import Clause, PerPeriod
from loyalty.earning.rules.compiling import CurrencyTerms
from loyalty.programs.calendar import Unit
from loyalty.programs.expiry import Policy, end_under
from loyalty.programs.models import Program


@dataclass(frozen=True, slots=True)
class Setting:
    """What the programme says about every event: its zone, currency, switches, and overall limits."""

    zone: str
    currency: str
    switches: Switches
    max_multiplier: Fraction
    week_starts_on: int
    budget: PerPeriod | None

    @classmethod
    def of(cls, program: Program) -> "Setting":
        budget = program.points_budget
        return cls(
            zone=program.zone,
            currency=program.currency,
            switches=Switches(
                prices_include_tax=program.prices_include_tax,
                count_tax=program.count_tax,
                count_shipping=program.count_shipping,
                count_gift_card_lines=program.count_gift_card_lines,
                count_paid_with_points=program.count_paid_with_points,
                left_out_skus=frozenset(program.left_out_skus),
                left_out_categories=frozenset(program.left_out_categories),
            ),
            max_multiplier=Fraction(program.max_multiplier),
            week_starts_on=program.week_starts_on,
            budget=PerPeriod(budget["points"], Unit(budget["period"])) if budget else None,
        )


def terms_of(
    clause: Clause,
    *,
    currency: CurrencyTerms,
    tier_expiry: Mapping[str, Any] | None,
    occurred_at: datetime,
    zone: str,
) -> Terms:
    """When these points open and end, by the event's own day: so late events get the dates of timely ones.

    Unlocking: rule → currency → at once. Expiry: rule → tier → currency, counted from opening: of what waits for
    something later, that is not known yet.
    """
    unlock = clause.unlock or currency.unlock
    opens_at = occurred_at
    if unlock is not None and not unlock.after.is_zero:
        opens_at = unlock.after.after(occurred_at, zone=zone)
    if clause.policy is not None and clause.expiry is not None:
        expiry, policy = clause.expiry, clause.policy
    elif tier_expiry:
        expiry, policy = tier_expiry, Policy.read(tier_expiry)
    else:
        expiry, policy = currency.expiry, currency.policy
    if unlock is not None and unlock.waits:
        return Terms(
            waits_for=unlock.source,
            after=unlock.after_text,
            lapses_at=unlock.cancel_after.after(occurred_at, zone=zone),
            policy=expiry,
        )
    return Terms(opens_at=opens_at, expires_at=end_under(policy, opens_at, zone), policy=expiry)
