"""Pure tables: weights (R-X6), households (R-X7), mailboxes (R-X8), codes (R-X9), redirects (R-X10)."""

import random
from dataclasses import replace

import pytest

from referrals.codes.checking import (
    ALPHABET,
    canonical,
    check_character,
    fold,
    is_spelled_right,
    new_text,
    refuse_vanity,
)
from referrals.codes.refusals import CodeRefused
from referrals.guard.judging import judge
from referrals.guard.kinds import Signal, Verdict
from referrals.guard.remembering import canonical_mail
from referrals.plans.kinds import HouseholdPolicy, Preset
from referrals.plans.terms import GuardTerms
from tests.referrals.guards import like

S = Signal
ALL = dict.fromkeys(Signal, 0)


def verdicts(*fired, household=HouseholdPolicy.ONCE):
    """The verdict of each preset when these signals fire."""
    seen = ALL | dict.fromkeys(fired, 1)
    return [
        judge(seen, terms=GuardTerms.read(preset, household=household)).verdict.value
        for preset in (Preset.RELAXED, Preset.MODERATE, Preset.STRICT)
    ]


class TestWeights:
    """R-X6."""

    @pytest.mark.parametrize(
        ("fired", "expected"),
        [
            ((S.SAME_NETWORK, S.FAST_CONVERSION), ["pass", "pass", "pass"]),
            ((S.SIMILAR_EMAIL, S.SAME_NETWORK_AGENT), ["pass", "review", "review"]),
            ((S.SAME_PAYMENT, S.SAME_DEVICE, S.SAME_NETWORK), ["review", "review", "block"]),
            (
                (S.SAME_PAYMENT, S.SAME_ADDRESS, S.SAME_NETWORK, S.SAME_SURNAME),
                ["review", "review", "review"],
            ),
            ((S.SAME_EMAIL, S.SIMILAR_EMAIL), ["block", "block", "block"]),
            ((S.SAME_MEMBER,), ["block", "block", "block"]),
            ((S.NOT_NEW,), ["block", "block", "block"]),
        ],
    )
    def test_add_up_to_a_verdict(self, fired, expected):
        """R-37 to R-39."""
        assert verdicts(*fired) == expected

    @pytest.mark.parametrize("fired", [(S.SAME_NETWORK,), (S.SAME_NETWORK_AGENT, S.SAME_NETWORK)])
    def test_a_shared_network_alone_never_reaches_review(self, fired):
        """R-39: whatever weight somebody gives it."""
        terms = replace(
            GuardTerms.read(Preset.STRICT, household="once"),
            weights=dict.fromkeys(fired, 1000),
        )

        assert judge(ALL | dict.fromkeys(fired, 1), terms=terms).verdict is Verdict.PASS

    def test_a_stronger_signal_covers_its_weaker_kin(self):
        """R-38: looked at, told, and not added."""
        told = judge(
            ALL | {S.SAME_NETWORK: 1, S.SAME_NETWORK_AGENT: 1},
            terms=GuardTerms.read("moderate", household="once"),
        )

        weaker = next(each for each in told.checks if each.signal == S.SAME_NETWORK)
        assert (weaker.result, weaker.why, told.score) == ("skipped", "covered", 25)

    def test_every_signal_leaves_a_check_with_why_it_was_not_looked_at(self):
        """R-38: no data, and switched off."""
        terms = GuardTerms.read({"preset": "moderate", "switched_off": ["ring"]}, household="once")
        told = judge(ALL | {S.SAME_PHONE: None, S.RING: 1}, terms=terms)

        whys = {each.signal: each.why for each in told.checks}
        assert set(whys) == set(Signal)
        assert (whys[S.SAME_PHONE], whys[S.RING], told.score) == ("no_data", "switched_off", 0)

    def test_a_block_rule_cannot_be_switched_off(self):
        """R-37."""
        terms = GuardTerms.read(
            {"preset": "relaxed", "switched_off": ["same_email"]}, household="once"
        )

        assert judge(ALL | {S.SAME_EMAIL: 1}, terms=terms).verdict is Verdict.BLOCK

    def test_a_watched_advocate_goes_to_people(self):
        """R-42."""
        told = judge(ALL, terms=GuardTerms.read("relaxed", household="once"), is_watched=True)

        assert (told.verdict, told.reasons) == (Verdict.REVIEW, ("watched",))


