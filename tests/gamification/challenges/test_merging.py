"""Two members turn out to be one person."""

import pytest

from loyalty.foundation.actors import job
from loyalty.ledger.merging import merge
from tests.world.challenges import a_challenge, goes_of, stars_of
from tests.world.clocked import bought, it_is
from tests.world.members import a_member
from tests.world.play import at, heard, member_of

pytestmark = pytest.mark.django_db

CLERK = job("test")


class TestMerging:
    def test_goes_go_over_to_the_survivor(self):
        """G-10: totals add; the goes of the one who is gone are the survivor's, who wins once."""
        cafe, _three = a_challenge()
        a_member(cafe, "grace")
        bought(cafe, "o-1", when="11-02 09:00", who="grace")
        bought(cafe, "o-2", when="11-03 09:00", who="grace")
        bought(cafe, "o-3", when="11-04 09:00")
        it_is(cafe, "11-05 09:00")

        merge(
            program=cafe,
            source=member_of(cafe, "grace"),
            target=member_of(cafe, "ada"),
            actor=CLERK,
            at=at("11-05 09:00"),
        )
        heard(cafe)

        assert goes_of(cafe) == [("", "completed", [3])]
        assert [go[1] for go in goes_of(cafe, "grace")] == ["abandoned"]
        assert stars_of(cafe) == 60
