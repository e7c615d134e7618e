"""Challenges that are not joined, and wordings that cannot be played."""

import pytest

from gamification.criteria.models import Definition, PlaySetting
from loyalty.foundation.refusals import DomainError
from tests.world.challenges import ORDERS, a_challenge, goes_of, joined
from tests.world.clocked import a_test_cafe, bought
from tests.world.play import at, member_of

pytestmark = pytest.mark.django_db


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "wording", "when"),
        [
            ("challenge_already_joined", {}, "11-02 10:00"),
            ("challenge_not_open", {"activation": "schedule"}, "11-02 09:00"),
            ("challenge_not_open", {}, "12-01 09:00"),
            ("challenge_not_open", {"state": "paused"}, "11-02 09:00"),
            ("challenge_not_eligible", {"after": "other"}, "11-02 09:00"),
            ("challenge_not_eligible", {"who": {"measure": {"kind": "segment.in", "segment": "regulars"}, "at_least": 1}}, "11-02 09:00"),
        ],
    )  # fmt: skip
    def test_nothing_is_joined(self, code, wording, when):
        """G-47, G-48, section 18: the code says why, and nothing has changed."""
        cafe, challenge = a_challenge(**{"activation": "join"} | wording)
        if code == "challenge_already_joined":
            joined(cafe, challenge, when="11-02 09:00")
        before = goes_of(cafe)

        with pytest.raises(DomainError) as refusal:
            joined(cafe, challenge, when=when)

        assert refusal.value.code == code
        assert goes_of(cafe) == before

    def test_who_wants_no_challenges_joins_none(self):
        """G-29."""
        cafe, challenge = a_challenge(activation="join")
        PlaySetting.objects.create(
            program=cafe, member=member_of(cafe), game="", at=at("10-01 06:00")
        )

        with pytest.raises(DomainError) as refusal:
            joined(cafe, challenge, when="11-02 09:00")

        assert (refusal.value.code, goes_of(cafe)) == ("play_switched_off", [])

    def test_another_challenge_first(self):
        """G-48: `after`."""
        cafe, _first = a_challenge("other", at_least=1)
        _cafe, second = a_challenge("second", cafe=cafe, activation="join", after="other")
        bought(cafe, "o-1", when="11-02 09:00")

        assert joined(cafe, second, when="11-02 10:00").progress == [1]

    def test_not_the_not(self):
        """G-13: whom it is for may be told by what is not so, with no instant."""
        lapsed = {"not": {"measure": {"kind": "segment.in", "segment": "regulars"}, "at_least": 1}}
        cafe, challenge = a_challenge(activation="join", who=lapsed)

        assert joined(cafe, challenge, when="11-02 10:00").state == "active"

    @pytest.mark.parametrize(
        ("pointer", "code", "wording"),
        [
            ("/challenges/0/window/between", "malformed", {"window": {"between": ["2026-12-01", "2026-11-01"]}}),
            ("/challenges/0/window/from_joining", "malformed", {"window": {"from_joining": "PT5H"}, "activation": "join"}),
            ("/challenges/0/window", "malformed", {"window": {"from_joining": "P5D"}}),
            ("/challenges/0/steps/0/measure", "criteria_unsupported", {"steps": [{"measure": ORDERS | {"window": {"rolling": "P5D"}}, "at_least": 1}]}),
            ("/challenges/0/steps/0/measure", "criteria_unsupported", {"steps": [{"measure": {"kind": "member.tenure", "unit": "days"}, "at_least": 1}]}),
            ("/challenges/0/recurrence", "criteria_unsupported", {"recurrence": "on_completion", "steps": [{"measure": ORDERS, "at_least": 1}] * 2}),
            ("/challenges/0/who", "criteria_unsupported", {"who": {"measure": ORDERS, "at_least": 1}}),
            ("/challenges/0/goal", "criteria_unsupported", {"goal": {"target": 5, "pool": "team"}}),
        ],
    )  # fmt: skip
    def test_a_wording_that_cannot_be_played(self, pointer, code, wording):
        """G-47 to G-54: refused at publishing, with its place; nothing is there afterwards."""
        cafe = a_test_cafe()

        with pytest.raises(DomainError) as refusal:
            a_challenge(cafe=cafe, **wording)

        assert refusal.value.code == code
        assert [each.pointer for each in refusal.value.problems] == [pointer]
        assert not Definition.objects.filter(program=cafe).exists()
