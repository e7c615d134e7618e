"""Limiting: stock and budgets are held after the members, in the order of their ids, and give what is left (G-33, G-36)."""

import hashlib
from collections.abc import Iterable, Sequence

from gamification.prizes.kinds import BUDGET_SPENT, PrizeWish, StockKey
from gamification.prizes.models import PlayBudget, PrizeStock
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

_Place = tuple[Id, str, str]


class Limits:
    """What is left of everything limited that a batch needs, held until the transaction ends."""

    def __init__(self, stocks: dict[_Place, PrizeStock], budgets: dict[str, PlayBudget]) -> None:
        self._stocks, self._budgets = stocks, budgets

    def take(self, wish: PrizeWish) -> str:
        """Take one of its stock and its cost; answers why not, or nothing."""
        stock = self._stocks.get(_place(wish.stock)) if wish.stock else None
        budget = self._budgets.get(str(wish.prize.get("budget", "")))
        cost = int(wish.prize.get("cost", 0))
        if stock is not None and stock.issued >= stock.total:
            assert wish.stock, "a stock has a key"
            return wish.stock.why
        if budget is not None and budget.spent + cost > budget.limit:
            return BUDGET_SPENT
        if stock is not None:
            stock.issued += 1
        if budget is not None:
            budget.spent += cost
        return ""

    def put_back(self, wish: PrizeWish) -> None:
        """What could not be handed out after all is there for others."""
        if wish.stock:
            self._stocks[_place(wish.stock)].issued -= 1
        budget = self._budgets.get(str(wish.prize.get("budget", "")))
        if budget is not None:
            budget.spent -= int(wish.prize.get("cost", 0))

    def write(self) -> None:
        """Keep what was taken."""
        PrizeStock.objects.bulk_update(self._stocks.values(), ["issued"])
        PlayBudget.objects.bulk_update(self._budgets.values(), ["spent"])


@inside_unit_of_work
def hold_limits(wishes: Sequence[PrizeWish], *, program: Program) -> Limits:
    """Hold every stock and budget of these wishes; stocks that are named for the first time are opened."""
    return Limits(
        hold_stocks([wish.stock for wish in wishes if wish.stock]),
        _hold_budgets({str(w.prize["budget"]) for w in wishes if "budget" in w.prize}, program),
    )


@inside_unit_of_work
def hold_stocks(keys: Iterable[StockKey]) -> dict[_Place, PrizeStock]:
    """Hold these stocks, lowest id first; their totals may only grow."""
    wanted = {_place(key): key for key in keys}
    if not wanted:
        return {}
    rows = [
        PrizeStock(
            definition_id=key.definition_id, item=key.item, occasion=key.occasion, total=key.total
        )
        for _place_told, key in sorted(wanted.items())
    ]
    PrizeStock.objects.bulk_create(rows, ignore_conflicts=True)
    held = PrizeStock.objects.select_for_update().filter(
        definition_id__in={key.definition_id for key in wanted.values()},
        item__in={key.item for key in wanted.values()},
    )
    stocks = {(row.definition_id, row.item, row.occasion): row for row in held.order_by("pk")}
    grown = [row for place, row in stocks.items() if place in wanted and wanted[place].total > row.total]  # fmt: skip
    for row in grown:
        row.total = wanted[row.definition_id, row.item, row.occasion].total
    PrizeStock.objects.bulk_update(grown, ["total"])
    return {place: stocks[place] for place in wanted}


def in_turn(wish: PrizeWish) -> tuple[object, ...]:
    """Who comes first: who earned first; of those at the same instant nobody is always ahead."""
    keyed = hashlib.blake2b(wish.member_id.bytes, key=wish.definition_id.bytes, digest_size=8)
    return wish.earned_at, keyed.digest(), wish.occasion, wish.item


def _hold_budgets(slugs: set[str], program: Program) -> dict[str, PlayBudget]:
    if not slugs:
        return {}
    rows = PlayBudget.objects.select_for_update().filter(program=program, slug__in=slugs)
    return {row.slug: row for row in rows.order_by("pk")}


def _place(key: StockKey) -> _Place:
    return key.definition_id, key.item, key.occasion
