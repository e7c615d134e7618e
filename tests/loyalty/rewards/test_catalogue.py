"""The catalogue: the document's part, revisions and periods, stock, and what is refused (W-1 to W-13)."""

import pytest

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.refusals import DomainError
from loyalty.programs.documents import export_program
from loyalty.rewards.catalogue.publishing import end, pause, resume
from loyalty.rewards.models import Reward, RewardPeriod, RewardRevision, RewardStock
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_gift_card,
    a_guest,
    a_percentage,
    a_perk,
    a_reward,
    an_exchange,
    at,
    cancelled,
    got,
    left_of,
    offered,
    reward_of,
)

pytestmark = pytest.mark.django_db

EVERYTHING = [
    a_reward(
        stock=5,
        text={"en": "Any size.", "fa": "هر اندازه."},
        limits=[{"times": 3, "period": "day"}],
        windows=[{"weekdays": ["mon"], "from": "08:00", "to": "11:00"}],
        audience={"segments": ["vip"], "days_since_joined": {"at_least": 10}},
        valid_for="P30D",
        combinable=True,
        worth=80,
        unit_cost={"amount": 120, "currency": "EUR"},
    ),
    a_reward("five-off", kind="amount_off", terms={"money": {"amount": 500, "currency": "EUR"}, "from": 2000}),
    a_percentage("12.5"),
    a_reward("shipping", kind="free_shipping", terms={}),
    a_gift_card(1000),
    a_perk(fulfilment="by_hand"),
    an_exchange(10),
    a_reward("partner", kind="custom", terms={"data": {"shop": "x"}}, codes="pool", low_at=3),
    a_reward("gift-only", price=None, state="paused"),
]  # fmt: skip


