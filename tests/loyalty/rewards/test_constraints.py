"""Each constraint and trigger of catalogue, redemptions and budgets refuses alone, by raw SQL (section 10 of the page)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.foundation.ids import new_id
from loyalty.rewards.models import Redemption, RewardPeriod, RewardPrice, RewardRevision
from tests.world.access import a_staff
from tests.world.rewards import NOON, a_cafe, a_guest, a_reward, given, goodwill, got, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_cafe(a_reward(stock=5))


def refuses(name, sql, *values):
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("reward_state_is_known", "state = 'gone'"),
        ("reward_kind_is_known", "kind = 'song'"),
    ],
)
def test_rewards(cafe, name, change):
    """W-1, W-2."""
    refuses(name, f"UPDATE loyalty_reward SET {change}")


def test_slugs_are_unique(cafe):
    """W-1."""
    refuses(
        "reward_slug_is_its_own",
        "INSERT INTO loyalty_reward SELECT %s, slug, name, kind, state, created_at, program_id FROM loyalty_reward",
        new_id(),
    )


class TestRevisions:
    def test_are_frozen_once_live(self, cafe):
        """W-1."""
        refuses("live_rewards_are_frozen", "UPDATE loyalty_rewardrevision SET definition = '{}'")
        refuses("live_rewards_are_frozen", "DELETE FROM loyalty_rewardrevision")

    def test_count_up_from_one(self, cafe):
        """W-1."""
        row = RewardRevision.objects.get()
        draft = {"reward": row.reward, "definition": {}, "author": "", "created_at": NOON}
        with pytest.raises(IntegrityError, match="reward_revisions_count_up"), transaction.atomic():
            RewardRevision.objects.create(number=1, **draft)
        with pytest.raises(IntegrityError, match="reward_revision_from_one"), transaction.atomic():
            RewardRevision.objects.create(number=0, **draft)

    def test_keep_their_prices(self, cafe):
        """W-10."""
        refuses("live_prices_are_frozen", "UPDATE loyalty_rewardprice SET points = 1")
        refuses("live_prices_are_frozen", "DELETE FROM loyalty_rewardprice")

    def test_have_one_positive_price_each(self, cafe):
        """W-10: nulls are equal."""
        offered(cafe, a_reward(price=200, state="draft") | {"slug": "tea"})
        price = RewardPrice.objects.get(revision__reward__slug="tea")
        refuses("reward_price_is_positive", "UPDATE loyalty_rewardprice SET points = 0 WHERE id = %s", price.pk)  # fmt: skip
        with pytest.raises(IntegrityError, match="reward_price_is_one"), transaction.atomic():
            RewardPrice.objects.create(revision=price.revision, currency=price.currency, points=1)


class TestPeriods:
    def test_are_open_once_and_frozen_when_over(self, cafe):
        """W-1."""
        first = RewardPeriod.objects.get()
        told = {"reward": first.reward, "revision": first.revision}
        with (
            pytest.raises(IntegrityError, match="reward_has_one_open_period"),
            transaction.atomic(),
        ):
            RewardPeriod.objects.create(starts_at=NOON, **told)
        with (
            pytest.raises(IntegrityError, match="reward_period_ends_after_its_start"),
            transaction.atomic(),
        ):
            RewardPeriod.objects.create(starts_at=NOON, ends_at=NOON, **told)
        RewardPeriod.objects.create(starts_at=NOON, ends_at=NOON + timedelta(days=1), **told)
        refuses(
            "ended_reward_period_is_frozen",
            "UPDATE loyalty_rewardperiod SET ends_at = NULL WHERE ends_at IS NOT NULL",
        )


@pytest.mark.parametrize("change", ['"left" = -1', '"left" = 6'])
def test_stock_is_within_its_total(cafe, change):
    """W-11: 0 ≤ left ≤ total."""
    refuses("stock_left_is_within_total", f"UPDATE loyalty_rewardstock SET {change}")


class TestRedemptions:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("redemption_costs_and_gift_does_not", "points = 0"),
            ("redemption_costs_and_gift_does_not", "origin = 'gift'"),
            ("redemption_is_1_to_20_pieces", "quantity = 21, stock_taken = 0"),
            ("redemption_takes_its_pieces", "stock_taken = 7"),
            ("redemption_state_is_known", "state = 'gone'"),
            ("redemption_origin_is_known", "origin = 'luck', points = 0, currency_id = NULL"),
            ("redemption_is_cancelled_at_an_instant", "cancelled_at = now()"),
            ("only_issued_can_wait", "state = 'fulfilled', is_waiting = TRUE"),
        ],
    )
    def test_are_what_they_say(self, cafe, name, change):
        """W-21, W-23, W-26: each check on a fresh row, where no trigger helps."""
        got(a_guest(cafe))
        columns = [field.column for field in Redemption._meta.concrete_fields]
        changed = dict(part.split(" = ") for part in change.split(", "))
        fresh = {"id": f"'{new_id()}'", "origin_key": "'another'"} | changed
        values = ", ".join(fresh.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        refuses(name, f"INSERT INTO loyalty_redemption ({names}) SELECT {values} FROM loyalty_redemption")  # fmt: skip

    def test_keep_their_terms(self, cafe):
        """W-1: only the state moves on."""
        got(a_guest(cafe))

        refuses("redemption_terms_are_kept", "UPDATE loyalty_redemption SET points = 1")
        refuses("redemption_terms_are_kept", "UPDATE loyalty_redemption SET note = 'other'")

    def test_are_kept(self, cafe):
        """W-23: for ever."""
        got(a_guest(cafe))

        refuses("redemptions_are_kept", "DELETE FROM loyalty_redemption")

    def test_count_once_per_origin_and_key(self, cafe):
        """W-26."""
        ada = a_guest(cafe)
        given(ada, key="one")
        row = given(ada, key="two").redemption
        row.pk, row.origin_key = new_id(), "one"
        with (
            pytest.raises(IntegrityError, match="redemption_origin_counts_once"),
            transaction.atomic(),
        ):
            row.save(force_insert=True)

    def test_by_machine_count_once_per_day_and_number(self, cafe):
        """W-70."""
        ada = a_guest(cafe)
        row = got(ada, automatic_number=1, origin_key="automatic/1").redemption
        row.pk, row.origin_key = new_id(), "automatic/2"
        with (
            pytest.raises(IntegrityError, match="automatic_redemption_counts_once"),
            transaction.atomic(),
        ):
            row.save(force_insert=True)


class TestBudgets:
    def test_are_used_up_to_their_limit(self, cafe):
        """S-25, W-72."""
        goodwill(a_guest(cafe), by=a_staff(cafe, "support"))

        refuses("staff_budget_used_up_to_its_limit", "UPDATE loyalty_staffbudget SET used = 2001")
        refuses("staff_budget_used_up_to_its_limit", "UPDATE loyalty_staffbudget SET used = -1")

    def test_are_one_a_day(self, cafe):
        """S-25."""
        goodwill(a_guest(cafe), by=a_staff(cafe, "support"))

        refuses(
            "staff_budget_is_one_a_day",
            'INSERT INTO loyalty_staffbudget (id, program_id, person_id, day, used, "limit")'
            ' SELECT %s, program_id, person_id, day, 0, "limit" FROM loyalty_staffbudget',
            new_id(),
        )
