"""Staff open pending points before their time, or cancel them, with a reason (E-57)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from loyalty.access.models import AuditRow
from loyalty.earning.models import Earning
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import NotFound
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Entry, Lot
from loyalty.ledger.refusals import ReasonUnknown
from loyalty.ledger.reports.counting import points_that_count
from loyalty.ledger.timed.deciding import LotNotPending, cancel_pending, open_now
from loyalty.members.models import Member
from tests.world.access import a_staff
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.ledger import movements_of, parts_of
from tests.world.members import a_member
from tests.world.programs import currency_of
from tests.world.tiers import days_of

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("staff")
PENDING = a_rule(unlock={"after": "P14D", "from": "event"}, counts_for_tier=True)
WHY = {"reason": "goodwill", "note": "The cup was cold."}
LATER = NOON + timedelta(days=2)


@pytest.fixture
def cafe():
    """The Corner Café, where Ada has 59 pending points."""
    cafe = a_cafe(PENDING)
    a_member(cafe)
    taken(cafe, an_order())
    return cafe


def opened(cafe, **how):
    told = {"reason": "goodwill", "actor": STAFF, "at": LATER} | how
    return open_now(program=cafe, lot_id=Lot.objects.get().pk, **told)


def cancelled(cafe, **how):
    told = WHY | {"actor": STAFF, "at": LATER} | how
    return cancel_pending(program=cafe, lot_id=Lot.objects.get().pk, **told)


def test_opened_now_they_can_be_spent(cafe):
    opened(cafe)

    assert parts_of(Member.objects.get(program=cafe))[:2] == (59, 0)
    assert Lot.objects.get().opened_at == LATER


def test_cancelled_they_count_as_claimed(cafe):
    """T-6: the day of the purchase counts them no more; the order stays."""
    ada = Member.objects.get(program=cafe)

    cancelled(cafe)

    assert movements_of(ada) == [59, -59]
    entry = Entry.objects.get(points=-59)
    assert (entry.kind, entry.reason, entry.note.text) == ("forfeit", "goodwill", WHY["note"])
    assert Earning.objects.get().claimed == 59
    assert days_of(ada) == {"2026-11-20": (0, 5990, 1)}


@pytest.mark.parametrize("merges", [1, 2])
def test_cancelled_after_a_merge_they_count_as_claimed_too(cafe, merges):
    """T-6, T-46: the points have moved on, once or twice; it is the day of the purchase that counts them no more."""
    member = Member.objects.get(program=cafe)
    for n in range(merges):
        survivor = a_member(cafe, f"grace-{n}")
        merge(program=cafe, source=member, target=survivor, actor=STAFF, at=LATER)
        member = survivor
    assert days_of(member) == {"2026-11-20": (59, 5990, 1)}

    cancel_pending(program=cafe, lot_id=Lot.objects.get(free=59).pk, **WHY, actor=STAFF, at=LATER)

    assert days_of(member) == {"2026-11-20": (0, 5990, 1)}
    assert Earning.objects.get().claimed == 59
    counted = points_that_count(
        member_ids=[member.pk], currency_id=currency_of(cafe).pk, zone=cafe.zone
    )
    assert set(counted[member.pk].values()) == {0}


@pytest.mark.parametrize("decided", [opened, cancelled])
def test_refuses_what_has_opened(cafe, decided):
    opened(cafe)

    with pytest.raises(LotNotPending):
        decided(cafe)

    assert parts_of(Member.objects.get(program=cafe))[:2] == (59, 0)


@pytest.mark.parametrize("decided", [opened, cancelled])
def test_refuses_a_reason_that_the_programme_lacks(cafe, decided):
    with pytest.raises(ReasonUnknown):
        decided(cafe, reason="whim")

    assert parts_of(Member.objects.get(program=cafe))[:2] == (0, 59)


def test_refuses_lots_of_other_programmes(cafe):
    other = a_cafe(PENDING, slug="other-cafe")

    with pytest.raises(NotFound):
        opened(other)

    assert parts_of(Member.objects.get(program=cafe))[:2] == (0, 59)


@pytest.mark.parametrize(
    ("action", "parts"), [("open_pending", (59, 0)), ("cancel_pending_lots", (0, 0))]
)
def test_managers_do_it_on_the_page_of_lots_and_it_is_written_down(cafe, action, parts):
    """S-62: with the reason."""
    told = {"action": action, "_selected_action": [str(Lot.objects.get().pk)], **WHY}

    page = a_staff(cafe, "manager").post(reverse("admin:loyalty_lot_changelist"), told, follow=True)

    assert page.status_code == 200
    assert parts_of(Member.objects.get(program=cafe))[:2] == parts
    assert AuditRow.objects.filter(action__startswith="lot.", reason="goodwill").count() == 1
