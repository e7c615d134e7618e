"""Balances as they stood, and money on gift cards (L-60, W-50)."""

from datetime import date, timedelta

import pytest

from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.locks import open_gift_cards
from loyalty.ledger.models import Account
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.ledger.reports.balances import balance_at, balances_by_day
from loyalty.outbox.models import AnnouncedFact
from tests.world.ledger import (
    NOW,
    TILL,
    a_member,
    account_of,
    day,
    moving,
    posted,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


class TestReading:
    def test_a_balance_as_it_stood(self, cafe):
        """L-60"""
        ada = a_member(cafe)
        posted(moving(100, of=ada), at=day("02-01"))
        posted(moving(-30, of=ada), at=day("02-03"))
        account = account_of(ada).pk

        assert balance_at(account_id=account, at=day("02-01") - A_SECOND) == 0
        assert balance_at(account_id=account, at=day("02-03") - A_SECOND) == 100
        days = balances_by_day(
            account_id=account, first=date(2026, 1, 31), last=date(2026, 2, 4), zone="UTC"
        )
        assert [balance for _, balance in days] == [0, 100, 100, 70, 70]


class TestGiftCards:
    def test_hold_money_and_nothing_below_it(self, cafe):
        """W-50"""
        card = new_id()

        def moved(amount, key):
            open_gift_cards(program=cafe, cards={card: "EUR"}, at=NOW)
            movement = Movement(
                voucher_id=card,
                kind=EntryKind.OPENING if amount > 0 else EntryKind.SPEND,
                points=amount,
                source_key=key,
                occurred_at=NOW,
            )
            return post(program=cafe, movements=[movement], actor=TILL, at=NOW)

        run(lambda: moved(1_000, "sale"))
        run(lambda: moved(-400, "order-1"))
        with pytest.raises(InsufficientPoints):
            run(lambda: moved(-601, "order-2"))

        account = Account.objects.get(voucher_id=card)
        assert (account.money, account.available) == ("EUR", 600)
        assert AnnouncedFact.objects.filter(name__startswith="points.").count() == 0
