"""Mine: what a member hands on, by which rules, what came of it, and whether a lost invitation can still be claimed (R-20, R-21)."""

from datetime import datetime
from typing import Any

from loyalty.events.kept.orders import paid_orders_of
from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.ids import Id
from loyalty.members.persons import standings_of
from loyalty.programs.tenants import Program
from referrals.attribution.attaching import standing_among
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.codes.models import ReferralCode
from referrals.codes.sharing import link_of, qr_of, reward_in_words, share_texts
from referrals.plans.publishing import live_plans, live_version
from referrals.plans.terms import Terms, read_terms, terms_of
from referrals.qualification.telling.showing import (
    FRIENDS_SHOWN_MAX,
    SEEN_AS,
    WORDS,
    first_names,
    show_friend,
)
from referrals.qualification.telling.wording import rules_in_words


def show_member_referral(
    *, program: Program, code: ReferralCode, member_id: Id, at: datetime
) -> dict[str, Any]:
    """What a member hands on, each friend as a number, who brought this member, and what may still be claimed."""
    promised = {plan.pk: version for plan, version in live_plans(program)}
    version = promised.get(code.plan_id) or live_version(code.plan)
    terms = terms_of(version) if version else read_terms({})
    rows = list(
        Referral.objects.filter(program=program, advocate_member_id=member_id).order_by("-number")
    )
    counts = dict.fromkeys(WORDS, 0)
    for row in rows:
        counts[SEEN_AS[ReferralState(row.state)]] += 1
    qr_link = link_of(program, code, via_qr=True)
    return {
        "plan": code.plan.slug,
        "code": code.text,
        "share_link": link_of(program, code),
        "qr_link": qr_link,
        "qr_svg": qr_of(qr_link),
        "share_texts": share_texts(
            program, code, terms, first_name=first_names([member_id]).get(member_id, "")
        ),
        "rewards": {
            "advocate": reward_in_words(terms.advocate_reward, program),
            "friend": reward_in_words(terms.friend_reward, program),
            "welcome": reward_in_words(terms.welcome, program),
        },
        "rules": rules_in_words(terms, program, audience=code.plan.audience),
        "counts": counts,
        "friends": [show_friend(row, zone=program.zone) for row in rows[:FRIENDS_SHOWN_MAX]],
        "brought_by": show_brought_by(program, member_id),
        "claim": _claim(program, terms, member_id, at=at),
    }


def _claim(program: Program, terms: Terms, member_id: Id, *, at: datetime) -> dict[str, Any]:
    """Whether this member may still say who brought them: before the first order at any time, then for a while (R-18, R-20)."""
    there = standing_among(_came_by(program, member_id))
    until = standings_of([member_id])[member_id].joined_at + terms.claim_window
    if there is not None and there.state != ReferralState.REJECTED:
        return {"possible": False, "until": None}
    if not paid_orders_of(program=program, member_ids=[member_id])[member_id]:
        return {"possible": True, "until": None}
    return {"possible": at < until, "until": until}


def show_brought_by(program: Program, member_id: Id) -> dict[str, Any] | None:
    """How this member came, if somebody brought them; the first name only with consent (R-49)."""
    rows = _came_by(program, member_id)
    if not rows:
        return None
    row = rows[-1]
    names = first_names([row.advocate_member_id]) if row.advocate_member_id else {}
    return {
        "first_name": next(iter(names.values()), None),
        "state": SEEN_AS[ReferralState(row.state)],
        "joined_at": row.joined_at,
        "order_until": row.qualify_until,
    }


@seen_once
def _came_by(program: Program, member_id: Id) -> list[Referral]:
    """Every referral of which this member is the friend, the oldest first."""
    rows = Referral.objects.filter(program=program, friend_id=member_id)
    return list(rows.select_related("plan", "version", "advocate").order_by("id"))
