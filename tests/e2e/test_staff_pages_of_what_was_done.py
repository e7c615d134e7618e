"""Pages of the admin whose work is over: a report, refused rows, codes to fetch, an order with its return, a draft to publish."""

import pytest

from loyalty.earning.replaying.models import WhatIf
from loyalty.events.models import Order
from loyalty.imports.models import Import
from loyalty.jobs.models import Verification
from loyalty.jobs.ticking import tick_until_idle
from loyalty.rewards.models import Redemption, VoucherBatch
from loyalty.tiers.models import LadderRevision
from tests.contracts.rows import ROWS, a_busy_cafe
from tests.e2e.test_every_staff_page import _faults_at, _sign_in
from tests.world.access import a_shop, a_staff
from tests.world.events import an_order
from tests.world.imports import a_table, sent
from tests.world.replaying import a_draft


@pytest.mark.parametrize(
    ("size", "language", "scheme"), [("desktop", "en", "light"), ("phone", "fa", "dark")]
)
def test_reads_well_when_the_work_is_done(visit, size, language, scheme):
    """U-5, U-32, U-35: nothing complains, overflows, or stumbles over accessibility."""
    cafe = a_cafe_at_night()
    staff = visit(size=size, language=language, scheme=scheme)
    _sign_in(staff, a_staff(cafe))

    faults = {page: told for page in pages() if (told := list(_faults_at(staff, page)))}

    assert faults == {}


def a_cafe_at_night():
    """Everything that was asked for is done, and some of it was refused."""
    cafe = a_busy_cafe()
    shop = a_shop(cafe)
    shop.post("/v1/events", an_order(total=5990), key="order")
    back = {"order_id": "order-1001", "amount": 1000}
    told = {"type": "order.returned", "member": "ext:ada", "source": "shop", "source_id": "r"}
    shop.post("/v1/events", told | {"data": back}, key="return")
    for name in ("what_if", "redemption", "batch"):
        ROWS[name](shop)
    sent(shop, a_table("external_id,email", "mary,nobody", "joan,joan@example.org"), kind="members")
    a_draft(cafe, priority=7)
    tick_until_idle()
    return cafe


def pages():
    """The addresses, each of a row in the state that is meant."""
    what_if = WhatIf.objects.get(state="done")
    run = Import.objects.get(state="ready")
    order = Order.objects.get()
    return [
        f"/admin/loyalty/earningrule/what-ifs/{what_if.pk}/",
        f"/admin/loyalty/earningrule/{what_if.rule_id}/launch/",
        f"/admin/loyalty/import/{run.pk}/change/",
        f"/admin/loyalty/import/{run.pk}/rows/?status=refused",
        f"/admin/loyalty/voucherbatch/{VoucherBatch.objects.get(state='made').pk}/change/",
        f"/admin/loyalty/redemption/{Redemption.objects.get().pk}/change/",
        f"/admin/loyalty/order/{order.pk}/change/",
        f"/admin/loyalty/event/?member__id__exact={order.member_id}",
        f"/admin/loyalty/redemption/member/{order.member_id}/",
        f"/admin/gamification/definition/member/{order.member_id}/",
        f"/admin/loyalty/ladderrevision/{LadderRevision.objects.get().pk}/change/",
        "/admin/loyalty/ladderrevision/add/",
        f"/admin/loyalty/verification/{Verification.objects.latest('pk').pk}/change/",
    ]
