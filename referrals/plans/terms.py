"""Terms: the settings of a plan version, read once and ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.programs.calendar import Period, Unit, local_day
from referrals.plans.kinds import HouseholdPolicy, Preset, RewardKind, Take
from referrals.plans.models import PlanVersion
from referrals.plans.shapes import DEFAULTS

LATE_ORDERS: Final = timedelta(hours=48)  # so long expiry waits for an order told late
# review from, block from; None is never.
THRESHOLDS: Final[Mapping[str, tuple[int, int | None]]] = {
    Preset.RELAXED: (80, None),
    Preset.MODERATE: (50, None),
    Preset.STRICT: (30, 120),
}
_QUARTER_MONTHS: Final = 3
_HALF_YEAR_MONTHS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Reward:
    """What one side gets: so many of a unit (points, a reward of the catalogue, money); `cost` in minor units of the programme's money (R-30, R-33)."""

    kind: RewardKind
    amount: int
    unit: str
    cost: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap:
    """At most so many rewards of an advocate in a local period (R-31)."""

    times: int
    period: Unit

    def key_at(self, at: datetime, zone: str) -> str:
        """The period that holds this instant: `2026-12`, `2026-Q4`, `2026`, `ever`."""
        day = local_day(at, zone)
        if self.period is Unit.MONTH:
            return f"{day.year}-{day.month:02}"
        if self.period is Unit.QUARTER:
            return f"{day.year}-Q{(day.month - 1) // _QUARTER_MONTHS + 1}"
        if self.period is Unit.HALF_YEAR:
            return f"{day.year}-H{(day.month - 1) // _HALF_YEAR_MONTHS + 1}"
        return str(day.year) if self.period is Unit.YEAR else "ever"


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardTerms:
    """How signals are weighed: a preset, perhaps with weights and borders of one's own (R-38, R-39)."""

    preset: str = Preset.MODERATE
    weights: Mapping[str, int] = field(default_factory=dict)
    switched_off: frozenset[str] = frozenset()
    review_from: int = 50
    block_from: int | None = None
    household: str = HouseholdPolicy.ONCE

    @classmethod
    def read(cls, told: str | Mapping[str, Any], *, household: str) -> "GuardTerms":
        """`moderate`, or `{preset, weights?, switched_off?, review_from?, block_from?}`."""
        more: Mapping[str, Any] = {} if isinstance(told, str) else told
        preset = told if isinstance(told, str) else told["preset"]
        review_from, block_from = THRESHOLDS[preset]
        return cls(
            preset=preset,
            weights=dict(more.get("weights", {})),
            switched_off=frozenset(more.get("switched_off", ())),
            review_from=more.get("review_from", review_from),
            block_from=more.get("block_from", block_from),
            household=household,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a plan version promises. Windows are exact multiples of 24 hours, half open (R-2)."""

    touch_window: timedelta
    qualify_window: timedelta
    claim_window: timedelta
    hold: timedelta
    min_order: int
    left_out_skus: frozenset[str]
    left_out_categories: frozenset[str]
    friend_reward: Reward | None
    advocate_reward: Reward | None
    welcome: Reward | None
    caps: tuple[Cap, ...]
    budget: int | None
    clawback_for: timedelta
    clawback_take: Take
    guard: GuardTerms
    storefront: str
    landing: str
    cookie_needs_consent: bool
    share_texts: Mapping[str, str]
    coupon_sites: frozenset[str]
    disposable_domains: frozenset[str]
    refused_words: frozenset[str]


def terms_of(version: PlanVersion) -> Terms:
    """The terms of a version."""
    return read_terms(version.settings)


def read_terms(settings: Mapping[str, Any]) -> Terms:
    """Settings as they are kept, with the defaults of what they leave out."""
    told = {**DEFAULTS, **settings}
    clawback = {**DEFAULTS["clawback"], **told["clawback"]}
    return Terms(
        touch_window=days(told["touch_window"]),
        qualify_window=days(told["qualify_window"]),
        claim_window=days(told["claim_window"]),
        hold=days(told["hold"]),
        min_order=told["min_order"],
        left_out_skus=frozenset(told["left_out_skus"]),
        left_out_categories=frozenset(told["left_out_categories"]),
        friend_reward=_reward(told.get("friend_reward")),
        advocate_reward=_reward(told.get("advocate_reward")),
        welcome=_reward(told.get("welcome")),
        caps=_caps(told.get("advocate_cap")),
        budget=told.get("budget"),
        clawback_for=days(clawback["for"]),
        clawback_take=Take(clawback["take"]),
        guard=GuardTerms.read(told["guard"], household=told["household"]),
        storefront=told.get("storefront", ""),
        landing=told["landing"],
        cookie_needs_consent=told["cookie_needs_consent"],
        share_texts=dict(told["share_texts"]),
        coupon_sites=frozenset(site.lower() for site in told["coupon_sites"]),
        disposable_domains=frozenset(name.lower() for name in told["disposable_domains"]),
        refused_words=frozenset(word.upper() for word in told["refused_words"]),
    )


def days(text: str) -> timedelta:
    """`P14D` or `P2W` as an exact multiple of 24 hours (R-2)."""
    return timedelta(days=Period.read(text).days)


def _reward(told: Mapping[str, Any] | None) -> Reward | None:
    if told is None:
        return None
    if told["kind"] == RewardKind.POINTS:
        return Reward(
            kind=RewardKind.POINTS,
            amount=told["points"],
            unit=told["currency"],
            cost=told.get("cost", 0),
        )
    if told["kind"] == RewardKind.VOUCHER:
        return Reward(
            kind=RewardKind.VOUCHER, amount=1, unit=told["reward"], cost=told.get("cost", 0)
        )
    money = told["money"]
    return Reward(
        kind=RewardKind.PAYABLE,
        amount=money["amount"],
        unit=money["currency"],
        cost=money["amount"],
    )


def _caps(told: Mapping[str, Any] | list[Mapping[str, Any]] | None) -> tuple[Cap, ...]:
    each = [] if told is None else told if isinstance(told, list) else [told]
    return tuple(Cap(times=cap["times"], period=Unit(cap["period"])) for cap in each)
