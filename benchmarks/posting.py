"""P-1: awards in batches of a thousand, beside hand-written SQL and a double-entry ledger in plain SQL."""

import random

from benchmarks import limit
from benchmarks.ground import (
    BENCH,
    NOW,
    a_program,
    run,
    settle_down,
    some_accounts,
    some_members,
    vacuum,
)
from benchmarks.measuring import Cost, Figure, Series, cost_of, in_turn
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import run as in_a_unit
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.posting import post
from loyalty.programs.models import PointCurrency, Program

MEMBERS = 100_000
BATCH = 1_000
ROUNDS = 15
PEER_CALLS = 200  # it takes one transfer a call


def awards(currency: PointCurrency, members: list[Id], *, points: int = 45) -> list[Movement]:
    """One award for each of these, as an earning rule would hand them down."""
    rule = new_id()
    policy: dict[str, object] = {"kind": "rolling", "period": "P12M", "round_up": "month"}
    terms = LotTerms(
        expires_at=NOW.replace(year=NOW.year + 1), policy=policy, origin="rule", worth=10
    )
    return [
        Movement(
            member_id=member_id,
            currency_id=currency.pk,
            kind=EntryKind.EARN,
            points=points,
            source_key=f"evt_{new_id().hex[:26]}/rul_{rule.hex[:26]}",
            occurred_at=NOW,
            event_id=new_id(),
            rule_id=rule,
            rule_version=3,
            counts_for_tier=True,
            terms=terms,
        )
        for member_id in members
    ]


def posted(program: Program, movements: list[Movement]) -> None:
    """Post these in a unit of their own."""
    in_a_unit(lambda: post(program=program, movements=movements, actor=BENCH, at=NOW))


def figures(seed: int, *, members: int = MEMBERS, rounds: int = ROUNDS) -> list[Figure]:
    """Rows a second and CPU, beside the limit."""
    chance = random.Random(seed)
    program, currency = a_program()
    people = some_members(program, members)
    accounts = dict(zip(people, some_accounts(program, currency, people), strict=True))
    bank = limit.double_entry(list(accounts.values()))
    vacuum("loyalty_account", "loyalty_member", "bench_account")

    def product() -> Cost:
        movements = awards(currency, chance.sample(people, BATCH))
        return cost_of(lambda: posted(program, movements), pieces=BATCH)

    def the_limit() -> Cost:
        chosen = [accounts[each] for each in chance.sample(people, BATCH)]
        return cost_of(lambda: limit.award(chosen, program_id=program.pk), pieces=BATCH)

    def pgledger() -> Cost:
        chosen = [accounts[each] for each in chance.sample(people, BATCH)]

        def one_by_one() -> None:
            for account_id in chosen[:PEER_CALLS]:
                run("SELECT bench_move(%s, %s, 45)", [bank, account_id])

        return cost_of(one_by_one, pieces=PEER_CALLS)

    product(), the_limit(), pgledger()
    settle_down()
    product(), the_limit(), pgledger()
    return told(*in_turn(product, the_limit, pgledger, rounds=rounds))


def told(ours: Series, best: Series, peer: Series) -> list[Figure]:
    """The figures of one run: ours beside the limit, and beside the peer."""
    share = best.middle("wall") / ours.middle("wall")
    cpu_share = best.middle("cpu") / ours.middle("cpu")
    return [
        Figure(
            "P-1",
            "award in batches of 1,000 (post, tier and facts), of the hand-written limit",
            f"{share:.0%} of its rows a second; {cpu_share:.0%} by CPU",
            "≥ 30 %",
            max(share, cpu_share) >= 0.30,
            f"{1_000 / ours.middle('wall'):,.0f} against {1_000 / best.middle('wall'):,.0f} rows/s",
        ),
        Figure(
            "P-1",
            "CPU of one award in a batch, both sides",
            f"{ours.middle('cpu'):.3f} ms (app {ours.middle('app'):.3f}, database {ours.middle('database'):.3f})",
            "≤ 1 ms",
            ours.middle("cpu") <= 1,
        ),
        Figure(
            "peers",
            "the same beside a double-entry ledger in plain SQL (pgledger's way)",
            f"{peer.middle('cpu') / ours.middle('cpu'):.1f} × its rows per CPU-second",
            "≥ 4 ×",
            peer.middle("cpu") / ours.middle("cpu") >= 4,
            f"{1_000 / peer.middle('cpu'):,.0f} rows per CPU-second there, without lots, tiers or facts",
        ),
    ]
