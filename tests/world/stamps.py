"""Stamp cards at the Corner Café."""

from typing import Any

from gamification.criteria.life.catalogue import Live, live_definition
from gamification.prizes.models import PrizeGrant
from gamification.stamps.kinds import GAME
from gamification.stamps.models import Stamp
from gamification.stamps.stamping import ByHand, stamp
from gamification.stamps.telling.showing import show_card
from loyalty.foundation.actors import Actor, job
from loyalty.programs.models import Program
from tests.world.clocked import a_test_cafe, it_is
from tests.world.play import at, member_of, with_parts
from tests.world.rewards import a_reward

COFFEE: dict[str, Any] = {"kind": "reward", "reward": "free-coffee"}
CAKE: dict[str, Any] = {"kind": "points", "currency": "stars", "points": 50}
DRINKS: dict[str, Any] = {"order_lines": {"categories": ["coffee"]}}
OPEN: dict[str, Any] = {"per_visit": None, "per_day": None, "per_staff_hour": None}
TILL = job("till")


def a_card(
    slug: str = "drinks", *, cafe: Program | None = None, when: str = "10-01 06:00", **wording: Any
) -> tuple[Program, Live]:
    """A live card: coffee at 5, cake (50 points) at 10, a stamp for each drink; no limits unless told."""
    program = cafe or a_test_cafe()
    if cafe is None:
        with_parts(program, when=when, rewards=[a_reward("free-coffee")])
    part = {
        "slug": slug,
        "name": {"en": slug.title()},
        "size": 10,
        "positions": [{"at": 5, "prize": COFFEE}, {"at": 10, "prize": CAKE}],
        "stamps_from": DRINKS,
        "limits": OPEN,
        **wording,
    }
    part = {name: value for name, value in part.items() if value is not None}
    with_parts(program, when=when, stamp_cards=[part])
    return program, live_definition(program, GAME, slug)


def stamped(
    program: Program,
    card: Live,
    quantity: int = 1,
    *,
    when: str,
    who: str = "ada",
    actor: Actor = TILL,
    spend: int | None = None,
) -> Stamp:
    """Stamps by hand."""
    it_is(program, when)
    return stamp(
        program=program,
        card=card,
        member_id=member_of(program, who).pk,
        told=ByHand(quantity=quantity, spend=spend),
        actor=actor,
        at=at(when),
    )


def total_of(program: Program, card: Live, who: str = "ada") -> int:
    """The running total."""
    return int(show_card(program=program, card=card, member_id=member_of(program, who).pk)["total"])


def rows_of(card: Live, who: str = "ada") -> list[tuple[str, int, int]]:
    """Kind, quantity and running total of each row, in order."""
    rows = Stamp.objects.filter(card_id=card.definition_id, member__external_id=who)
    return list(rows.order_by("seq").values_list("kind", "quantity", "total"))


def grants_of(card: Live, who: str = "ada") -> list[tuple[str, str]]:
    """Occasion and state of each prize."""
    rows = PrizeGrant.objects.filter(definition_id=card.definition_id, member__external_id=who)
    return sorted(rows.values_list("occasion", "state"))
