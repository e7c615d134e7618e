"""Many at once cost as much as one, and a challenge that comes into force finds what was done before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification.challenges.attempts.following import catch_up
from gamification.challenges.attempts.settling import settle
from gamification.challenges.kinds import GAME
from gamification.challenges.models import Attempt
from gamification.criteria.life.catalogue import live_definition
from gamification.criteria.life.previewing import look
from gamification.criteria.models import Definition
from loyalty.jobs.running import run_all_due
from loyalty.outbox.models import AnnouncedFact
from tests.world.challenges import a_challenge, goes_of, stars_of
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.members import a_member
from tests.world.play import at, heard, in_a_unit, member_of

pytestmark = pytest.mark.django_db


def a_crowd(size, slug="corner-cafe"):
    cafe = a_test_cafe(slug)
    names = ["ada", *(f"friend-{number}" for number in range(size - 1))]
    for name in names[1:]:
        a_member(cafe, name)
    for number, name in enumerate(names):
        bought(cafe, f"o-{number}", when="11-02 09:00", who=name, heard=False)
    heard(cafe)
    return cafe, [member_of(cafe, name).pk for name in names]


def statements_for(slug, size):
    cafe, members = a_crowd(size, slug)
    _cafe, challenge = a_challenge(cafe=cafe, at_least=1, when="11-02 10:00")
    with CaptureQueriesContext(
        connection,
    ) as told:
        in_a_unit(
            lambda: settle(
                program=cafe,
                challenge=challenge,
                member_ids=members,
                touched=(at("11-02 09:00"), at("11-02 09:00")),
                at=at("11-02 10:00"),
            )
        )
    assert Attempt.objects.filter(state="completed", challenge__program=cafe).count() == size
    return len(told)


def test_statements_do_not_grow_with_members():
    """G-105: settled, paid and told in as many statements for forty as for two."""
    assert statements_for("small", 2) == statements_for("large", 40)


def test_what_was_done_before_is_found_silently_and_as_previewed():
    """G-24, G-25, G-26: the preview counts two, the run gives two, and nobody is told; run again it changes nothing."""
    cafe, members = a_crowd(2)
    _cafe, challenge = a_challenge(cafe=cafe, at_least=1, when="11-02 10:00")
    row = Definition.objects.get(slug="three")
    report = look(
        program=cafe,
        definition=row,
        settings=challenge.settings,
        zone=challenge.zone,
        at=at("11-02 10:00"),
    )
    assert (report.members, report.by_item, report.cost_by_kind) == (2, {"1": 2}, {"points": 120})

    it_is(cafe, "11-02 11:00")
    run_all_due(programs={cafe.pk: cafe}, now={cafe.pk: at("11-02 11:00")}, seconds_max=30)

    assert goes_of(cafe) == [("", "completed", [1])]
    assert stars_of(cafe) + stars_of(cafe, "friend-0") == 120
    names = AnnouncedFact.objects.filter(name__startswith="challenge.").values_list(
        "name", flat=True
    )
    assert list(names) == ["challenge.backfilled"] * 2
    challenge = live_definition(cafe, GAME, "three")
    in_a_unit(
        lambda: catch_up(
            program=cafe,
            definition_id=challenge.definition_id,
            member_ids=members,
            is_silent=True,
            at=at("11-02 11:00") + timedelta(hours=1),
        )
    )
    assert stars_of(cafe) + stars_of(cafe, "friend-0") == 120
