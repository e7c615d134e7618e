"""Every refusal of the page on tiers, by its code; each leaves everything as it was (section 14)."""

from datetime import UTC, datetime
from functools import partial

import pytest

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import DomainError
from loyalty.outbox.models import AnnouncedFact
from loyalty.tiers import refusals
from loyalty.tiers.giving.granting import GrantWish, end_grant, grant
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.ladders.drafting import discard, draft, live_revision
from loyalty.tiers.ladders.going_live import launch
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.models import LadderRevision, Standing, TierDay, TierGrant, TierMove
from loyalty.tiers.telling.explaining import explain_tier
from tests.world.ledger import TILL, a_member
from tests.world.programs import a_program
from tests.world.tiers import TIERS, a_cafe, a_gold_member, a_ladder, granted, noon

pytestmark = pytest.mark.django_db

ON = "2026-11-20"
BRONZE, SILVER, GOLD, PLATINUM = TIERS
STAFF = Actor(kind=ActorKind.STAFF, id=new_id())


def drafted(ada, **terms):
    told = a_ladder(**terms)
    return draft(program=ada.program, told=told, author="tests", at=noon(ON, ada.program))


def given(ada, tier="gold", until="2027-02-01", *, actor=TILL, **rest):
    told = {"source": GrantSource.STAFF, "reason": "goodwill", "note": "cold cup"} | rest
    end = until and noon(until, ada.program)
    wish = GrantWish(tier=tier, until=end, **told)
    at = noon(ON, ada.program)
    return grant(
        program=ada.program, member_id=ada.pk, wish=wish, actor=actor, is_owner=False, at=at
    )


def ended(ada, *, times=1, reason="mistake"):
    row = granted("platinum", to=ada, until="2027-02-01", at=noon(ON, ada.program))
    for _ in range(times):
        end_grant(
            program=ada.program,
            grant_id=row.pk,
            reason=reason,
            actor=TILL,
            at=noon(ON, ada.program),
        )


def twice(ada, **other):
    given(ada, reference="pay-1")
    given(ada, reference="pay-1", **other)


def explained(_ada):
    program = a_program("bakery")
    grace = a_member(program)
    explain_tier(program=program, member_id=grace.pk, at=noon(ON, program))


def live_again(rule, ada):
    live = live_revision(ada.program)
    if rule is discard:
        return discard(revision=live)
    if rule is launch:
        return launch(
            program=ada.program, revision_id=live.pk, actor=STAFF, at=noon(ON, ada.program)
        )
    return publish(program=ada.program, revision=live, at=noon(ON, ada.program))


REFUSED = [
    ("tier_unknown", partial(given, tier="ruby")),
    ("tier_unknown", explained),
    ("ladder_not_draft", partial(live_again, publish)),
    ("ladder_not_draft", partial(live_again, discard)),
    ("ladder_not_draft", partial(live_again, launch)),
    ("tier_grant_ended", partial(ended, times=2)),
    ("ladder_not_rising", partial(drafted, tiers=[BRONZE, GOLD, SILVER])),
    ("ladder_not_rising", partial(drafted, tiers=[BRONZE, GOLD, PLATINUM | {"reach": 1500}])),
    ("ladder_not_rising", partial(drafted, tiers=[BRONZE | {"reach": 1}, GOLD])),
    ("keep_above_reach", partial(drafted, tiers=[BRONZE, GOLD | {"keep": 1501}])),
    ("tier_mapping_missing", partial(drafted, tiers=[BRONZE, SILVER, PLATINUM])),
    ("tier_mapping_missing", partial(drafted, mapping={"silver": "ruby"}, tiers=[BRONZE, GOLD])),
    ("tier_grant_end_missing", partial(given, until=None)),
    ("tier_grant_too_long", partial(given, until="2028-11-21")),
    ("tier_grant_in_past", partial(given, until="2026-11-19")),
    ("tier_grant_in_past", partial(given, begins_at=datetime(2027, 3, 1, tzinfo=UTC))),
    ("tier_not_grantable", partial(given, tier="bronze")),
    ("tier_grant_reference_reused", partial(twice, tier="platinum")),
    ("tier_grant_reference_reused", partial(twice, until="2027-03-01")),
    ("reason_missing", partial(given, reason=" ")),
    ("reason_missing", partial(given, actor=STAFF, note="")),
    ("reason_missing", partial(given, actor=STAFF, reason="whim")),
    ("reason_missing", partial(ended, reason=" ")),
]  # fmt: skip


# Where something went well first, and the refused attempt came after it.
AFTER_A_FIRST = {"ended", "twice"}


def state_of(ada):
    """Everything that a refusal could have left behind."""
    return (
        list(LadderRevision.objects.order_by("number").values_list("number", "state")),
        list(Standing.objects.filter(member=ada).values()),
        list(TierDay.objects.filter(member=ada).order_by("day").values()),
        list(TierMove.objects.filter(member=ada).order_by("number").values()),
        list(TierGrant.objects.filter(member=ada).values()),
        list(AnnouncedFact.objects.filter(member_id=ada.pk).order_by("id").values_list("name")),
    )


@pytest.mark.parametrize(("code", "attempt"), REFUSED, ids=[code for code, _ in REFUSED])
def test_refuses_and_changes_nothing(code, attempt):
    """T-1 to T-3, T-20 to T-22, T-41."""
    ada = a_gold_member(a_cafe())
    before = state_of(ada)

    with pytest.raises(DomainError) as refusal:
        attempt(ada)

    assert refusal.value.code == code
    assert "{" not in refusal.value.sentence()
    if getattr(attempt, "func", attempt).__name__ not in AFTER_A_FIRST:
        assert state_of(ada) == before
    assert TierGrant.objects.filter(member=ada).count() <= 1


def test_the_list_is_whole():
    """Whoever adds a refusal adds its line above."""
    known = {
        each.code
        for each in vars(refusals).values()
        if isinstance(each, type) and issubclass(each, DomainError) and each is not DomainError
    }

    assert {code for code, _attempt in REFUSED} == known
