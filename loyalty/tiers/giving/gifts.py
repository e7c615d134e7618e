"""Gifts: points that a tier brings on entry and on birthdays (section 8 of the page on tiers). Rewards are given elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.posting import post
from loyalty.programs.calendar import add_months, local_day, midnight
from loyalty.programs.expiry import ends_at
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.book import TierBook, TierInForce, open_book
from loyalty.tiers.giving.occasions import Occasion
from loyalty.tiers.kinds import GiftKind
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.models import TierGift

GIVER: Final[Actor] = job("tiers.gifts")
BENEFIT: Final = {GiftKind.ENTRY: "entry_gift", GiftKind.BIRTHDAY: "birthday_gift"}
BIRTHDAY_GAP: Final = timedelta(days=300)  # once per birthday, whoever tells it (E-7)
ENTRY_GAP_MONTHS: Final = 12


@inside_unit_of_work
def give(*, program: Program, occasions: Sequence[Occasion], at: datetime) -> list[TierGift]:
    """Give the points of these occasions: on entry those of the tier reached, on birthdays those of that day's tier.

    On entry once per tier and 12 months, on a birthday once in 300 days. Gifts do not count for tiers.
    """
    member_ids = sorted({each.member_id for each in occasions})
    lock_members(program=program, member_ids=member_ids, at=at)
    book = open_book(program=program, member_ids=member_ids, at=at)
    currencies = {each.slug: each for each in PointCurrency.objects.filter(program=program)}
    earlier = list(TierGift.objects.filter(member_id__in=member_ids))
    gifts: list[TierGift] = []
    movements: list[Movement] = []
    for occasion in occasions:
        tier = _tier_of(book, occasion)
        points, currency = _told(tier, occasion.gift, book, currencies)
        if tier is None or currency is None or not points:
            continue
        gift = _gift(program, occasion, tier.slug, points=points, currency=currency)
        if _was_given(gift, [*earlier, *gifts], zone=program.zone):
            continue
        gifts.append(gift)
        movements.append(_movement(gift, tier, currency, zone=program.zone, at=at))
    TierGift.objects.bulk_create(gifts)
    post(program=program, movements=movements, actor=GIVER, at=at)
    return gifts


def _tier_of(book: TierBook, occasion: Occasion) -> TierInForce | None:
    tier = book.tier_at(occasion.member_id, occasion.at)
    if occasion.gift == GiftKind.ENTRY and tier is not None and tier.slug != occasion.slug:
        return None  # the member has moved on since: only the tier reached gives
    return tier


def _told(
    tier: TierInForce | None,
    gift: GiftKind,
    book: TierBook,
    currencies: dict[str, PointCurrency],
) -> tuple[int, PointCurrency | None]:
    """How many points of which currency the tier gives, if it gives points; the ladder's currency unless told."""
    told: dict[str, Any] = tier.benefits.get(BENEFIT[gift], {}) if tier else {}
    if "points" not in told or book.terms is None:
        return 0, None
    if "currency" in told:
        return told["points"], currencies.get(told["currency"])
    of_ladder = [each for each in currencies.values() if each.pk == book.terms.currency_id]
    return told["points"], of_ladder[0]


def _gift(
    program: Program, occasion: Occasion, slug: str, *, points: int, currency: PointCurrency
) -> TierGift:
    return TierGift(
        program=program,
        member_id=occasion.member_id,
        slug=slug,
        gift=occasion.gift,
        year=local_day(occasion.at, program.zone).year,
        points=points,
        currency_id=currency.pk,
        given_at=occasion.at,
    )


def _was_given(gift: TierGift, earlier: Sequence[TierGift], *, zone: str) -> bool:
    same = [each for each in earlier if (each.member_id, each.gift) == (gift.member_id, gift.gift)]
    if gift.gift == GiftKind.BIRTHDAY:
        return any(abs(each.given_at - gift.given_at) < BIRTHDAY_GAP for each in same)
    back = add_months(local_day(gift.given_at, zone), -ENTRY_GAP_MONTHS)
    since = midnight(back, zone)
    of_tier = [each for each in same if each.slug == gift.slug]
    return any(each.given_at > since or each.year == gift.year for each in of_tier)


def _movement(
    gift: TierGift, tier: TierInForce, currency: PointCurrency, *, zone: str, at: datetime
) -> Movement:
    policy = dict(tier.expiry or currency.expiry)
    return Movement(
        member_id=gift.member_id,
        currency_id=currency.pk,
        kind=EntryKind.BONUS,
        points=gift.points,
        source_key=gift.shown_id,
        occurred_at=gift.given_at,
        reason=BENEFIT[GiftKind(gift.gift)],
        terms=LotTerms(expires_at=ends_at(policy, at, zone), policy=policy, origin="tier"),
    )