def refusal_of(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


def test_every_kind_comes_back_as_it_was_told():
    """W-2: applied, exported and applied again, nothing changes."""
    cafe = a_cafe(*EVERYTHING)

    told = export_program(cafe)["rewards"]

    assert told == [
        {key: value for key, value in each.items() if value not in ([], {})} for each in EVERYTHING
    ]
    again = offered(cafe, *told)
    assert again.differences == []
    assert RewardRevision.objects.count() == len(EVERYTHING)


def test_a_change_is_a_new_revision_and_what_is_out_keeps_its_terms():
    """W-1."""
    cafe = a_cafe()
    ada = a_guest(cafe)
    first = got(ada).redemption

    offered(cafe, a_reward(price=200), when=at("2026-11-22T12:00"))

    assert list(RewardRevision.objects.order_by("number").values_list("number", flat=True)) == [1, 2]  # fmt: skip
    assert got(ada, when=at("2026-11-22T13:00")).redemption.points == 200
    first.refresh_from_db()
    assert first.points == 100


def test_states_go_by_periods():
    """W-1, E-21: draft → live ⇄ paused → ended."""
    cafe = a_cafe()
    reward, told = reward_of(cafe), {"program": cafe, "reward_id": reward_of(cafe).pk}
    ada = a_guest(cafe)

    pause(at=at("2026-11-22T00:00"), **told)
    assert refusal_of(lambda: got(ada, when=at("2026-11-22T01:00"))).code == "reward_not_live"
    assert refusal_of(lambda: pause(at=NOON, **told)).code == "reward_not_in_state"
    resume(at=at("2026-11-23T00:00"), **told)
    got(ada, when=at("2026-11-23T01:00"))
    end(at=at("2026-11-24T00:00"), **told)
    assert refusal_of(lambda: resume(at=NOON, **told)).code == "reward_ended"

    periods = RewardPeriod.objects.filter(reward=reward).order_by("starts_at")
    assert [(p.starts_at, p.ends_at) for p in periods] == [
        (NOON, at("2026-11-22T00:00")),
        (at("2026-11-23T00:00"), at("2026-11-24T00:00")),
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"kind": "song"}, "/rewards/0/kind", "not_a_choice"),
        ({"prices": [{"currency": "stars", "points": 0}]}, "/rewards/0/prices/0/points", "too_small"),
        ({"prices": [{"currency": "gems", "points": 1}]}, "/rewards/0/prices/0/currency", "currency_unknown"),
        ({"prices": [{"currency": "xp", "points": 1}]}, "/rewards/0/prices/0/currency", "currency_not_spendable"),
        ({"prices": [{"currency": "stars", "tier": "gold", "points": 1}]}, "/rewards/0/prices/0", "base_price_missing"),
        ({"kind": "percent_off", "terms": {"percent": "0"}}, "/rewards/0/terms/percent", "invalid"),
        ({"kind": "percent_off", "terms": {"percent": "100.1"}}, "/rewards/0/terms/percent", "invalid"),
        ({"terms": {"skus": []}}, "/rewards/0/terms/skus", "too_few"),
        ({"valid_for": "PT5H"}, "/rewards/0/valid_for", "too_small"),
        ({"fulfilment": "by_hand"}, "/rewards/0/fulfilment", "not_a_choice"),
        ({"codes": "pool", "stock": 5}, "/rewards/0/stock", "pool_counts"),
        ({"code_length": 8, "bound": False}, "/rewards/0/code_length", "not_bound"),
        ({"kind": "custom", "terms": {"data": {"x": "y" * 4100}}}, "/rewards/0/terms/data", "too_long"),
        ({"prices": [], "automatic": {"at_points": 5}}, "/rewards/0/automatic", "price_missing"),
        ({"windows": [{"dates": {"from": "2026-01-02", "to": "2026-01-01"}}]}, "/rewards/0/windows/0/dates", "ends_before_it_starts"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_with_a_pointer(change, pointer, code):
    """W-2, W-10, and bad input."""
    refusal = refusal_of(lambda: a_cafe(a_reward() | change))

    assert (pointer, code) in {(each.pointer, each.code) for each in refusal.problems}
    assert not Reward.objects.exists()


def test_percentages_are_whole_tenths_from_0_1_to_100():
    """W-2."""
    from loyalty.rewards.catalogue.shapes import TERMS

    good = ["0.1", "0.9", "1", "1.5", "9.9", "10", "10.5", "55", "90", "99.9", "100", "100.0"]
    bad = ["0", "0.0", "00.1", "100.1", "101", "1.55", "-1", "1.", ".5", "", "1e1", "٥"]

    fits = TERMS["percent_off"].fits
    assert [each for each in good if not fits({"percent": each})] == []
    assert [each for each in bad if fits({"percent": each})] == []


def test_a_reward_keeps_its_kind():
    """What is out was handed out as such."""
    cafe = a_cafe()

    assert refusal_of(lambda: offered(cafe, a_percentage(slug="coffee"))).code == "reward_kind_changed"  # fmt: skip


class TestStock:
    def test_counts_those_that_are_out(self):
        """W-11: another number in all leaves what was handed out."""
        cafe = a_cafe(a_reward(stock=5))
        ada = a_guest(cafe)
        got(ada, quantity=3)

        offered(cafe, a_reward(stock=10))

        assert left_of(cafe) == 7
        assert refusal_of(lambda: offered(cafe, a_reward(stock=2))).code == "stock_below_handed_out"
        assert left_of(cafe) == 7

    def test_may_be_lifted_and_comes_back_right(self):
        """W-11: what was taken comes back where it was taken."""
        cafe = a_cafe(a_reward(stock=2))
        ada = a_guest(cafe)
        row = got(ada).redemption
        offered(cafe, a_reward(stock=None))
        got(ada, quantity=5)
        assert left_of(cafe) is None
        cancelled(row)

        offered(cafe, a_reward(stock=3))

        assert left_of(cafe) == 3

    def test_agrees_with_redemptions(self):
        """V-35: and a planted fault is named."""
        cafe = a_cafe(a_reward(stock=5))
        got(a_guest(cafe))
        assert list(prove(Scope(program_id=cafe.pk))) == []

        RewardStock.objects.update(left=3)

        (found,) = prove(Scope(program_id=cafe.pk))
        assert (found.invariant, found.row, found.found, found.expected) == ("W-11", reward_of(cafe).shown_id, "2", "1")  # fmt: skip


@pytest.mark.parametrize(
    ("audience", "fits"),
    [
        ({"tiers": ["gold"]}, False),
        ({"tiers": ["bronze"]}, True),
        ({"segments": ["vip"]}, False),
        ({"days_since_joined": {"at_least": 2}}, True),
        ({"days_since_joined": {"at_most": 1}}, False),
        ({"first_redemption": True}, True),
    ],
)
def test_the_audience_is_who_it_says(audience, fits):
    """W-13."""
    cafe = a_cafe(a_reward(audience=audience), ladder=True)
    ada = a_guest(cafe)
    later = at("2026-11-23T12:00")

    if fits:
        got(ada, when=later)
        return
    assert refusal_of(lambda: got(ada, when=later)).code == "not_in_audience"


def test_a_first_redemption_is_the_first():
    """W-13: a cancelled one does not count."""
    cafe = a_cafe(a_reward(audience={"first_redemption": True}))
    ada = a_guest(cafe)
    row = got(ada).redemption
    assert refusal_of(lambda: got(ada)).code == "not_in_audience"

    cancelled(row)

    got(ada)


def test_a_member_confirms_above_the_limit():
    """W-25, S-19: the hook of stepping up."""
    cafe = a_cafe(a_reward(price=2001), a_reward("small", price=2000))
    ada = a_guest(cafe, 9000)

    assert refusal_of(lambda: got(ada, is_confirmed=False)).code == "step_up_needed"
    got(ada, "small", is_confirmed=False)
    got(ada, is_confirmed=True)
