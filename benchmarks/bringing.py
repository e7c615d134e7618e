"""P-18 and P-19: friends whose holds are over, approved by the page, and the guard tried on all of them; P-20: orders of
strangers with a few friends among them (R-57, R-59).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any, Final

from benchmarks.ground import BENCH, NOW, a_program, settle_down, some_members
from benchmarks.ground import run as ask
from benchmarks.measuring import Figure
from benchmarks.multiplying import multiply
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import run
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.tenants import Program
from referrals.codes.issuing import code_of_member
from referrals.guard.replaying import replay
from referrals.plans.models import ReferralPlan
from referrals.plans.terms import GuardTerms
from referrals.qualification.joining import Arrival, join
from referrals.qualification.qualifying import follow
from referrals.qualification.releasing import release_due

FRIENDS: Final = 10_000
AT_ONCE: Final = 500
ORDERS: Final = 1_000
AMONG_THEM: Final = 50
REPLAYED: Final = 100_000
TIMES: Final = 10  # copies of each referral, to have as many
RELEASE_SECONDS_MAX: Final = 60.0  # for 10,000
REPLAY_SECONDS_MAX: Final = 10.0  # for 100,000
ORDERS_SECONDS_MAX: Final = 1.0
# Enrolling is not what is measured; who they are is asked, though.
_PROFILES: Final = """
    INSERT INTO loyalty_memberprofile (member_id, program_id, first_name, last_name, attributes, changed_at)
    SELECT id, program_id, '', external_id, '{}', enrolled_at FROM loyalty_member
    ON CONFLICT DO NOTHING
"""
HOLD_OVER: Final = NOW + timedelta(days=15)
PLAN: Final = {
    "slug": "friends",
    "friend_reward": {"kind": "points", "currency": "stars", "points": 300},
    "advocate_reward": {"kind": "points", "currency": "stars", "points": 500},
    "advocate_cap": {"times": 12, "period": "month"},
}


def figures(seed: int, *, friends: int = FRIENDS) -> list[Figure]:
    """Friends of a tenth as many advocates join, order, and are released together; then the guard looks back."""
    import_module("loyalty.receivers")
    program, _stars = a_program("bringing")
    parts = {"format": FORMAT, "program": {"slug": program.slug}, "referral_plan": PLAN}
    apply_program(document=parts, actor=BENCH, at=NOW, own=program)
    advocates = _people(program, max(1, friends // 10), prefix=f"a{seed}-")
    codes = [code_of_member(program=program, member_id=each, at=NOW).text for each in advocates]
    _bring_many(program, _people(program, friends, prefix=f"f{seed}-"), codes)
    settle_down()
    return [
        _orders_followed(program, codes),
        _holds_released(program, friends),
        _guard_tried(program, friends),
    ]


def _holds_released(program: Program, friends: int) -> Figure:
    began = perf_counter()
    while release_due(program=program, at=HOLD_OVER):
        pass
    seconds = perf_counter() - began
    approved = _count("SELECT count(*) FROM referrals_referral WHERE state = 'approved'")
    granted = _count("SELECT count(*) FROM referrals_referralgrant WHERE state = 'granted'")
    assert approved == friends + AMONG_THEM, approved
    assert granted == 2 * approved, granted
    goal = RELEASE_SECONDS_MAX * friends / FRIENDS
    return Figure(
        "P-18",
        f"{approved:,} holds that are over, both sides decided and paid",
        f"{seconds:.1f} s",
        f"≤ {goal:.0f} s",
        seconds <= goal,
        f"{approved / seconds:,.0f} a second, in pages of {AT_ONCE}, one process",
    )


def _guard_tried(program: Program, friends: int) -> Figure:
    """Ten times as many as were released; the goal is kept for a hundred thousand."""
    multiply(TIMES)
    everybody = TIMES * (friends + AMONG_THEM)
    plan = ReferralPlan.objects.get(program=program)
    terms = GuardTerms.read("strict", household="once")
    began = perf_counter()
    told = replay(program=program, plan=plan, terms=terms, at=HOLD_OVER)
    seconds = perf_counter() - began
    assert told.looked_at == everybody, told.looked_at
    goal = REPLAY_SECONDS_MAX * told.looked_at / REPLAYED
    return Figure(
        "P-19",
        f"another guard tried on {told.looked_at:,} referrals",
        f"{seconds:.2f} s",
        f"≤ {goal:.2f} s",
        seconds <= goal,
        f"{told.looked_at / seconds:,.0f} a second; the goal is {REPLAY_SECONDS_MAX:.0f} s for {REPLAYED:,}",
    )


def _orders_followed(program: Program, codes: Sequence[str]) -> Figure:
    """A thousand orders, of which fifty are first orders of friends: what hearing of them takes."""
    friends = _people(program, AMONG_THEM, prefix="among-")
    _join(program, friends, codes[:AMONG_THEM], at=NOW)
    everybody = [*friends, *_people(program, ORDERS - AMONG_THEM, prefix="stranger-")]
    for start in range(0, ORDERS, AT_ONCE):
        _order(program, everybody[start : start + AT_ONCE])
    began = perf_counter()
    for start in range(0, ORDERS, AT_ONCE):
        batch = everybody[start : start + AT_ONCE]
        run(partial(follow, program=program, friend_ids=batch, at=NOW))
    seconds = perf_counter() - began
    return Figure(
        "P-20",
        f"{ORDERS:,} paid orders followed, {AMONG_THEM} of them first orders of friends",
        f"{seconds:.2f} s",
        f"≤ {ORDERS_SECONDS_MAX:.0f} s",
        seconds <= ORDERS_SECONDS_MAX,
        f"in batches of {AT_ONCE}; the fifty were weighed and promised",
    )


def _people(program: Program, count: int, *, prefix: str) -> list[Id]:
    """Members with a surname each."""
    ids = some_members(program, count, prefix=prefix)
    ask(_PROFILES)
    return ids


def _bring_many(program: Program, friends: Sequence[Id], codes: Sequence[str]) -> None:
    for start in range(0, len(friends), AT_ONCE):
        batch = friends[start : start + AT_ONCE]
        # Ten friends each: no cap is met.
        owners = [codes[(start + place) // 10 % len(codes)] for place in range(len(batch))]
        _join(program, batch, owners, at=NOW)
        _order(program, batch)
        run(partial(follow, program=program, friend_ids=batch, at=NOW))


def _join(program: Program, friends: Sequence[Id], codes: Sequence[str], *, at: datetime) -> None:
    arrivals = [
        Arrival(friend_id=each, joined_at=at, text=codes[place % len(codes)])
        for place, each in enumerate(friends)
    ]
    run(lambda: join(arrivals, program=program, actor=BENCH, at=at))


def _order(program: Program, members: Sequence[Id]) -> None:
    told = [read_event(program=program, told=_an_order(each)) for each in members]
    outcomes = take_in(program=program, told=told, actor=BENCH, at=NOW)
    assert all(each.refusal is None for each in outcomes), outcomes[0]


def _an_order(member_id: Id) -> dict[str, Any]:
    return {
        "type": "order.paid",
        "member": shown("mem", member_id),
        "source": "bench",
        "source_id": f"order-{member_id}",
        "occurred_at": NOW.isoformat(),
        "data": {
            "order_id": f"order-{member_id}",
            "currency": "EUR",
            "total": 4500,
            "lines": [{"sku": "A", "quantity": 1, "amount": 4500}],
        },
    }


def _count(statement: str) -> int:
    ((found,),) = ask(statement)
    return int(found)
