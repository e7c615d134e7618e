"""Offers: revisions of rewards as values. A frozen revision never changes, so each process reads it once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import Period, Unit, local_day, midnight
from loyalty.programs.models import Program
from loyalty.programs.times.windows import Window
from loyalty.rewards.catalogue.reading import fulfilment_of
from loyalty.rewards.kinds import Codes, Fulfilment, RewardKind, RewardState
from loyalty.rewards.models import RewardRevision

KEPT_MAX: Final = 2_000  # revisions in memory
VOUCHER_GOOD_FOR: Final = "P90D"
_LIVE: Final = """
    SELECT r.id, r.slug, r.state, p.revision_id, s.total, s.left
    FROM loyalty_reward r
    LEFT JOIN loyalty_rewardperiod p ON p.reward_id = r.id AND p.ends_at IS NULL
    LEFT JOIN loyalty_rewardstock s ON s.reward_id = r.id AND s.is_limited
    WHERE r.program_id = %s AND {which}
    ORDER BY r.created_at, r.id
"""
_NAMED: Final = _LIVE.format(which="(r.id = ANY(%s::uuid[]) OR r.slug = ANY(%s::text[]))")
_ALL: Final = _LIVE.format(which="r.state = 'live'")
_kept: dict[Id, "Offer"] = {}


@dataclass(frozen=True, slots=True)
class Price:
    """Points of one currency, for one tier or for everybody."""

    currency_id: Id
    currency: str
    tier: str | None
    points: int


@dataclass(frozen=True, slots=True)
class Limit:
    """So many pieces per member and calendar period."""

    times: int
    unit: Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One revision of a reward, as whoever hands it out needs it."""

    reward_id: Id
    revision_id: Id
    number: int
    slug: str
    name: Mapping[str, str]
    kind: RewardKind
    terms: Mapping[str, Any]
    prices: tuple[Price, ...]
    worth: int
    limits: tuple[Limit, ...]
    windows: tuple[Window, ...]
    audience: Mapping[str, Any]
    valid_for: str | None
    valid_until: date | None
    bound: bool
    combinable: bool
    fulfilment: Fulfilment
    codes: Codes
    code_symbols: int
    cancel_within: Period
    automatic_at_points: int | None
    reinstate: str
    on_origin_refund: str
    low_at: int
    definition: Mapping[str, Any]

    def price_for(self, *, currency_id: Id, tier: str | None) -> int | None:
        """What one piece costs in this currency: the price for the tier, else the base price (W-10)."""
        base = None
        for price in self.prices:
            if price.currency_id != currency_id:
                continue
            if price.tier is not None and price.tier == tier:
                return price.points
            base = price.points if price.tier is None else base
        return base

    def currency_called(self, currency_id: Id) -> str:
        """The short name of a currency in which it is priced."""
        return next(each.currency for each in self.prices if each.currency_id == currency_id)

    @property
    def asks_for_tiers(self) -> bool:
        """Whether a member's tier decides about its price or its audience."""
        return "tiers" in self.audience or any(price.tier is not None for price in self.prices)

    @property
    def currency_ids(self) -> frozenset[Id]:
        """The currencies in which it is priced."""
        return frozenset(price.currency_id for price in self.prices)


@dataclass(frozen=True, kw_only=True, slots=True)
class OnOffer:
    """A reward as it stands now: the revision in force, if any, and what is left; `total` None is unlimited."""

    reward_id: Id
    slug: str
    state: RewardState
    offer: Offer | None
    total: int | None
    left: int | None

    @property
    def is_live(self) -> bool:
        return self.state == RewardState.LIVE and self.offer is not None


def offers_of(revision_ids: Collection[Id]) -> dict[Id, Offer]:
    """These revisions as values; three statements for those that this process does not know yet."""
    missing = [each for each in set(revision_ids) if each not in _kept]
    if missing:
        if len(_kept) + len(missing) > KEPT_MAX:
            _kept.clear()
            missing = list(set(revision_ids))
        found = RewardRevision.objects.filter(pk__in=missing).select_related("reward")
        read = {
            each.pk: (offer_of(each), each.frozen_at)
            for each in found.prefetch_related("prices__currency")
        }
        fresh = {key: offer for key, (offer, _frozen) in read.items()}
        _kept.update({key: offer for key, (offer, frozen_at) in read.items() if frozen_at})
        return {each: _kept.get(each) or fresh[each] for each in revision_ids}
    return {each: _kept[each] for each in revision_ids}


