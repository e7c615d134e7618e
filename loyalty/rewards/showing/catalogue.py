"""The catalogue as it is shown: to everybody, or to one member with price, what is missing, and every reason why not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import DomainError
from loyalty.programs.models import Program
from loyalty.programs.tenants import currencies_of
from loyalty.programs.texts import in_words
from loyalty.rewards.catalogue.offers import Offer, OnOffer, all_on_offer, ends_at
from loyalty.rewards.catalogue.reading import meaning_of
from loyalty.rewards.models import Reward
from loyalty.rewards.redeeming.judging import price_of, reasons_not
from loyalty.rewards.redeeming.scenes import Currency, Scene, read_scene
from loyalty.rewards.redeeming.wishes import Wish
from loyalty.rewards.refusals import StepUpNeeded

# What staff note for themselves, or what is told in its own words.
_INSIDE: Final = (
    "slug", "name", "text", "small_print", "image", "kind", "terms", "prices", "note", "unit_cost", "worth",
    "low_at", "automatic", "audience", "codes", "code_length", "state",
)  # fmt: skip


def show_catalogue(*, program: Program) -> list[dict[str, Any]]:
    """Every live reward, with prices and terms; one statement."""
    return [
        show_reward(each, each.offer)
        for each in all_on_offer(program=program)
        if each.offer is not None
    ]


def show_catalogue_to(
    *, program: Program, member_id: Id, at: datetime, is_confirmed: bool = True
) -> list[dict[str, Any]]:
    """Every live reward as this member finds it: affordable ones first, and of these what can be had.

    Six statements for any number (W-14).
    """
    standing = [each for each in all_on_offer(program=program) if each.offer is not None]
    currencies = [
        Currency(each.pk, slug, each.expiry) for slug, each in currencies_of(program).items()
    ]
    scene = read_scene(
        program=program,
        member_ids=[member_id],
        offers=[each.offer for each in standing if each.offer],
        currencies=currencies,
        at=at,
    )
    scene.pieces = {each.reward_id: each.left for each in standing if each.left is not None}
    slugs = {each.id: each.slug for each in currencies}
    views = [
        show_reward(each, each.offer)
        | _for_member(each, each.offer, scene, member_id, slugs, is_confirmed=is_confirmed)
        | _in_the_readers_words(each.offer)
        | {"ends_at": ends_at(each.offer, at=at, zone=program.zone)}
        for each in standing
        if each.offer is not None
    ]
    return sorted(views, key=lambda view: (not view["affordable"], not can_be_had(view)))


def can_be_had(view: Mapping[str, Any]) -> bool:
    """Whether nothing but perhaps a proof of who it is stands in the member's way."""
    return set(view["reasons_not"]) <= {StepUpNeeded.code}


def show_reward(standing: OnOffer, offer: Offer) -> dict[str, Any]:
    """A reward as doors tell it; texts in every language, and the name in the reader's."""
    told = meaning_of(offer.definition)
    return {
        "id": shown(Reward.prefix, standing.reward_id),
        "slug": offer.slug,
        "state": standing.state.value,
        "version": offer.number,
        "kind": offer.kind.value,
        "name": in_words(offer.name),
        "names": dict(offer.name),
        "text": told.get("text", {}),
        "small_print": told.get("small_print", {}),
        "image": told.get("image", {}),
        "terms": dict(offer.terms),
        "prices": [
            {"currency": price.currency, "tier": price.tier, "points": price.points}
            for price in offer.prices
        ],
        "stock": None
        if standing.left is None
        else {"total": standing.total, "left": standing.left},
        "fulfilment": offer.fulfilment.value,
        "valid_for": offer.valid_for,
        "valid_until": offer.valid_until,
        "rules": {key: value for key, value in told.items() if key not in _INSIDE},
    }


def _for_member(
    standing: OnOffer,
    offer: Offer,
    scene: Scene,
    member_id: Id,
    slugs: Mapping[Id, str],
    *,
    is_confirmed: bool,
) -> dict[str, Any]:
    """Price, whether it can be had, and why not: each reason by its code, with sentence and numbers."""
    wish = Wish(member_id=member_id, reward=offer.slug, is_confirmed=is_confirmed)
    reasons = reasons_not(standing, wish, scene)
    price = price_of(offer, scene.people[member_id], scene, currency=None)
    available = scene.people[member_id].available.get(price[0], 0) if price else 0
    return {
        "price": {"currency": slugs[price[0]], "points": price[1]} if price else None,
        "affordable": bool(price) and available >= price[1] if price else False,
        "missing": max(0, price[1] - available) if price else None,
        "reasons_not": [reason.code for reason in reasons],
        "why_not": _in_sentences(reasons),
    }


def _in_the_readers_words(offer: Offer) -> dict[str, Any]:
    told = meaning_of(offer.definition)
    return {
        "words": in_words(told.get("text", {})),
        "terms_in_words": in_words(told.get("small_print", {})),
    }


def _in_sentences(reasons: Sequence[DomainError]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "sentence": each.sentence(), "values": each.plain_values()}
        for each in reasons
    ]
