"""Gifts of points: on entry once per tier and 12 months, on birthdays once a year; never counted for tiers."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from loyalty.foundation.units import run
from loyalty.tiers.giving.gifts import give
from loyalty.tiers.giving.occasions import Occasion
from loyalty.tiers.kinds import GiftKind
from loyalty.tiers.models import TierGift
from tests.world.ledger import a_member, movements_of
from tests.world.outbox import delivered_at as run_the_outbox
from tests.world.tiers import TIERS, a_cafe, claimed, days_of, earned, granted, lived_until, noon

pytestmark = pytest.mark.django_db

BRONZE, SILVER, GOLD, PLATINUM = TIERS
GIVING = [
    BRONZE,
    SILVER | {"benefits": {"entry_gift": {"points": 50}, "birthday_gift": {"points": 20}}},
    GOLD | {"benefits": {"entry_gift": {"points": 150, "currency": "xp"}}},
    PLATINUM | {"benefits": {"birthday_gift": {"reward": "free-coffee"}}},
]


def birthday(member, *, on):
    occasion = Occasion(
        member_id=member.pk, gift=GiftKind.BIRTHDAY, at=noon(on, member.program, hour=0)
    )
    at = noon(on, member.program)
    return run(partial(give, program=member.program, occasions=[occasion], at=at))


class TestEntry:
    def test_only_the_tier_reached_gives(self):
        """T-G7, section 8: one order, two tiers up, one gift, in its own currency."""
        ada = a_member(a_cafe(tiers=GIVING))
        earned(1500, by=ada, on="2026-02-01")

        run_the_outbox()

        assert (movements_of(ada), movements_of(ada, "xp")) == ([1500], [150])
        assert days_of(ada) == {"2026-02-01": (1500, 0, 0)}

    def test_once_per_tier_and_twelve_months(self):
        """Section 8: lost by a return and reached again, it is not given again."""
        ada = a_member(a_cafe(tiers=GIVING))
        earned(600, by=ada, on="2026-02-01")
        run_the_outbox()
        claimed(300, of=ada, earned_on="2026-02-01", told_on="2026-02-03")
        earned(300, by=ada, on="2026-02-04")

        run_the_outbox()

        assert movements_of(ada) == [600, 50, -300, 300]
        assert TierGift.objects.get().year == 2026

    def test_a_given_tier_gives_nothing(self):
        """Section 8: the entry gift is for climbing."""
        program = a_cafe(tiers=GIVING)
        ada = a_member(program)
        granted("silver", to=ada, until="2026-12-01", at=noon("2026-02-01", program))

        run_the_outbox()

        assert movements_of(ada) == []


class TestBirthday:
    def test_gives_once_a_year_by_the_tier_of_the_day(self):
        """E-7, section 8."""
        program = a_cafe(tiers=GIVING)
        ada = a_member(program)
        earned(500, by=ada, on="2026-02-01")

        birthday(ada, on="2026-05-04")
        birthday(ada, on="2026-05-05")
        birthday(ada, on="2027-05-04")

        assert movements_of(ada) == [500, 20, 20]

    def test_a_reward_is_given_elsewhere(self):
        """Section 8: a reward stays in the document and on the member's view; nothing moves here."""
        program = a_cafe(tiers=GIVING)
        ada = a_member(program)
        earned(4000, by=ada, on="2026-02-01")

        assert birthday(ada, on="2026-05-04") == []
        assert movements_of(ada) == [4000]

    def test_nobody_else_gets_one(self):
        program = a_cafe(tiers=GIVING)
        ada = a_member(program)
        lived_until("2026-05-04", program)

        assert birthday(ada, on="2026-05-04") == []


class TestDatabase:
    """The database refuses by itself what would give twice, or nothing."""

    @pytest.mark.parametrize(
        ("points", "by"), [(50, "tier_gift_is_given_once_a_year"), (0, "tier_gift_gives_points")]
    )
    def test_refuses(self, points, by):
        ada = a_member(a_cafe(tiers=GIVING))
        earned(600, by=ada, on="2026-02-01")
        run_the_outbox()
        given = TierGift.objects.get()
        values = {"program": ada.program, "member": ada, "slug": given.slug, "gift": given.gift}
        values |= {"currency_id": given.currency_id, "given_at": given.given_at}

        with pytest.raises(IntegrityError, match=by), transaction.atomic():
            TierGift.objects.create(year=2026 if points else 2030, points=points, **values)

        assert TierGift.objects.count() == 1
