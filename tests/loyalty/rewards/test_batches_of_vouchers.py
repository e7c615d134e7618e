"""Batches: exactly as many as were asked for, however often the job dies, and codes that leave once (W-45, S-26, S-52)."""

from datetime import timedelta

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import approve
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.units import run
from loyalty.jobs.models import ScheduleRun
from loyalty.rewards.batches import making
from loyalty.rewards.batches.fetching import BatchNotFetchable, fetch_codes, lines_of
from loyalty.rewards.batches.making import BatchWish, RewardNotForBatches, make_chunk
from loyalty.rewards.batches.proposing import make_batch
from loyalty.rewards.catalogue.offers import live_offer
from loyalty.rewards.codes.spelling import ALPHABET, is_spelled_right, read_code
from loyalty.rewards.ending.forgetting import forget_codes
from loyalty.rewards.models import Voucher, VoucherBatch
from loyalty.rewards.vouchers import writing
from tests.world.access import a_person
from tests.world.vouchers import (
    AMOUNT,
    ISSUED_AT,
    PARTNER,
    PERCENT,
    a_cafe,
    facts_of,
    redeemed,
    refused_by_database,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_maker():
    return Actor(kind=ActorKind.STAFF, id=a_person().pk)


def asked(cafe, count, *, slug="ten-percent", maker=None, **wish):
    told = BatchWish(offer=live_offer(program=cafe, slug=slug), count=count, **wish)
    return make_batch(program=cafe, wish=told, actor=maker or a_maker(), at=ISSUED_AT)


def a_chunk(cafe, batch):
    argument = {"batch": str(batch.pk)}
    return run(lambda: make_chunk(program=cafe, argument=argument, cursor=None, at=ISSUED_AT))


def made(cafe, batch):
    while a_chunk(cafe, batch) is not None:
        pass
    batch.refresh_from_db()
    return batch


class TestMaking:
    def test_ends_with_exactly_as_many_wherever_it_is_killed(self, monkeypatch):
        """W-45: the count is the cursor, kept with the chunk; killed at every edge and in the middle of one."""
        monkeypatch.setattr(making, "CHUNK", 7)
        cafe = a_cafe()
        batch = asked(cafe, 30)
        write = writing.run

        def dying(*told):
            write(*told)
            raise KeyboardInterrupt

        for _edge in range(3):
            with monkeypatch.context() as killed:
                killed.setattr(writing, "run", dying)
                with pytest.raises(KeyboardInterrupt):
                    a_chunk(cafe, batch)
            a_chunk(cafe, batch)
        made(cafe, batch)

        codes = [read_code(code) for code, _end in fetched(cafe, batch)]
        assert (batch.state, batch.made, len(set(codes))) == ("made", 30, 30)
        assert all(is_spelled_right(code) and set(code) <= set(ALPHABET) for code in codes)
        assert Voucher.objects.count() == 30
        assert [fact.body["count"] for fact in facts_of(cafe, "batch.made")] == [30]

    def test_draws_again_what_collides(self, monkeypatch):
        """W-45: the missing ones are drawn again, and none is left out."""
        drawn = iter(["AAAAAAAAAAAAA", "AAAAAAAAAAAAA", "BBBBBBBBBBBBB"])
        monkeypatch.setattr(writing, "draw_code", lambda _symbols: next(drawn))
        cafe = a_cafe()

        made(cafe, asked(cafe, 2))

        assert sorted(Voucher.objects.values_list("last_four", flat=True)) == ["AAAA", "BBBB"]

    def test_is_asked_for_as_a_job(self):
        """W-45"""
        batch = asked(a_cafe(), 5)

        assert ScheduleRun.objects.get(job="rewards.batch").period == batch.shown_id

    def test_makes_bearer_vouchers_that_work(self):
        """W-35"""
        cafe = a_cafe()
        maker = a_maker()
        batch = made(cafe, asked(cafe, 1, maker=maker))
        ((code, _end),) = fetched(cafe, batch, by=maker)

        assert redeemed(cafe, code)["status"] == "redeemed"

    def test_leaves_pools_and_cards_alone(self):
        """W-45"""
        with pytest.raises(RewardNotForBatches):
            asked(a_cafe(PARTNER), 1, slug="cinema")

        assert VoucherBatch.objects.count() == 0


def fetched(cafe, batch, *, by=None, at=ISSUED_AT):
    who = by or Actor(kind=ActorKind(batch.maker_kind), id=batch.maker_id)
    return fetch_codes(program=cafe, batch_id=batch.pk, actor=who, at=at)


class TestFetching:
    def test_is_once_and_by_its_maker(self):
        """S-52"""
        cafe = a_cafe()
        batch = asked(cafe, 2)
        with pytest.raises(BatchNotFetchable):
            fetched(cafe, batch)
        made(cafe, batch)
        with pytest.raises(BatchNotFetchable):
            fetched(cafe, batch, by=a_maker())

        lines = list(lines_of(fetched(cafe, batch)))

        assert (lines[0], len(lines)) == ("code,ends_at\r\n", 3)
        with pytest.raises(BatchNotFetchable):
            fetched(cafe, batch)

    def test_is_over_after_seven_days(self):
        """W-45"""
        cafe = a_cafe()
        batch = made(cafe, asked(cafe, 1))

        with pytest.raises(BatchNotFetchable):
            fetched(cafe, batch, at=ISSUED_AT + 7 * DAY)

    def test_then_the_sealed_copies_go(self):
        """W-45"""
        cafe = a_cafe()
        taken, left = made(cafe, asked(cafe, 2)), made(cafe, asked(cafe, 3))
        fetched(cafe, taken)

        def forgotten(at):
            run(lambda: forget_codes(program=cafe, day=at.date(), cursor=None, at=at))
            return Voucher.objects.filter(sealed__isnull=False).count()

        assert forgotten(ISSUED_AT + DAY) == 3
        assert forgotten(ISSUED_AT + 7 * DAY) == 0
        left.refresh_from_db()
        assert left.forgotten_at is not None


class TestFourEyes:
    @pytest.mark.parametrize(
        ("slug", "count", "needs"),
        [
            ("ten-percent", 1_000, False),
            ("ten-percent", 1_001, True),
            ("five-off", 200, False),
            ("five-off", 201, True),
        ],
    )
    def test_look_at_codes_and_value(self, slug, count, needs):
        """S-26: just at and above 1,000 codes, and 1,000.00."""
        outcome = asked(a_cafe(PERCENT, AMOUNT), count, slug=slug)

        assert isinstance(outcome, Proposal) == needs
        assert VoucherBatch.objects.count() == (0 if needs else 1)

    def test_make_it_once_a_second_person_agrees(self):
        """S-27: the proposer stays the maker."""
        cafe = a_cafe()
        maker = a_maker()
        proposal = asked(cafe, 1_001, maker=maker)

        approve(program=cafe, proposal_id=proposal.pk, actor=a_maker(), at=ISSUED_AT)

        batch = VoucherBatch.objects.get()
        assert (batch.wanted, batch.maker_id) == (1_001, maker.id)


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("wanted = 100001", "batch_has_a_size"),
            ("state = 'made'", "batch_is_made_when_it_is_whole"),
            ("fetched_at = now()", "batch_is_fetched_once_made"),
        ],
    )
    def test_refuses_alone(self, change, constraint):
        """W-45"""
        batch = asked(a_cafe(), 2)

        assert (
            refused_by_database(f"UPDATE loyalty_voucherbatch SET {change} WHERE id = %s", batch.pk)
            == constraint
        )
