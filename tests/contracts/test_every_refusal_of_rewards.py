"""Every code that the page on rewards names is told somewhere, with its status, and leaves no trace (W-20, W-36).

One small catalogue serves all: Ada has 1,000 stars and a coffee, Grace has nothing and is suspended.
"""

from types import SimpleNamespace

import pytest

from loyalty.access.approvals.models import StaffBudget
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.problems import STATUS
from loyalty.ledger.models import Account
from loyalty.members.changing import Change, change, set_status
from loyalty.members.contacts import email_digest
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import MemberProfile
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.afterwards.fulfilling import fulfil
from loyalty.rewards.catalogue.publishing import publish
from loyalty.rewards.guesses.guessing import PERSON, Guesser, begin
from loyalty.rewards.models import Redemption, RewardStock, Voucher, VoucherUse
from tests.world import vouchers
from tests.world.access import a_staff
from tests.world.ledger import TILL
from tests.world.rewards import NOON, a_cafe, a_guest, a_reward, given, goodwill, got, offered

pytestmark = pytest.mark.django_db
MORNING = {"windows": [{"from": "06:00", "to": "07:00"}]}
ORDER = vouchers.a_basket(500)


@pytest.fixture
def world():
    cafe = a_cafe(
        a_reward(limits=[{"times": 1, "period": "day"}]),
        a_reward("dear", price=3000),
        a_reward("gone", stock=0),
        a_reward("early", **MORNING),
        a_reward("newcomers", audience={"days_since_joined": {"at_least": 9}}),
        a_reward("present", price=None),
        a_reward("ended", state="ended"),
        a_reward("off", kind="amount_off", terms={"money": {"amount": 500, "currency": "EUR"}, "from": 2000}),
    )  # fmt: skip
    ada, grace = a_guest(cafe, 1000), a_guest(cafe, 5000, name="grace")
    set_status(members=[grace], status=MemberStatus.SUSPENDED, actor=TILL, at=NOON)
    coffee = got(ada)
    vouchers.redeemed(cafe, coffee.vouchers[0], "order-1", by=ada, at=NOON)
    support = a_staff(cafe, "support")
    support.user.email = "me@cafe.example"
    support.user.save()
    digest = email_digest(program_id=cafe.pk, email=support.user.email)
    me = a_guest(cafe, 0, name="me")
    MemberProfile.objects.filter(member=me).update(email_digest=digest)
    return SimpleNamespace(
        cafe=cafe,
        ada=ada,
        grace=grace,
        me=me,
        support=support,
        coffee=coffee,
        off=given(ada, "off").vouchers[0],
        card=vouchers.a_card(cafe, 1000, at=NOON),
    )


def buys(slug, **how):
    return lambda world: got(world.ada, slug, **how)


def shows_too_often(world):
    ada = [Guesser(kind="member", id=world.ada.pk, limits=PERSON)]
    for _attempt in range(PERSON.short + 1):
        begin(ada, at=NOON)


def buys_resting(world):
    for phone in ("+4420", "+4421"):
        told = Change(profile={"phone": phone})
        change(member=world.ada, told=told, actor=TILL, at=NOON)
    got(world.ada, "dear")


def buys_paused(world):
    world.ada.program.is_paused = True
    got(world.ada, "off")


TOLD = {
    (404, "reward_unknown"): buys("tea"),
    (404, "redemption_unknown"): lambda world: cancel(
        program=world.cafe, redemption_ids=[new_id()], reason="", actor=TILL, at=NOON
    ),
    (409, "redemption_not_cancellable"): lambda world: cancel(
        program=world.cafe,
        redemption_ids=[world.coffee.redemption.pk],
        reason="",
        actor=TILL,
        at=NOON,
    ),
    (409, "redemption_not_waiting"): lambda world: fulfil(
        program=world.cafe, redemption_id=world.coffee.redemption.pk, actor=TILL, at=NOON
    ),
    (409, "price_changed"): buys("off", expected_points=90),
    (409, "gift_conflict"): lambda world: [
        given(world.ada, "off", key="k", quantity=each) for each in (1, 2)
    ],
    (422, "reward_not_live"): buys("ended"),
    (422, "outside_window"): buys("early"),
    (422, "not_in_audience"): buys("newcomers"),
    (422, "no_price"): buys("present"),
    (422, "limit_reached"): buys("coffee"),
    (422, "reward_out_of_stock"): buys("gone"),
    (422, "insufficient_points"): buys("dear"),
    (422, "member_suspended"): lambda world: got(world.grace, "off"),
    (422, "deeds_rest"): buys_resting,
    (409, "program_paused"): buys_paused,
    (403, "step_up_needed"): lambda world: got(world.ada, "dear", is_confirmed=False),
    (422, "voucher_not_redeemable"): lambda world: vouchers.validated(world.cafe, "x", at=NOON),
    (422, "order_not_eligible"): lambda world: vouchers.redeemed(
        world.cafe, world.off, by=world.ada, at=NOON, **ORDER
    ),
    (409, "voucher_not_reinstatable"): lambda world: vouchers.reinstated(
        world.cafe, world.off, "order-9", at=NOON
    ),
    (422, "value_exceeds_remaining"): lambda world: vouchers.redeemed(
        world.cafe, world.card, amount=1001, at=NOON
    ),
    (422, "budget_exhausted"): lambda world: goodwill(world.ada, "dear", by=world.support),
    (422, "reason_missing"): lambda world: goodwill(world.ada, "off", by=world.support, note=""),
    (422, "reason_unknown"): lambda world: goodwill(
        world.ada, "off", by=world.support, reason="luck"
    ),
    (422, "own_member"): lambda world: goodwill(world.me, "off", by=world.support),
    (429, "too_many_attempts"): shows_too_often,
    (422, "reward_kind_changed"): lambda world: offered(world.cafe, a_reward("off")),
    (409, "reward_not_draft"): lambda world: publish(
        program=world.cafe, revision_id=world.coffee.redemption.revision_id, at=NOON
    ),
}
KEEPS_A_FIRST = {"gift_conflict"}  # the call before it was good


def traces():
    """All that a refusal must leave as it was."""
    return [
        list(Account.objects.order_by("pk").values_list("available", "held")),
        list(RewardStock.objects.order_by("pk").values_list("total", "left")),
        list(Redemption.objects.order_by("pk").values_list("state", "quantity")),
        list(Voucher.objects.order_by("pk").values_list("state", "reserved_key")),
        VoucherUse.objects.count(),
        list(StaffBudget.objects.values_list("used", flat=True)),
    ]


@pytest.mark.parametrize(("status", "code"), TOLD)
def test_is_told_with_its_status_and_leaves_no_trace(world, status, code):
    before = traces()

    with pytest.raises(DomainError) as refusal:
        TOLD[status, code](world)

    assert (STATUS[refusal.value.kind], refusal.value.code) == (status, code)
    assert refusal.value.sentence()
    assert code in KEEPS_A_FIRST or traces() == before
