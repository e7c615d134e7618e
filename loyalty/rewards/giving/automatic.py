"""Automatic redemption: at night whoever has enough points redeems, as often as it goes (W-70, T-45)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.reports.balances import members_holding
from loyalty.members.consenting import consents_of
from loyalty.programs.calendar import local_day
from loyalty.programs.models import PointCurrency, Program
from loyalty.rewards.catalogue.offers import Offer, all_on_offer
from loyalty.rewards.models import AutomaticRun
from loyalty.rewards.redeeming.redeeming import redeemed
from loyalty.rewards.redeeming.wishes import WISHES_MAX, Handed, Wish

REDEEMER: Final[Actor] = job("rewards.automatic")
PURPOSE: Final = "automatic_redemption"  # a member's no to it switches it off
TIMES_MAX: Final = 20  # of one reward for one member in one night: as many as by hand at once

log = structlog.get_logger(__name__)


@inside_unit_of_work
def redeem_automatically(*, program: Program, cursor: str | None, at: datetime) -> str | None:
    """One chunk of members: those whose points reach what a reward asks for redeem it, by the order of the catalogue.

    Answers where the next chunk goes on, or None. Who is refused is left out; how many and why stands in the night's report.
    Safe to repeat: a redemption counts once per member, reward, local day and number.
    """
    offers = [each.offer for each in all_on_offer(program=program) if each.offer]
    offers = [offer for offer in offers if offer.automatic_at_points and offer.prices]
    place, after = _read(cursor)
    if place >= len(offers):
        return None
    offer = offers[place]
    holders, is_last = _holders(program, offer, after=after)
    wishes, done_to = _wishes(program, offer, holders, at=at)
    handed = redeemed(program=program, wishes=wishes, actor=REDEEMER, at=at, partial=True)
    _report(program, offer, handed, at=at)
    if not is_last or done_to != (holders[-1][0] if holders else None):
        return f"{place}/{done_to}"
    return f"{place + 1}/" if place + 1 < len(offers) else None


def _holders(
    program: Program, offer: Offer, *, after: Id | None
) -> tuple[list[tuple[Id, int]], bool]:
    """A chunk of members with enough points in the currency that the reward is sold for."""
    assert offer.automatic_at_points is not None, "only automatic rewards come here"
    found = members_holding(
        currency_id=_currency(program, offer).pk,
        points_min=offer.automatic_at_points,
        after=after,
        limit=WISHES_MAX,
    )
    return found, len(found) < WISHES_MAX


def _wishes(
    program: Program, offer: Offer, holders: Sequence[tuple[Id, int]], *, at: datetime
) -> tuple[list[Wish], Id | None]:
    """As many wishes for each as the points may reach, until the unit is full; the member it reached."""
    off = _switched_off([member_id for member_id, _points in holders])
    currency = _currency(program, offer)
    lowest = min(price.points for price in offer.prices if price.currency_id == currency.pk)
    wishes: list[Wish] = []
    done_to: Id | None = None
    for member_id, points in holders:
        times = 0 if member_id in off else min(TIMES_MAX, points // lowest)
        if len(wishes) + times > WISHES_MAX:
            break
        wishes += [
            _wish(program, offer, currency.slug, member_id, number, at=at)
            for number in range(1, times + 1)
        ]
        done_to = member_id
    return wishes, done_to


def _wish(
    program: Program, offer: Offer, currency: str, member_id: Id, number: int, *, at: datetime
) -> Wish:
    whose, day = shown("mem", member_id), local_day(at, program.zone)
    return Wish(
        member_id=member_id,
        reward=offer.slug,
        currency=currency,
        origin_key=f"automatic/{whose}/{offer.slug}/{day}/{number}",
        automatic_number=number,
        points_min=offer.automatic_at_points,
    )


def _currency(program: Program, offer: Offer) -> PointCurrency:
    """The programme's first currency in which the reward is priced (W-10)."""
    mine = PointCurrency.objects.filter(program=program, pk__in=offer.currency_ids)
    return mine.order_by("position", "slug")[0]


def _switched_off(member_ids: Sequence[Id]) -> set[Id]:
    answers = consents_of(member_ids=member_ids)
    return {
        member_id
        for member_id, told in answers.items()
        if any(each.purpose == PURPOSE and not each.is_given for each in told)
    }


def _report(program: Program, offer: Offer, handed: Sequence[Handed], *, at: datetime) -> None:
    """How many redeemed, and how many were left out for which reason; a member who has run out of points is no news."""
    why = Counter(each.refusal.code for each in handed if each.refusal)
    why.pop("insufficient_points", None)
    done = sum(1 for each in handed if each.redemption and not each.repeated)
    if not done and not why:
        return
    log.info(
        "rewards.automatic", program=program.slug, reward=offer.slug, redeemed=done, left_out=why
    )
    run, is_new = AutomaticRun.objects.get_or_create(
        program=program,
        reward_id=offer.reward_id,
        day=local_day(at, program.zone),
        defaults={"redeemed": done, "left_out": why, "at": at},
    )
    if not is_new:
        run.redeemed += done
        run.left_out, run.at = dict(Counter(run.left_out) + why), at
        run.save(update_fields=["redeemed", "left_out", "at"])


def _read(cursor: str | None) -> tuple[int, Id | None]:
    place, _slash, after = (cursor or "0/").partition("/")
    return int(place), Id(after) if after else None
