"""Games ask the database as often for one member as for many (G-105)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification.challenges.attempts.following import follow as challenge
from gamification.criteria.facts import DeedsChanged
from gamification.leaderboards.receivers import score
from gamification.stamps.automatic.earning import follow as stamp
from gamification.streaks.keeping.following import follow as walk
from loyalty.members.models import Member
from loyalty.outbox.facts import Told, body_of
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.members import a_member
from tests.world.play import at, coffees, heard, in_a_unit, with_parts
from tests.world.stamps import CAKE, a_card
from tests.world.streaks import a_streak

pytestmark = pytest.mark.django_db


def facts_about(cafe, names):
    return [
        DeedsChanged(
            program_id=cafe.pk,
            member_id=member.pk,
            at=at("11-04 06:00"),
            kinds="order.line,order.paid",
            first_at=at("11-02 10:00"),
            last_at=at("11-03 10:00"),
        )
        for member in Member.objects.filter(program=cafe, external_id__in=names)
    ]


def told_of(fact):
    body = body_of(fact)
    return Told(id=0, name=fact.name, program_id=fact.program_id, member_id=fact.member_id, at=fact.at, body=body)  # fmt: skip


def asked(follow, cafe, names):
    told = facts_about(cafe, names)
    if follow is challenge:  # it hears names and bodies
        told = [told_of(fact) for fact in told]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        in_a_unit(lambda: follow(told))
    return len([each for each in queries if "SAVEPOINT" not in each["sql"]])


COUNT = {"kind": "deeds.count", "of": "order.paid"}
GAMES = {
    "leaderboards": [{"slug": "month", "measure": COUNT}, {"slug": "all", "period": "ever", "measure": COUNT}],
    "challenges": [
        {
            "slug": "two",
            "window": {"calendar": "month"},
            "steps": [{"measure": COUNT, "at_least": 2}],
            "prize": {"kind": "points", "currency": "stars", "points": 5},
        }
    ],
}  # fmt: skip
MOST = {walk: 11, stamp: 17, score: 8, challenge: 19}


def test_as_many_statements_for_many_as_for_one():
    """G-105: what was bought before is counted, stamped, ranked, done and paid at once."""
    cafe = a_test_cafe()
    names = [f"friend-{number}" for number in range(6)]
    for name in names:
        a_member(cafe, name)
        for day in (2, 3):
            when = f"11-{day:02} 10:00"
            bought(cafe, f"{name}-{day}", who=name, when=when, lines=coffees(2), heard=False)
    heard(cafe)
    a_card(cafe=cafe, positions=[{"at": 2, "prize": CAKE}], when="11-03 12:00")
    a_streak(cafe=cafe, when="11-03 12:00")
    with_parts(cafe, when="11-03 12:00", **GAMES)
    it_is(cafe, "11-04 06:00")

    found = {}
    for follow in MOST:
        asked(follow, cafe, names[:1])
        found[follow] = {asked(follow, cafe, names[1:2]), asked(follow, cafe, names[2:])}

    assert found == {follow: {most} for follow, most in MOST.items()}
