"""Explaining: which touch won and why the others did not, what the order lacks, each date, each cap, each check."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.earning.telling.words import money
from loyalty.events.kept.orders import PaidOrder, paid_orders_of
from loyalty.foundation.refusals import Text
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.guard.kinds import Signal
from referrals.guard.models import ReferralCheck
from referrals.plans.kinds import RewardKind
from referrals.plans.terms import Terms, terms_of
from referrals.qualification.qualifying import amount_of, qualifying_order
from referrals.qualification.telling.hindering import hindrances_of
from referrals.qualification.telling.showing import show_rewards
from referrals.rewards.capping import caps_of
from referrals.rewards.models import CapUse, ReferralGrant

SENTENCES: Final[Mapping[str, Text]] = {
    ReferralState.JOINED: gettext_lazy(
        "The friend has joined; an order over the minimum is awaited."
    ),
    ReferralState.PENDING: gettext_lazy(
        "The order counts; the rewards wait until it can no longer be returned."
    ),
    ReferralState.REVIEW: gettext_lazy("Somebody is looking at this referral."),
    ReferralState.APPROVED: gettext_lazy("Both sides have been decided."),
    ReferralState.REJECTED: gettext_lazy("This referral does not count."),
    ReferralState.EXPIRED: gettext_lazy("No order over the minimum came in time."),
    ReferralState.REVERSED: gettext_lazy(
        "The order was returned, and the rewards were taken back."
    ),
}
WHY: Final[Mapping[str, Text]] = {
    "typed": gettext_lazy("came with a typed code"),
    "click": gettext_lazy("came through the link"),
    "qr": gettext_lazy("came through the QR code"),
    "claim": gettext_lazy("was claimed later"),
    "staff": gettext_lazy("was attached by staff"),
    "order_qualified": gettext_lazy("an order reached the minimum"),
    "order_returned": gettext_lazy("a return took the order under the minimum"),
    "window_over": gettext_lazy("the time for an order is over"),
    "hold_over": gettext_lazy("the order can no longer be returned"),
    "cleared": gettext_lazy("cleared by staff"),
    "by_staff": gettext_lazy("decided by staff"),
    "fraud": gettext_lazy("taken back by staff"),
    "overruled": gettext_lazy("the rejection was overruled"),
    "merged": gettext_lazy("two memberships became one"),
    "household_again": gettext_lazy("the household has had its referral"),
    "watched": gettext_lazy("the advocate is being watched"),
    "score": gettext_lazy("the signals together"),
}


# Why a side got nothing, or less: caps by their period, what the catalogue refused, what was taken from promises.
GRANT_WHY: Final[Mapping[str, Text]] = {
    "month": gettext_lazy("the cap of the month"),
    "quarter": gettext_lazy("the cap of the quarter"),
    "half_year": gettext_lazy("the cap of half a year"),
    "year": gettext_lazy("the cap of the year"),
    "ever": gettext_lazy("the cap for ever"),
    "referral_budget_spent": gettext_lazy("the plan has spent its budget"),
    "reward_out_of_stock": gettext_lazy("out of stock"),
    "reward_not_live": gettext_lazy("the reward is not on offer"),
    "member_suspended": gettext_lazy("the member is suspended"),
    "member_gone": gettext_lazy("the member is gone"),
    "rejected": gettext_lazy("rejected"),
    "reversed": gettext_lazy("taken back before it was given"),
    **{name: WHY[name] for name in ("order_returned", "merged")},
}
SKIPPED: Final[Mapping[str, Text]] = {
    "no_data": gettext_lazy("nothing to compare"),
    "covered": gettext_lazy("covered by a stronger one"),
    "switched_off": gettext_lazy("switched off"),
}


def why_in_words(why: str) -> str:
    """A reason in the reader's language."""
    if why in Signal.values:
        return str(Signal(why).label)
    return str(WHY.get(why, why))


def grant_in_words(grant: ReferralGrant) -> tuple[str, str]:
    """What a side gets, by the short names that staff know, and why it stands as it does; no query."""
    is_money = grant.kind == RewardKind.PAYABLE
    told = money(grant.amount, grant.unit) if is_money else f"{grant.amount} {grant.unit}"
    return told, str(GRANT_WHY.get(grant.why, grant.why))


