"""Adjusting: corrections by hand, above a limit by two people (L-50)."""

from datetime import timedelta

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import ProposalDecided, SecondPersonNeeded, approve, reject
from loyalty.access.kinds import Role
from loyalty.access.models import Membership
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import new_id
from loyalty.ledger.adjusting import Adjustment, adjust
from loyalty.ledger.models import EntryNote
from loyalty.ledger.refusals import (
    InsufficientPoints,
    ReasonUnknown,
)
from tests.world.access import a_person
from tests.world.ledger import (
    NOW,
    TILL,
    a_member,
    entries_of,
    facts_about,
    movements_of,
    moving,
    parts_of,
    posted,
)
from tests.world.members import a_member as a_person_with_mail
from tests.world.programs import a_program, currency_of

pytestmark = pytest.mark.django_db


def a_clerk(cafe):
    """A manager, who may give away 20,000 points a day (S-25)."""
    person = a_person()
    Membership.objects.create(user=person, program=cafe, role=Role.MANAGER)
    return Actor(kind=ActorKind.STAFF, id=person.pk)


def adjusted(points, *members, by=TILL, key=None, at=NOW, **more):
    cafe = members[0].program
    told = {"reason": "goodwill", "note": "counted twice"} | more
    return adjust(
        program=cafe,
        member_ids=[member.pk for member in members],
        adjustment=Adjustment(points=points, currency_id=currency_of(cafe).pk, **told),
        key=key or new_id(),
        actor=by,
        at=at,
    )


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 100})


class TestAdjust:
    def test_adds_points_with_a_reason_and_a_note_beside_the_entry(self, cafe):
        """L-50, S-24"""
        ada = a_member(cafe)

        adjusted(30, ada, by=a_clerk(cafe))

        [entry] = entries_of(ada)
        assert (entry.kind, entry.points, entry.reason) == ("adjust_credit", 30, "goodwill")
        assert EntryNote.objects.get(entry=entry).text == "counted twice"
        assert facts_about(ada) == ["points.adjusted"]

    def test_with_the_same_key_counts_once(self, cafe):
        """L-4"""
        ada, key = a_member(cafe), new_id()
        adjusted(30, ada, key=key)

        [again] = adjusted(30, ada, key=key).posted

        assert again.repeated
        assert movements_of(ada) == [30]

    def test_needs_a_reason_of_the_programme(self, cafe):
        """L-50"""
        ada = a_member(cafe)

        with pytest.raises(ReasonUnknown):
            adjusted(30, ada, reason="because")

        assert movements_of(ada) == []

    def test_leaves_no_debt(self, cafe):
        """L-50"""
        ada = a_member(cafe, points=10)

        with pytest.raises(InsufficientPoints):
            adjusted(-11, ada)

        assert parts_of(ada) == (10, 0, 0, 0)

    @pytest.mark.parametrize(("points", "waits"), [(4_999, False), (5_000, False), (5_001, True)])
    def test_above_the_limit_waits_for_a_second_person(self, cafe, points, waits):
        """S-26"""
        ada = a_member(cafe)

        outcome = adjusted(points, ada, by=a_clerk(cafe))

        assert (outcome.proposal is not None) is waits
        assert movements_of(ada) == ([] if waits else [points])

    def test_in_slices_waits_as_well(self, cafe):
        """S-26: sums per person and member over 24 hours."""
        ada, clerk = a_member(cafe), a_clerk(cafe)
        adjusted(3_000, ada, by=clerk)

        assert adjusted(2_001, ada, by=clerk).proposal is not None
        assert adjusted(2_001, ada, by=a_clerk(cafe)).proposal is None
        assert adjusted(2_001, ada, by=clerk, at=NOW + timedelta(hours=25)).proposal is None

    def test_is_done_once_a_second_person_approves(self, cafe):
        """S-27: both names stand on the entry."""
        ada, clerk, chief = a_member(cafe), a_clerk(cafe), a_clerk(cafe)
        proposal = adjusted(6_000, ada, by=clerk).proposal

        approve(program=cafe, proposal_id=proposal.pk, actor=chief, at=NOW)

        [entry] = entries_of(ada)
        assert (entry.points, entry.actor_id, entry.approved_by_id) == (6_000, clerk.id, chief.id)
        with pytest.raises(ProposalDecided):
            approve(program=cafe, proposal_id=proposal.pk, actor=chief, at=NOW)
        assert movements_of(ada) == [6_000]

    def test_is_not_approved_by_whoever_proposed_it(self, cafe):
        """S-27: proposal_is_approved_by_another"""
        ada, clerk = a_member(cafe), a_clerk(cafe)
        proposal = adjusted(6_000, ada, by=clerk).proposal

        with pytest.raises(SecondPersonNeeded):
            approve(program=cafe, proposal_id=proposal.pk, actor=clerk, at=NOW)

        assert movements_of(ada) == []

    def test_lapses_after_a_week(self, cafe):
        """S-27"""
        ada = a_member(cafe)
        proposal = adjusted(6_000, ada, by=a_clerk(cafe)).proposal

        with pytest.raises(ProposalDecided):
            approve(
                program=cafe,
                proposal_id=proposal.pk,
                actor=a_clerk(cafe),
                at=NOW + timedelta(days=7),
            )

    def test_is_judged_on_the_days_state(self, cafe):
        """S-27: approval runs every check again."""
        ada = a_member(cafe, points=6_000)
        proposal = adjusted(-6_000, ada, by=a_clerk(cafe)).proposal
        posted(moving(-1, of=ada))

        with pytest.raises(InsufficientPoints):
            approve(program=cafe, proposal_id=proposal.pk, actor=a_clerk(cafe), at=NOW)

        assert Proposal.objects.get().state == "open"
        assert parts_of(ada) == (5_999, 0, 0, 0)

    def test_may_leave_a_debt_when_approved(self, cafe):
        """L-14, L-50"""
        ada = a_member(cafe, points=10)
        proposal = adjusted(-30, ada, by=a_clerk(cafe), allow_debt=True).proposal
        assert parts_of(ada) == (10, 0, 0, 0)

        approve(program=cafe, proposal_id=proposal.pk, actor=a_clerk(cafe), at=NOW)

        assert parts_of(ada) == (0, 0, 0, 20)

    def test_is_nothing_when_rejected(self, cafe):
        """S-27"""
        ada = a_member(cafe)
        proposal = adjusted(6_000, ada, by=a_clerk(cafe)).proposal

        reject(program=cafe, proposal_id=proposal.pk, actor=a_clerk(cafe), at=NOW)

        assert movements_of(ada) == []

    def test_never_touches_ones_own_points(self, cafe):
        """S-28: staff are known by their e-mail."""
        person = a_person(username="ada")
        ada = a_person_with_mail(cafe, "ada", email="ada@cafe.example")

        with pytest.raises(SecondPersonNeeded):
            adjusted(5, ada, by=Actor(kind=ActorKind.STAFF, id=person.pk))

        assert movements_of(ada) == []
