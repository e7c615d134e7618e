"""What limits hold back: who earned first comes first, whenever it was told; and what staff give later (G-27, G-33, G-34)."""

import pytest

from gamification.badges.models import Award
from gamification.prizes.budgeting import give_later
from gamification.prizes.models import PrizeGrant
from gamification.prizes.refusals import GrantNotCapped
from loyalty.foundation.actors import job
from tests.world.badges import points_of
from tests.world.members import a_member
from tests.world.play import FIRST_CUP, a_cafe, at, bought, heard

pytestmark = pytest.mark.django_db

PRIZE = {"kind": "points", "currency": "stars", "points": 20}
TIER = FIRST_CUP["tiers"][0]


def test_of_one_batch_who_earned_first_has_the_number():
    """G-33, G-27: Grace's cup was earlier and is told later; both are heard together. Told after that, nobody is dethroned."""
    cafe = a_cafe(rules=[], badges=[FIRST_CUP | {"tiers": [TIER | {"edition": 1}]}])
    for name in ("grace", "zoe"):
        a_member(cafe, name)
    bought(cafe, "o-ada", when="11-03 09:00", heard=False)
    bought(cafe, "o-grace", when="11-02 09:00", told_at="11-04 09:00", who="grace", heard=False)

    heard(cafe)
    bought(cafe, "o-zoe", when="11-01 09:00", told_at="11-05 09:00", who="zoe")

    award = Award.objects.select_related("member").get()
    assert (award.member.external_id, award.edition_no) == ("grace", 1)
    assert award.earned_at == at("11-02 09:00") < award.awarded_at


def test_only_what_was_held_back_is_given_later():
    """G-34: `grant_not_capped`; nothing moves a second time."""
    cafe = a_cafe(rules=[], badges=[FIRST_CUP | {"tiers": [TIER | {"prize": PRIZE}]}])
    bought(cafe, "o-1", when="11-02 09:00")
    grant = PrizeGrant.objects.get()

    with pytest.raises(GrantNotCapped):
        give_later(program=cafe, grant_id=grant.pk, actor=job("test"), at=at("11-03 09:00"))

    assert (PrizeGrant.objects.get().state, points_of(cafe)) == ("given", 20)
