"""P-15: a reward redeemed by HTTP, through the whole stack, beside the same view with a constant."""

from collections.abc import Callable

from benchmarks.ground import (
    BENCH,
    NOW,
    a_program,
    settle_down,
    some_accounts,
    some_members,
    vacuum,
)
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from benchmarks.posting import awards, posted
from benchmarks.wire import Caller, Constant
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.rewards.api.redemptions import Redemptions

MEMBERS = 1_000
CALLS = 60
CPU_MS_MAX = 15.0
REWARD = {
    "slug": "bench",
    "name": {"en": "Bench"},
    "kind": "free_product",
    "terms": {"skus": ["A"]},
    "prices": [{"currency": "stars", "points": 1}],
    "stock": 1_000_000,
    "limits": [{"times": 1_000, "period": "day"}],
}


def figures(seed: int) -> list[Figure]:
    """What one redemption costs: price, limit, stock, lots, voucher, facts and the kept answer."""
    program, stars = a_program("redeeming")
    document = {"format": FORMAT, "program": {"slug": program.slug}, "rewards": [REWARD]}
    apply_program(document=document, actor=BENCH, at=NOW, own=program)
    members = some_members(program, MEMBERS, prefix=f"s{seed}-")
    some_accounts(program, stars, members)
    posted(program, awards(stars, members))
    vacuum("loyalty_member", "loyalty_account", "loyalty_lot")
    caller, numbers = Caller(program), iter(range(10**9))

    def redeem() -> None:
        member = f"ext:s{seed}-{next(numbers) % MEMBERS + 1}"
        caller.call(Redemptions, "post", {"member": member, "reward": "bench"})

    def constant() -> None:
        caller.call(Constant, "post", {"points": 1})

    redeem()
    constant()
    settle_down()
    series, empty = in_turn(_calls(redeem), _calls(constant), rounds=5)
    cpu, least = series.middle("cpu"), empty.middle("cpu")
    return [
        Figure(
            number="P-15",
            what=f"one redemption by HTTP, {CALLS} at a time",
            figure=f"{cpu:.1f} CPU-ms; {cpu / least:.1f} × an empty view",
            goal=f"≤ {CPU_MS_MAX:.0f} CPU-ms",
            reached=cpu <= CPU_MS_MAX,
            more=f"{series.middle('database'):.1f} of it in the database; the empty view {least:.1f}",
        )
    ]


def _calls(call: Callable[[], None]) -> Callable[[], Cost]:
    def many() -> None:
        for _ in range(CALLS):
            call()

    return lambda: cost_of(many, pieces=CALLS)