def on_offer(
    *, program: Program, reward_ids: Collection[Id] = (), slugs: Collection[str] = ()
) -> list[OnOffer]:
    """These rewards of the programme as they stand now; unknown ones are absent."""
    return _stand(run(_NAMED, [program.pk, sorted(reward_ids), sorted(slugs)]))


def all_on_offer(*, program: Program) -> list[OnOffer]:
    """Every live reward of the programme, the oldest first."""
    return _stand(run(_ALL, [program.pk]))


def live_offer(
    *, program: Program, slug: str | None = None, reward_id: Id | None = None
) -> Offer | None:
    """The revision that is live now, by slug or id; None if there is none."""
    ids, slugs = [reward_id] if reward_id else [], [slug] if slug else []
    found = on_offer(program=program, reward_ids=ids, slugs=slugs)
    return next((each.offer for each in found if each.is_live), None)


def ends_at(offer: Offer, *, at: datetime, zone: str) -> datetime | None:
    """When what is handed out now ends: 00:00 after its last good day (W-40); None: never.

    `valid_for` counts whole local days after the day of issue; `valid_until` is the last good day; the earlier holds.
    """
    told = offer.valid_for
    if told is None and offer.valid_until is None and offer.kind != RewardKind.GIFT_CARD:
        told = VOUCHER_GOOD_FOR
    last_days = [] if offer.valid_until is None else [offer.valid_until]
    if told is not None:
        last_days.append(Period.read(told).on(local_day(at, zone)))
    return midnight(min(last_days) + timedelta(days=1), zone) if last_days else None


def offer_of(revision: RewardRevision) -> Offer:
    """This revision as a value, drafts too."""
    told = revision.definition
    prices = tuple(
        Price(price.currency_id, price.currency.slug, price.tier, price.points)
        for price in revision.prices.all()
    )
    return Offer(
        reward_id=revision.reward_id,
        revision_id=revision.pk,
        number=revision.number,
        slug=revision.reward.slug,
        name=told["name"],
        kind=RewardKind(told["kind"]),
        terms=told.get("terms", {}),
        prices=prices,
        worth=told.get("worth", _lowest(prices)),
        limits=tuple(Limit(each["times"], Unit(each["period"])) for each in told.get("limits", ())),
        windows=tuple(Window.read(each) for each in told.get("windows", ())),
        audience=told.get("audience", {}),
        valid_for=told.get("valid_for"),
        valid_until=_day(told.get("valid_until")),
        bound=told.get("bound", True),
        combinable=told.get("combinable", False),
        fulfilment=Fulfilment(told.get("fulfilment", fulfilment_of(told["kind"]))),
        codes=Codes(told.get("codes", Codes.OWN)),
        code_symbols=told.get("code_length", 12),
        cancel_within=Period.read(told.get("cancel_within", "PT24H")),
        automatic_at_points=told.get("automatic", {}).get("at_points"),
        reinstate=told.get("reinstate", "on_full_return"),
        on_origin_refund=told.get("on_origin_refund", "cancel_if_unused"),
        low_at=told.get("low_at", 0),
        definition=told,
    )


def _stand(rows: Sequence[tuple[Any, ...]]) -> list[OnOffer]:
    offers = offers_of([row[3] for row in rows if row[3] is not None])
    return [
        OnOffer(
            reward_id=reward_id,
            slug=slug,
            state=RewardState(state),
            offer=offers.get(revision_id),
            total=total,
            left=left,
        )
        for reward_id, slug, state, revision_id, total, left in rows
    ]


def _lowest(prices: Collection[Price]) -> int:
    return min((price.points for price in prices if price.tier is None), default=0)


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)
