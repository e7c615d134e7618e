"""Spending, expiry, transfers, exchanges and points given back leave every tier as it was (T-5, T-18)."""

from datetime import timedelta
from functools import partial

import pytest

from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.ledger.giving_back import GiveBackWish, give_back
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Account, Entry
from loyalty.ledger.timed.expiring import expire_due
from loyalty.ledger.transferring import Transfer, transfer
from loyalty.programs.calendar import Period
from loyalty.tiers.models import Standing, TierMove
from tests.world.ledger import TILL, a_hold, a_member, captured, moving, posted
from tests.world.programs import currency_of
from tests.world.tiers import a_cafe, a_gold_member, days_of, noon, tier_facts_about

pytestmark = pytest.mark.django_db

ON = "2026-07-01"


@pytest.fixture
def ada():
    """Gold by 1,500 points, of which she has 1,500, and 300 more that never counted and end in a while."""
    program = a_cafe()
    ada = a_gold_member(program)
    ends = noon("2026-07-20", program)
    posted(moving(300, of=ada, kind=EntryKind.BONUS, ends=ends), at=noon("2026-06-11", program))
    return ada


def spends(ada, at):
    posted(moving(-1500, of=ada), at=at)


def lets_points_end(ada, at):
    later = at + timedelta(days=30)
    run(partial(expire_due, program=ada.program, actor=TILL, at=later))


def pays_with_a_hold(ada, at):
    captured(a_hold(ada, 900, at=at), at=at)


def gets_points_back(ada, at):
    spends(ada, at)
    spent = Entry.objects.get(account__member=ada, points=-1500)
    wish = GiveBackWish(
        spent_id=spent.pk,
        points=1500,
        source_key="back",
        occurred_at=at,
        grace=Period(),
        event_id=None,
        group_id=new_id(),
        member_id=ada.pk,
    )
    run(partial(give_back, program=ada.program, wishes=[wish], actor=TILL, at=at))


def sends_points(ada, at):
    type(ada.program).objects.filter(pk=ada.program_id).update(transfers={"per_day": 5000})
    ada.program.refresh_from_db()
    told = Transfer(
        sender=ada,
        receiver=a_member(ada.program, "grace"),
        currency_id=currency_of(ada.program).pk,
        points=1000,
    )
    transfer(program=ada.program, told=told, key=new_id(), actor=TILL, at=at)


def exchanges_points(ada, at):
    """For a reward, or for points of a partner: both are redemptions."""
    posted(moving(-1000, of=ada, kind=EntryKind.REDEEM), at=at)


def is_corrected_by_hand(ada, at):
    posted(moving(-700, of=ada, kind=EntryKind.ADJUST_DEBIT), at=at)


DEEDS = [
    spends,
    lets_points_end,
    pays_with_a_hold,
    gets_points_back,
    sends_points,
    exchanges_points,
    is_corrected_by_hand,
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_leaves_days_and_tier_as_they_were(ada, deed):
    account = Account.objects.get(member=ada, currency=currency_of(ada.program))
    had, entries = account.available, account.last_number
    before = (days_of(ada), Standing.objects.filter(member=ada).values().get())
    facts, moves = tier_facts_about(ada), TierMove.objects.count()

    deed(ada, noon(ON, ada.program))

    account.refresh_from_db()
    assert account.last_number > entries, "points did move"
    assert account.available != had or deed is gets_points_back
    assert (days_of(ada), Standing.objects.filter(member=ada).values().get()) == before
    assert (tier_facts_about(ada), TierMove.objects.count()) == (facts, moves)
    assert not Standing.objects.exclude(member=ada).exists()
