"""Challenges at the Corner Café."""

from typing import Any

from gamification.challenges.attempts.closing import close_due
from gamification.challenges.attempts.joining import join
from gamification.challenges.kinds import GAME
from gamification.challenges.models import Attempt
from gamification.criteria.life.catalogue import Live, live_definition
from gamification.prizes.models import PrizeGrant
from loyalty.ledger.models import Account
from loyalty.programs.models import Program
from tests.world.clocked import a_test_cafe, it_is
from tests.world.play import at, member_of, with_parts

ORDERS = {"kind": "deeds.count", "of": "order.paid"}
CUPS = {"kind": "deeds.sum", "of": "order.line", "value": "quantity"}
STARS = {"kind": "points", "currency": "stars", "points": 60}
NOVEMBER = {"between": ["2026-11-01", "2026-12-01"]}


def a_challenge(
    slug: str = "three",
    *,
    cafe: Program | None = None,
    when: str = "10-01 06:00",
    steps: list[dict[str, Any]] | None = None,
    at_least: int = 3,
    **wording: Any,
) -> tuple[Program, Live]:
    """Three paid orders in November for sixty stars, for everybody; a wording changes what it names."""
    program = cafe or a_test_cafe()
    part = {
        "slug": slug,
        "name": {"en": slug.title()},
        "window": NOVEMBER,
        "steps": steps or [{"measure": ORDERS, "at_least": at_least}],
        "prize": STARS,
        **wording,
    }
    with_parts(program, when=when, challenges=[part])
    return program, live_definition(program, GAME, slug)


def joined(
    program: Program, challenge: Live, *, when: str, who: str = "ada", team: str | None = None
) -> Attempt:
    """A member takes it up."""
    it_is(program, when)
    return join(
        program=program,
        challenge=challenge,
        member_id=member_of(program, who).pk,
        team=team,
        at=at(when),
    )


def closed(program: Program, *, when: str) -> None:
    """What is due by then closes."""
    it_is(program, when)
    while close_due(program=program, at=at(when)):
        pass


def goes_of(program: Program, who: str = "ada") -> list[tuple[str, str, list[int]]]:
    """Every go of a member: occasion, state, progress."""
    rows = Attempt.objects.filter(challenge__program=program, member__external_id=who)
    return [(row.occasion, row.state, row.progress) for row in rows.order_by("starts_at", "occasion")]  # fmt: skip


def stars_of(program: Program, who: str = "ada") -> int:
    """Stars won: what orders bring is left out by asking for grants alone."""
    rows = PrizeGrant.objects.filter(program=program, member__external_id=who, state="given")
    return sum(row.amount for row in rows)


def balance_of(program: Program, who: str = "ada") -> int:
    """All stars of a member."""
    account = Account.objects.filter(program=program, member__external_id=who, currency__slug="stars").first()  # fmt: skip
    return account.available if account else 0
