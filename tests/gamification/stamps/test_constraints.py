"""The database refuses by itself what the rules refuse in words."""

from datetime import timedelta

import pytest

from gamification.stamps.models import Stamp, StampToken
from loyalty.foundation.ids import new_id
from tests.world.access import a_shop
from tests.world.play import at
from tests.world.stamps import a_card, stamped
from tests.world.tables import changed, copied, emptied, refused

pytestmark = pytest.mark.django_db


def test_stamps():
    """G-66."""
    cafe, card = a_card(stamps_from=None)
    row = stamped(cafe, card, 3, when="11-02 10:00")
    taking = {"kind": "undone", "refers_to_id": row.pk, "seq": 2, "total": 1}
    with refused("stamp_counts_once"):
        copied(row, seq=2)
    with refused("stamps_count_up"):
        copied(row, source_id="another")
    with refused("stamp_takes_from_another"):
        copied(row, seq=2, source_id="another", quantity=-1)
    with refused("stamp_total_not_below_zero"):
        copied(row, seq=2, source_id="another", total=-1)
    with refused("stamp_net_not_below_zero"):
        copied(row, **taking, quantity=-4)
    copied(row, **taking, quantity=-2)
    with refused("stamp_net_not_below_zero"):
        copied(row, **taking | {"seq": 3, "kind": "returned"}, quantity=-2)
    with refused("stamps_are_only_added"):
        changed(row, quantity=4)
    with refused("stamps_are_only_added"):
        emptied(Stamp)


def test_tokens():
    """G-70."""
    cafe, _card = a_card(stamps_from=None)
    a_shop(cafe).post("/v1/stamp-cards/drinks/tokens", {}, key="a")
    token = StampToken.objects.get()
    with refused("stamp_token_is_its_own"):
        copied(token)
    with refused("stamp_token_is_used_by_somebody"):
        changed(token, used_at=at("11-02 10:00"))
    with refused("stamp_token_gives_something"):
        changed(token, expires_at=token.made_at - timedelta(seconds=1))
    changed(token, used_at=at("11-02 10:00"), used_by=new_id())
    with refused("stamp_token_is_used_once"):
        changed(token, used_at=None, used_by=None)