class TestHouseholds:
    """R-X7: 90 points, and no fraud."""

    HOME = (S.SAME_SURNAME, S.SAME_ADDRESS, S.SAME_NETWORK, S.SAME_DEVICE)

    @pytest.mark.parametrize(
        ("policy", "verdict"), [("once", "household"), ("review", "review"), ("block", "block")]
    )
    def test_are_an_outcome_of_their_own(self, policy, verdict):
        """R-40, R-41: in every preset."""
        assert verdicts(*self.HOME, household=policy) == [verdict] * 3

    def test_are_none_where_something_worse_fires(self):
        """R-40: a shared card is no sign of living together."""
        assert "household" not in verdicts(*self.HOME, S.SAME_PAYMENT)


class TestMailboxes:
    """R-X8, R-47."""

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("J.Doe+shop@Gmail.com", "jdoe@gmail.com"),
            ("jdoe@googlemail.com", "jdoe@gmail.com"),
            ("J.Doe+x@outlook.com", "j.doe@outlook.com"),
            ("J.Doe+x@example.org", "j.doe+x@example.org"),
            ("  \uff21da@Example.org ", "ada@example.org"),
            ("", ""),
        ],
    )
    def test_have_one_spelling(self, told, kept):
        assert canonical_mail(told) == kept

    @pytest.mark.parametrize(
        ("one", "other", "alike"),
        [
            ("anna1@example.org", "anna2@example.org", 1),
            ("annabel@example.org", "anabell@example.org", 1),
            ("anna@example.org", "otto@example.org", 0),
            ("annabel@example.org", "annabel@example.com", 0),
            ("anna@example.org", "anne@example.org", 0),
        ],
    )
    def test_are_similar_or_not(self, one, other, alike):
        """R-38: without digits, or two edits apart from five characters on."""
        assert like(one, other) == alike


class TestCodes:
    """R-X9."""

    @pytest.mark.parametrize(
        ("body", "check"), [("K7M2QX4", "W"), ("ABCDEFG", "V"), ("2222222", "2"), ("ZZZZZZZ", "5")]
    )
    def test_have_a_check_character(self, body, check):
        """R-5."""
        assert check_character(body) == check

    def test_are_read_as_people_write_them(self):
        """R-5."""
        assert canonical(" k7m2-qx4w ") == "K7M2QX4W"

    def test_every_wrong_character_and_every_swap_of_neighbours_is_caught(self):
        """R-5: all of them, for some codes drawn with a known seed."""
        chance = random.Random(7)
        for _code in range(40):
            body = "".join(chance.choice(ALPHABET) for _place in range(7))
            code = body + check_character(body)
            wrong = {
                code[:place] + letter + code[place + 1 :]
                for place in range(8)
                for letter in ALPHABET
                if letter != code[place]
            }
            swapped = {
                code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                for place in range(7)
                if code[place] != code[place + 1]
            }
            assert is_spelled_right(code)
            assert [each for each in wrong | swapped if is_spelled_right(each)] == []

    def test_are_made_of_the_alphabet(self):
        """R-5."""
        made = {new_text() for _code in range(200)}

        assert len(made) == 200
        assert all(is_spelled_right(code) for code in made)

    def test_what_looks_alike_is_alike(self):
        """R-6."""
        assert fold("B00-5T1L2") == fold("8oo st-iiz") == "BOOSTIIZ".replace("B", "B")

    @pytest.mark.parametrize(
        "text", ["ABC", "A" * 21, "-ADA", "ADA--B", "ÄDA1", "ADA_1", "0FFICIAL"]
    )
    def test_some_cannot_be_chosen(self, text):
        """R-6."""
        with pytest.raises(CodeRefused):
            refuse_vanity(text, refused_words=())

    def test_a_plan_refuses_its_own_words(self):
        """R-6."""
        with pytest.raises(CodeRefused):
            refuse_vanity("BEST-TEA", refused_words=("tea",))
        refuse_vanity("BEST-TEA", refused_words=())
