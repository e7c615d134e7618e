"""Judging: why a member cannot have a reward now, every reason in one order (W-20). Pure: no query, no clock."""

from datetime import date, timedelta
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.members.kinds import FROZEN, GONE
from loyalty.members.refusals import DeedsRest
from loyalty.programs.calendar import first_day_after, local_time, midnight
from loyalty.programs.refusals import ProgramPaused
from loyalty.programs.times.windows import any_holds
from loyalty.rewards.catalogue.offers import Offer, OnOffer
from loyalty.rewards.catalogue.worth import is_worth_more_than
from loyalty.rewards.redeeming.scenes import Person, Scene
from loyalty.rewards.redeeming.wishes import Wish
from loyalty.rewards.refusals import (
    LimitReached,
    MemberSuspended,
    NoPrice,
    NotInAudience,
    OutsideWindow,
    PriceChanged,
    RewardNotLive,
    RewardOutOfStock,
    StepUpNeeded,
)

_ONE_DAY: Final = timedelta(days=1)


def price_of(
    offer: Offer, person: Person, scene: Scene, *, currency: str | None
) -> tuple[Id, int] | None:
    """Currency and points of one piece for this member; None without a price (W-10).

    The currency named, else the programme's first one in which the reward is priced.
    """
    for each in scene.currencies:
        if currency is not None and each.slug != currency:
            continue
        points = offer.price_for(currency_id=each.id, tier=person.tier)
        if points is not None:
            return each.id, points
    return None


def reasons_not(standing: OnOffer, wish: Wish, scene: Scene) -> list[DomainError]:
    """Every reason why this wish cannot be fulfilled now, the first one first; none: it can."""
    person = scene.people[wish.member_id]
    reasons = _about_standing(wish, person, scene)
    offer = standing.offer
    if not standing.is_live or offer is None:
        return [RewardNotLive(), *reasons]
    local = local_time(scene.at, scene.program.zone)
    if not any_holds(offer.windows, local):
        reasons.append(OutsideWindow())
    if wish.minds_audience and not is_in_audience(offer, person, scene):
        reasons.append(NotInAudience())
    price = None if wish.is_gift else price_of(offer, person, scene, currency=wish.currency)
    reasons += _about_price(wish, price)
    if price is not None:
        reasons += _about_proof(offer, wish, scene, points=price[1] * wish.quantity)
    if wish.minds_limits:
        reasons += _about_limits(offer, wish, scene)
    left = scene.pieces.get(offer.reward_id)
    if left is not None and left < wish.quantity:
        reasons.append(RewardOutOfStock())
    if price is not None:
        reasons += _about_points(wish, person, price)
    return reasons


def is_in_audience(offer: Offer, person: Person, scene: Scene) -> bool:
    """Whether the reward is for this member: every part of the audience holds (W-13)."""
    told = offer.audience
    if "tiers" in told and person.tier not in told["tiers"]:
        return False
    if "segments" in told and not person.segments & set(told["segments"]):
        return False
    if "days_since_joined" in told:
        days = (scene.day - person.joined_on) // _ONE_DAY
        span = told["days_since_joined"]
        if not span.get("at_least", 0) <= days <= span.get("at_most", days):
            return False
    return not (told.get("first_redemption") and person.has_redeemed)


def note_taken(offer: Offer, wish: Wish, scene: Scene, *, price: tuple[Id, int] | None) -> None:
    """Count a wish that is fulfilled, so that the next one of the list finds what it left."""
    person = scene.people[wish.member_id]
    days = scene.used[person.id, offer.reward_id]
    days[scene.day] = days.get(scene.day, 0) + wish.quantity
    if offer.reward_id in scene.pieces:
        scene.pieces[offer.reward_id] -= wish.quantity
    if price is not None:
        currency_id, points = price
        person.available[currency_id] -= points * wish.quantity
        person.has_redeemed = True


def not_enough(*, needed: int, available: int) -> DomainError:
    """The ledger's refusal, with what is missing."""
    return InsufficientPoints(
        wanted=needed, needed=needed, available=available, missing=needed - available
    )


def _about_standing(wish: Wish, person: Person, scene: Scene) -> list[DomainError]:
    reasons: list[DomainError] = []
    if scene.program.is_paused and not wish.is_gift:
        reasons.append(ProgramPaused())
    if person.status in FROZEN | GONE:
        reasons.append(MemberSuspended())
    return reasons


def _about_price(wish: Wish, price: tuple[Id, int] | None) -> list[DomainError]:
    if wish.is_gift:
        return []
    if price is None:
        return [NoPrice()]
    points = price[1] * wish.quantity
    if wish.expected_points is not None and wish.expected_points != points:
        return [PriceChanged(points=points)]
    return []


def _about_proof(offer: Offer, wish: Wish, scene: Scene, *, points: int) -> list[DomainError]:
    """What is costly rests after a changed contact, and else wants a proof of who it is (S-19, S-20)."""
    program = scene.program
    is_dear = program.step_up_points is not None and points > program.step_up_points
    is_worth_much = program.step_up_money is not None and is_worth_more_than(
        program.step_up_money, offer, pieces=wish.quantity, currency=program.currency
    )
    if not (is_dear or is_worth_much):
        return []
    rests_until = scene.people[wish.member_id].rests_until
    if rests_until is not None and scene.at < rests_until:
        return [DeedsRest(until=local_time(rests_until, program.zone))]
    if wish.is_confirmed:
        return []
    return [StepUpNeeded(limit=program.step_up_points if is_dear else None)]


def _about_limits(offer: Offer, wish: Wish, scene: Scene) -> list[DomainError]:
    reasons: list[DomainError] = []
    for limit in offer.limits:
        used = scene.used_in(wish.member_id, offer.reward_id, limit.unit)
        if used + wish.quantity <= limit.times:
            continue
        after = first_day_after(limit.unit, scene.day, week_starts_on=scene.program.week_starts_on)
        resets_at = None
        if after < date.max:
            zone = scene.program.zone
            resets_at = local_time(midnight(after, zone), zone)
        reasons.append(LimitReached(limit=limit.times, used=used, resets_at=resets_at))
    return reasons


def _about_points(wish: Wish, person: Person, price: tuple[Id, int]) -> list[DomainError]:
    currency_id, points = price
    needed, available = points * wish.quantity, person.available.get(currency_id, 0)
    needed = max(needed, wish.points_min or 0)
    if available >= needed:
        return []
    return [not_enough(needed=needed, available=available)]