def explain_referral(
    row: Referral, *, program: Program, at: datetime, may_inspect: bool
) -> dict[str, Any]:
    """The whole story of one referral; checks and reasons only for whoever may inspect (R-45)."""
    terms = terms_of(row.version)
    orders = paid_orders_of(program=program, member_ids=[row.friend_id])[row.friend_id]
    grants = list(ReferralGrant.objects.filter(referral=row).order_by("side"))
    return {
        "referral": row.shown_id,
        "state": row.state,
        "sentence": _sentence(row, terms, orders, program=program),
        "hindrances": [
            {"code": each.code, "title": str(each.title), "detail": each.sentence()}
            for each in hindrances_of(
                row,
                terms,
                orders=_in_window(row, terms, orders),
                grants=grants,
                program=program,
                may_inspect=may_inspect,
            )
        ],
        "touches": list(row.considered),
        "order": _order(row, terms, orders, currency=program.currency),
        "dates": _dates(row, terms),
        "caps": _caps(row, program=program, at=at),
        "rewards": show_rewards(grants, may_inspect=may_inspect),
        "moves": [
            {
                "from": move.from_state or None,
                "to": move.to_state,
                "at": move.at,
                "why": move.why if may_inspect else None,
                "sentence": why_in_words(move.why) if may_inspect else None,
                "reason": (move.reason or None) if may_inspect else None,
                "actor": move.actor if may_inspect else None,
            }
            for move in row.story.order_by("number")
        ],
        "checks": show_checks(row) if may_inspect else [],
    }


def show_checks(row: Referral) -> list[dict[str, Any]]:
    """Every signal that was looked at, stage by stage, the heaviest first."""
    checks = ReferralCheck.objects.filter(referral=row).order_by("stage", "-weight", "signal")
    return [
        {
            "stage": check.stage,
            "stage_label": check.get_stage_display(),
            "signal": check.signal,
            "label": str(Signal(check.signal).label),
            "result": check.result,
            "result_label": check.get_result_display(),
            "weight": check.weight,
            "value": check.value,
            "why": check.why or None,
            "why_label": str(SKIPPED.get(check.why, "")),
            "rules_version": check.rules_version,
        }
        for check in checks
    ]


def _sentence(row: Referral, terms: Terms, orders: Sequence[PaidOrder], *, program: Program) -> str:
    told = str(SENTENCES[row.state])
    lacking = _lacking(row, terms, orders)
    if row.state == ReferralState.JOINED and lacking:
        short = money(lacking, program.currency)
        told = f"{told} {_('The best order so far lacks {money}.').format(money=short)}"
    return told


def _order(
    row: Referral, terms: Terms, orders: Sequence[PaidOrder], *, currency: str
) -> dict[str, Any]:
    found = qualifying_order(orders, terms=terms, joined_at=row.joined_at)
    return {
        "minimum": {"amount": terms.min_order, "currency": currency},
        "counts": None
        if found is None
        else {"amount": amount_of(found, terms), "currency": currency},
        "lacking": None
        if found is not None
        else {"amount": _lacking(row, terms, orders) or terms.min_order, "currency": currency},
        "orders_in_window": len(_in_window(row, terms, orders)),
    }


def _lacking(row: Referral, terms: Terms, orders: Sequence[PaidOrder]) -> int:
    best = max((amount_of(each, terms) for each in _in_window(row, terms, orders)), default=0)
    return max(0, terms.min_order - best) if best else 0


def _in_window(row: Referral, terms: Terms, orders: Sequence[PaidOrder]) -> list[PaidOrder]:
    end = row.joined_at + terms.qualify_window
    return [each for each in orders if row.joined_at <= each.paid_at < end]


def _dates(row: Referral, terms: Terms) -> dict[str, Any]:
    return {
        "joined_at": row.joined_at,
        "qualify_until": row.qualify_until,
        "ordered_at": row.ordered_at,
        "qualified_at": row.qualified_at,
        "release_at": row.release_at,
        "approved_at": row.approved_at,
        "clawback_until": row.approved_at + terms.clawback_for if row.approved_at else None,
    }


def _caps(row: Referral, *, program: Program, at: datetime) -> list[dict[str, Any]]:
    keys = caps_of(row, program=program, at=row.approved_at or at)
    used = {
        use.period_key: use.used
        for use in CapUse.objects.filter(plan_id=row.plan_id, advocate_id=row.advocate_id)
    }
    return [
        {
            "period": cap.period.value,
            "key": key[2],
            "used": used.get(key[2], 0),
            "cap": cap.times,
        }
        for key, cap in keys.items()
    ]
