"""Openings: what a row says about points that a member has already (E-88)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.imports.files.columns import Column
from loyalty.imports.kinds import Work
from loyalty.imports.refusals import AlreadyExpired, EarnedInFuture
from loyalty.imports.taking.values import day_of, flag_of, problem, text_of, whole_of
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.ledger.refusals import AmountOutOfRange, CurrencyUnknown
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.expiry import Policy, end_under
from loyalty.programs.models import PointCurrency

PROMOTIONAL: Final = "promotional"
ORIGINS: Final = ("purchase", PROMOTIONAL)

COLUMNS: Final = (
    Column(
        name="external_id",
        title=_("Member, as the shop knows them"),
        required=True,
        sample="ada",
        others=("id", "member", "member_id", "customer", "customer_id", "customer_no", "client_id"),
    ),
    Column(
        name="points",
        title=_("Points"),
        form="whole",
        required=True,
        sample="1250",
        others=("balance", "amount", "bonus", "points_balance"),
    ),
    Column(name="currency", title=_("Point currency"), others=("point_currency",)),
    Column(
        name="earned_on",
        title=_("Day they were earned"),
        sample="2026-05-14",
        others=("earned", "earned_at", "date"),
    ),
    Column(
        name="expires_on",
        title=_("Last day they can be used"),
        sample="2027-05-31",
        others=("expires", "expires_at", "expiry", "valid_until", "valid_to"),
    ),
    Column(name="reference", title=_("Reference"), sample="old-system", others=("ref", "batch")),
    Column(name="origin", title=_("Origin: purchase or promotional"), others=("source",)),
    Column(name="worth", title=_("Worth of 1,000 points, in minor units"), form="whole"),
    Column(name="counts_for_tier", title=_("Counts for the tier"), form="flag"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What a row says, read."""

    external_id: str
    points: int
    currency: PointCurrency
    earned_at: datetime
    ends_at: datetime | None
    policy: dict[str, Any] | None
    reference: str
    origin: str
    worth: int | None
    counts_for_tier: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What rows are read against: the programme's currencies, their policies read once, and today."""

    currencies: Mapping[str, PointCurrency]
    policies: Mapping[str, Policy]
    first: str
    today: date


def terms_of(work: Work) -> Terms:
    """What rows are read against, today."""
    currencies = {each.slug: each for each in PointCurrency.objects.filter(program=work.program)}
    spendable = [slug for slug, each in currencies.items() if each.spendable]
    return Terms(
        currencies=currencies,
        policies={slug: Policy.read(each.expiry) for slug, each in currencies.items()},
        first=next(iter(spendable or currencies), ""),
        today=local_day(work.at, work.program.zone),
    )


def opening_in(told: Mapping[str, Any], *, terms: Terms, zone: str) -> Opening:
    """What a row says; raises Malformed, CurrencyUnknown, AlreadyExpired, EarnedInFuture, AmountOutOfRange."""
    slug = str(told.get("currency") or terms.first)
    currency = terms.currencies.get(slug)
    if currency is None:
        raise CurrencyUnknown(pointer="/currency", currency=slug[:50])
    points = whole_of(told.get("points"), name="points", least=None)
    if not 1 <= points <= POINTS_PER_MOVEMENT_MAX:
        raise AmountOutOfRange(pointer="/points", points=points)
    earned_on = day_of(told.get("earned_on"), name="earned_on") or terms.today
    if earned_on > terms.today:
        raise EarnedInFuture(pointer="/earned_on", today=terms.today)
    last_day = day_of(told.get("expires_on"), name="expires_on")
    earned_at = midnight(earned_on, zone)
    policy: dict[str, Any] | None = currency.expiry
    ends_at: datetime | None
    if last_day is not None:  # an end of its own stays, whatever the currency does with others
        ends_at, policy = midnight(last_day + timedelta(days=1), zone), None
    else:
        ends_at = end_under(terms.policies[slug], earned_at, zone)
    if ends_at is not None and ends_at <= midnight(terms.today, zone):
        raise AlreadyExpired(
            pointer="/expires_on" if last_day else "/earned_on",
            day=local_day(ends_at, zone) - timedelta(days=1),
        )
    return Opening(
        external_id=text_of(told.get("external_id"), name="external_id"),
        points=points,
        currency=currency,
        earned_at=earned_at,
        ends_at=ends_at,
        policy=policy,
        reference=text_of(told.get("reference", ""), name="reference"),
        origin=_origin_in(told),
        worth=whole_of(told["worth"], name="worth", least=0) if "worth" in told else None,
        counts_for_tier=flag_of(told.get("counts_for_tier", False), name="counts_for_tier"),
    )


def _origin_in(told: Mapping[str, Any]) -> str:
    origin = told.get("origin", PROMOTIONAL)
    if origin not in ORIGINS:
        raise problem("origin", "not_a_choice", _("purchase or promotional."))
    return str(origin)
