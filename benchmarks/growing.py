"""P-8: what an award, a balance, a statement page and a spend cost when the tables, or one member's lots, have grown."""

import random
from collections.abc import Callable
from functools import partial

from benchmarks import limit
from benchmarks.ground import NOW, a_program, some_accounts, some_members, vacuum
from benchmarks.measuring import Cost, Figure, cost_of
from benchmarks.posting import awards, posted
from loyalty.foundation.ids import Id
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.reports.balances import balances_of
from loyalty.ledger.reports.statements import statement
from loyalty.members.models import Member
from loyalty.programs.models import PointCurrency, Program

LARGEST = 1_000_000
STEPS = 10
CALLS = 200
LOTS = (1, 100, 10_000)


def figures(seed: int, *, largest: int = LARGEST) -> list[Figure]:
    """Each at the largest size, as a multiple of itself at the smallest."""
    chance = random.Random(seed)
    program, currency = a_program("growing")
    people = some_members(program, largest // STEPS, prefix="g")
    accounts = some_accounts(program, currency, people)
    fill(program, accounts, times=1)
    vacuum("loyalty_account", "loyalty_lot", "loyalty_entry")
    small = costs(program, currency, chance, people)
    fill(program, accounts, times=STEPS - 1)
    vacuum("loyalty_account", "loyalty_lot", "loyalty_entry")
    large = costs(program, currency, chance, people)
    told = [
        Figure(
            "P-8",
            f"{name} at {largest:,} entries, of itself at {largest // STEPS:,}",
            f"{large[name].cpu / small[name].cpu:.2f} × CPU",
            "≤ 1.5 ×",
            large[name].cpu / small[name].cpu <= 1.5,
            f"{large[name].cpu:.2f} ms",
        )
        for name in small
    ]
    return told + lots_of_one(program, currency)


def lots_of_one(program: Program, currency: PointCurrency) -> list[Figure]:
    """A spend of one point from a member with very many lots."""
    members = some_members(program, len(LOTS), prefix="l")
    some_accounts(program, currency, members)
    for member_id, lots in zip(members, LOTS, strict=True):
        for start in range(0, lots, 1_000):
            count = min(1_000, lots - start)
            posted(
                program,
                [
                    each
                    for _ in range(count)
                    for each in awards(currency, [member_id], points=1_000)
                ],
            )
    vacuum("loyalty_lot", "loyalty_draw")
    spends = [repeated(partial(spend, program, currency, each)) for each in members]
    first, middle, last = (each() for each in spends)
    return [
        Figure(
            "P-8",
            f"spend with {LOTS[2]:,} lots of one member, of itself with {LOTS[0]}",
            f"{last.cpu / first.cpu:.2f} × CPU ({LOTS[1]}: {middle.cpu / first.cpu:.2f} ×)",
            "≤ 1.5 ×",
            last.cpu / first.cpu <= 1.5,
            f"{last.cpu:.2f} ms",
        )
    ]


def costs(
    program: Program, currency: PointCurrency, chance: random.Random, people: list[Id]
) -> dict[str, Cost]:
    """The four works, in this size."""
    members = Member.objects.in_bulk(chance.sample(people, CALLS))
    ids = list(members)
    works: dict[str, Callable[[], Cost]] = {
        "award": repeated(lambda: posted(program, awards(currency, [chance.choice(ids)]))),
        "spend": repeated(lambda: spend(program, currency, chance.choice(ids))),
        "balance": repeated(lambda: balances_of(program, [chance.choice(ids)], NOW)),
        "statement": repeated(lambda: statement(member=members[chance.choice(ids)], limit=5)),
    }
    return {name: work() for name, work in works.items()}


def spend(program: Program, currency: PointCurrency, member_id: Id) -> None:
    """One point, from the lot that ends first."""
    movement = awards(currency, [member_id])[0]
    told = Movement(
        member_id=member_id,
        currency_id=currency.pk,
        kind=EntryKind.SPEND,
        points=-1,
        source_key=movement.source_key,
        occurred_at=NOW,
    )
    posted(program, [told])


def fill(program: Program, accounts: list[Id], *, times: int) -> None:
    """So many entries and lots for every account."""
    for _ in range(times):
        for start in range(0, len(accounts), 20_000):
            limit.award(accounts[start : start + 20_000], program_id=program.pk)


def repeated(work: Callable[[], object]) -> Callable[[], Cost]:
    """The work so many times; warmed up before."""

    def many_times() -> None:
        for _ in range(CALLS):
            work()

    def measured() -> Cost:
        for _ in range(10):
            work()
        return cost_of(many_times, pieces=CALLS)

    return measured
