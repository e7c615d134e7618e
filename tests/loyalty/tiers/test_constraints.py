"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.tiers.models import LadderRevision, Standing, Tier, TierDay, TierMove
from tests.world.ledger import a_member
from tests.world.tiers import a_cafe, a_gold_member, granted, noon

pytestmark = pytest.mark.django_db


def refused(by):
    """The statement inside fails, and this constraint or trigger is why."""
    return pytest.raises(IntegrityError, match=by)


def changed(row, **fields):
    """The row with these columns, past every rule."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


def copied(row, **fields):
    """A second row like this one."""
    values = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    values |= fields
    values.pop("pk", None)
    if "id" in values and "id" not in fields:
        values.pop("id")
    with transaction.atomic():
        return type(row).objects.create(**values)


def a_draft(program):
    live = LadderRevision.objects.get(ladder__program=program)
    draft = copied(live, number=2, state="draft", published_at=None)
    for tier in live.tiers.all():
        copied(tier, revision_id=draft.pk)
    return draft


def a_tier(draft, slug):
    return Tier.objects.get(revision=draft, slug=slug)


class TestLadders:
    """T-1 to T-3."""

    def test_numbers_count_up(self):
        draft = a_draft(a_cafe())
        with refused("ladder_revisions_count_up"):
            changed(draft, number=1)

    def test_one_is_live(self):
        draft = a_draft(a_cafe())
        with refused("ladder_has_one_live_revision"):
            changed(draft, state="live", published_at=draft.drafted_at)

    @pytest.mark.parametrize(
        ("fields", "by"),
        [
            ({"state": "lost"}, "ladder_state_is_known|ladder_goes_live_at_an_instant"),
            ({"grace_days": 366}, "ladder_grace_has_an_end"),
            ({"period_months": 25}, "ladder_period_is_1_to_24_months"),
            ({"period_months": 0}, "ladder_period_is_1_to_24_months"),
            ({"state": "past"}, "ladder_goes_live_at_an_instant"),
        ],
    )
    def test_terms_are_within_bounds(self, fields, by):
        draft = a_draft(a_cafe())
        with refused(by):
            changed(draft, **fields)

    @pytest.mark.parametrize(
        "fields", [{"metric": "spend"}, {"grace_days": 3}, {"state": "draft", "published_at": None}]
    )
    def test_a_live_revision_is_frozen(self, fields):
        live = LadderRevision.objects.get(ladder__program=a_cafe())
        with refused("live_ladders_are_frozen"):
            changed(live, **fields)

    def test_its_tiers_are_frozen(self):
        gold = Tier.objects.get(revision__ladder__program=a_cafe(), slug="gold")
        with refused("live_tiers_are_frozen"):
            changed(gold, reach=1)
        with refused("live_tiers_are_frozen"), transaction.atomic():
            gold.delete()
        with refused("live_tiers_are_frozen"):
            copied(gold, slug="diamond", rank=9, reach=9000)

    def test_reach_rises(self):
        program = a_cafe()
        draft = a_draft(program)
        changed(a_tier(draft, "gold"), reach=500, keep=500)
        changed(LadderRevision.objects.get(ladder__program=program, number=1), state="past")
        with refused("live_ladders_rise"):
            changed(draft, state="live", published_at=draft.drafted_at)

    def test_there_is_a_lowest_tier(self):
        program = a_cafe()
        draft = a_draft(program)
        a_tier(draft, "bronze").delete()
        changed(LadderRevision.objects.get(ladder__program=program, number=1), state="past")
        with refused("live_ladders_rise"):
            changed(draft, state="live", published_at=draft.drafted_at)

    @pytest.mark.parametrize(
        ("slug", "fields", "by"),
        [
            ("gold", {"rank": 1}, "tier_ranks_count_up"),
            ("gold", {"slug": "silver"}, "tier_slug_is_its_own"),
            ("gold", {"keep": 1501}, "tier_keep_is_within_reach"),
            ("gold", {"rank": 10}, "tier_is_one_of_ten"),
            ("bronze", {"reach": 1}, "tier_zero_belongs_to_everybody"),
            ("bronze", {"by_metric": False}, "tier_zero_belongs_to_everybody"),
            ("gold", {"reach": 0, "keep": 0}, "tier_zero_belongs_to_everybody"),
        ],
    )
    def test_tiers_are_in_order(self, slug, fields, by):
        draft = a_draft(a_cafe())
        with refused(by):
            changed(a_tier(draft, slug), **fields)


class TestStandings:
    """T-7, T-10, T-16."""

    def test_a_day_is_counted_once_and_not_below_zero(self):
        ada = a_gold_member(a_cafe())
        day = TierDay.objects.filter(member=ada).first()
        with refused("tier_day_is_not_below_zero"), transaction.atomic():
            TierDay.objects.filter(member=ada, day=day.day).update(points=-1)
        with refused("loyalty_tierday_pkey"), transaction.atomic():
            TierDay.objects.create(member=ada, day=day.day, program=ada.program)

    def test_one_standing_a_member(self):
        standing = Standing.objects.get(member=a_gold_member(a_cafe()))
        with refused("loyalty_standing_pkey"):
            copied(standing)

    @pytest.mark.parametrize(
        ("fields", "by"),
        [
            ({"counted_through": "2027-07-01"}, "standing_counts_within_its_time"),
            ({"grace_through": "2027-06-30"}, "grace_follows_the_standing"),
            ({"next_slug": "platinum"}, "noted_tier_has_a_day"),
        ],
    )
    def test_its_days_are_in_order(self, fields, by):
        standing = Standing.objects.get(member=a_gold_member(a_cafe()))
        with refused(by):
            changed(standing, **fields)


class TestGrants:
    """T-20 to T-22."""

    def given(self, **rest):
        program = a_cafe()
        at = noon("2026-11-02", program)
        return granted("gold", to=a_member(program), until="2027-02-01", at=at, **rest)

    def test_ends_after_it_begins(self):
        given = self.given()
        with refused("grant_ends_after_it_begins"):
            copied(given, until=given.begins_at)

    def test_has_a_reason_and_a_source(self):
        given = self.given()
        with refused("grant_has_a_reason"):
            copied(given, reason="")
        with refused("grant_source_is_known"):
            copied(given, source="luck")

    def test_a_reference_gives_once(self):
        given = self.given(reference="pay-1")
        with refused("grant_reference_gives_once"):
            copied(given)

    def test_only_ends_and_only_once(self):
        given = self.given()
        with refused("grants_only_end"):
            changed(given, until=given.until + timedelta(days=1))
        with refused("grants_only_end"):
            changed(given, ended_at=given.until, slug="platinum")
        changed(given, ended_at=given.until)
        with refused("grants_only_end"):
            changed(given, ended_at=given.begins_at)
        with refused("grants_are_kept"), transaction.atomic():
            given.delete()


class TestMoves:
    """T-15, T-37."""

    def moved(self):
        return TierMove.objects.filter(member=a_gold_member(a_cafe())).order_by("number")

    def test_count_up(self):
        first, second = self.moved()
        with refused("tier_moves_count_up"):
            copied(second, number=first.number, effective_to=second.effective_from)

    def test_one_is_open(self):
        _first, second = self.moved()
        with refused("member_has_one_tier_in_force"):
            copied(second, number=3)

    def test_a_review_moves_once_a_day(self):
        _first, second = self.moved()
        closed = {"effective_to": second.effective_from, "cause": "review"}
        copied(second, number=3, **closed)
        with refused("tier_review_moves_once"):
            copied(second, number=4, **closed)

    def test_ends_after_it_begins(self):
        first, _second = self.moved()
        with refused("tier_ends_after_it_begins"):
            copied(first, number=3, effective_to=first.effective_from - timedelta(seconds=1))

    def test_has_a_known_cause(self):
        first, _second = self.moved()
        with refused("tier_move_cause_is_known"):
            copied(first, number=3, cause="mood")

    def test_only_closes_and_stays(self):
        first, second = self.moved()
        with refused("tier_moves_only_close"):
            changed(second, to_slug="platinum")
        with refused("tier_moves_only_close"):
            changed(first, effective_to=second.at + timedelta(days=1))
        with refused("tier_moves_are_kept"), transaction.atomic():
            first.delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with refused("tier_moves_are_kept"), transaction.atomic():
                cursor.execute("TRUNCATE loyalty_tiermove")
