"""A plan in sentences, to those who read it (U-30)."""

import re

import pytest
from django.utils import translation

from referrals.plans.kinds import Audience
from referrals.plans.terms import read_terms
from referrals.qualification.telling.wording import plan_in_words
from tests.referrals.test_plan_form import PLANS
from tests.world.referrals import PLAN, a_cafe

pytestmark = pytest.mark.django_db


def test_tell_every_plan_in_every_language():
    """U-30: nothing English is left in them."""
    cafe = a_cafe()
    left = {}

    for language in ("ar", "fa", "uk"):
        with translation.override(language):
            lines = [
                line
                for told in PLANS.values()
                for audience in Audience
                for line in plan_in_words(read_terms(told), cafe, audience=audience)
            ]
        left[language] = [line for line in lines if re.search("[Yy]ou|Rewards|The |{", line)]

    assert left == {"ar": [], "fa": [], "uk": []}


def test_speak_to_members_and_of_affiliates():
    """R-4: an affiliate has no page of ours; whoever writes their plan is not the one who gets the money."""
    cafe = a_cafe()
    terms = read_terms({**PLAN, "advocate_cap": [{"times": 3, "period": "month"}]})

    said = {each: plan_in_words(terms, cafe, audience=each) for each in Audience}

    assert [line for line in said[Audience.AFFILIATES] if re.search("[Yy]ou", line)] == []
    assert said[Audience.MEMBERS][-2:] == [
        "Rewards for you: at most 3 a month.",
        "If the order comes back later all the same, the rewards go back as well.",
    ]
    assert said[Audience.AFFILIATES][-2] == "Rewards for the affiliate: at most 3 a month."
    assert (
        "The customer is new here, and joins through the affiliate's link or with their code."
        in said[Audience.AFFILIATES]
    )
