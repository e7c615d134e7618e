"""Reading a definition: everything wrong with it is found before anything is written, each with its pointer."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind, Malformed, Problem, Text
from loyalty.foundation.shapes import below
from loyalty.programs.calendar import Period
from loyalty.rewards.catalogue.shapes import DATA_BYTES_MAX, DEFAULTS, REWARD, TERMS
from loyalty.rewards.kinds import DISCOUNTS, Codes, Fulfilment, RewardKind

_DEFAULT_FULFILMENT: Final = {
    **dict.fromkeys((*DISCOUNTS, RewardKind.GIFT_CARD), Fulfilment.VOUCHER),
    RewardKind.PERK: Fulfilment.NONE,
    RewardKind.POINTS: Fulfilment.NONE,
    RewardKind.CUSTOM: Fulfilment.VOUCHER,
}
_FULFILMENTS: Final = {
    **dict.fromkeys((*DISCOUNTS, RewardKind.GIFT_CARD), (Fulfilment.VOUCHER,)),
    RewardKind.PERK: (Fulfilment.NONE, Fulfilment.BY_HAND),
    RewardKind.POINTS: (Fulfilment.NONE,),
    RewardKind.CUSTOM: tuple(Fulfilment),
}
# These never are on their way in a definition: the state of a reward, and what is left of it, change without a revision.
_BESIDE: Final = ("state", "stock")


class RewardIncomplete(DomainError):
    """The parts of a reward do not go together, so that it could not be handed out as it says (W-2, W-10)."""

    code = "reward_incomplete"
    kind = Kind.REFUSED
    title = _("The reward is not complete")
    detail = _("The kind, the terms and the rest of the reward do not go together.")


def read_definition(
    told: Mapping[str, Any], *, currencies: Mapping[str, bool], pointer: str = ""
) -> dict[str, Any]:
    """The definition as it is kept: without `state` and `stock`, which change without a revision.

    `currencies` says which point currencies there are, and whether each can be spent. Raises Malformed and
    RewardIncomplete, each with pointers.
    """
    REWARD.demand(told, pointer=pointer)
    definition = {key: value for key, value in told.items() if key not in _BESIDE}
    terms = definition.get("terms", {})
    TERMS[definition["kind"]].demand(terms, pointer=below(pointer, "terms"))
    unknown = _unknown_currencies(definition, currencies, pointer=pointer)
    if unknown:
        raise Malformed(problems=unknown)
    problems = [*_of_prices(definition, currencies, pointer=pointer), *_of_terms(definition, pointer=pointer), *_of_handing_out(told, pointer=pointer)]  # fmt: skip
    if problems:
        raise RewardIncomplete(problems=problems)
    return definition


def meaning_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition without what goes without saying: two rewards of equal meaning are equal here."""
    defaults = DEFAULTS | {"fulfilment": fulfilment_of(definition["kind"]).value}
    return {key: value for key, value in definition.items() if defaults.get(key) != value}


def digest_of(definition: Mapping[str, Any]) -> str:
    """Equal for definitions of equal meaning."""
    text = json.dumps(meaning_of(definition), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def fulfilment_of(kind: str) -> Fulfilment:
    """How this kind is handed over unless told otherwise."""
    return _DEFAULT_FULFILMENT[RewardKind(kind)]


def _unknown_currencies(
    definition: Mapping[str, Any], currencies: Collection[str], *, pointer: str
) -> list[Problem]:
    named = [
        (below(pointer, "prices", place, "currency"), price["currency"])
        for place, price in enumerate(definition.get("prices", ()))
    ]
    if definition["kind"] == RewardKind.POINTS:
        named.append((below(pointer, "terms", "currency"), definition["terms"]["currency"]))
    message = _("The programme has no such point currency.")
    return [_problem(at, "currency_unknown", message) for at, slug in named if slug not in currencies]  # fmt: skip


def _of_prices(
    definition: Mapping[str, Any], currencies: Mapping[str, bool], *, pointer: str
) -> list[Problem]:
    prices: Sequence[Mapping[str, Any]] = definition.get("prices", ())
    problems, seen = [], set()
    bases = {price["currency"] for price in prices if "tier" not in price}
    for place, price in enumerate(prices):
        at = below(pointer, "prices", place)
        key = (price["currency"], price.get("tier"))
        if key in seen:
            problems.append(_problem(at, "doubled", _("There is another price for this.")))
        seen.add(key)
        if not currencies[price["currency"]]:
            problems.append(_problem(below(at, "currency"), "currency_not_spendable", _("These points cannot be spent.")))  # fmt: skip
        if price["currency"] not in bases:
            problems.append(_problem(at, "base_price_missing", _("A price for a tier needs a price for everybody.")))  # fmt: skip
    if "automatic" in definition and not prices:
        problems.append(_problem(below(pointer, "automatic"), "price_missing", _("Only what has a price can be redeemed.")))  # fmt: skip
    return problems


def _of_terms(definition: Mapping[str, Any], *, pointer: str) -> list[Problem]:
    terms = definition.get("terms", {})
    problems = []
    money = terms.get("money")
    if isinstance(money, list) and len({each["currency"] for each in money}) < len(money):
        problems.append(_problem(below(pointer, "terms", "money"), "doubled", _("One sum for each currency.")))  # fmt: skip
    data = json.dumps(terms.get("data", {}), ensure_ascii=False).encode()
    if len(data) > DATA_BYTES_MAX:
        problems.append(_problem(below(pointer, "terms", "data"), "too_long", _("At most 4 KiB.")))
    if definition["kind"] == RewardKind.POINTS and terms["currency"] in {
        price["currency"] for price in definition.get("prices", ())
    }:
        problems.append(_problem(below(pointer, "terms", "currency"), "same_currency", _("Points are exchanged for those of another currency.")))  # fmt: skip
    return problems


def _of_handing_out(told: Mapping[str, Any], *, pointer: str) -> list[Problem]:
    kind = RewardKind(told["kind"])
    fulfilment = told.get("fulfilment", fulfilment_of(kind))
    problems = []
    if fulfilment not in _FULFILMENTS[kind]:
        problems.append(_problem(below(pointer, "fulfilment"), "not_a_choice", _("This kind of reward is not handed over like that.")))  # fmt: skip
    is_pool = told.get("codes") == Codes.POOL
    if is_pool and (fulfilment != Fulfilment.VOUCHER or kind == RewardKind.GIFT_CARD):
        problems.append(_problem(below(pointer, "codes"), "not_a_choice", _("Only vouchers take their codes from a pool.")))  # fmt: skip
    if is_pool and told.get("stock") is not None:
        problems.append(_problem(below(pointer, "stock"), "pool_counts", _("What is left of a pool is the number of its codes.")))  # fmt: skip
    if told.get("code_length") == 8 and not told.get("bound", True):
        problems.append(_problem(below(pointer, "code_length"), "not_bound", _("Only codes that are bound to a member may be short.")))  # fmt: skip
    if "valid_for" in told and not _lasts_a_day(Period.read(told["valid_for"])):
        problems.append(_problem(below(pointer, "valid_for"), "too_small", _("A voucher is good for whole days, at least one.")))  # fmt: skip
    for place, window in enumerate(told.get("windows", ())):
        dates = window.get("dates")
        if dates and dates["to"] <= dates["from"]:
            problems.append(_problem(below(pointer, "windows", place, "dates"), "ends_before_it_starts", _("The end lies before the start.")))  # fmt: skip
    return problems


def _lasts_a_day(period: Period) -> bool:
    return bool(period.months or period.days) and not period.seconds


def _problem(pointer: str, code: str, message: Text) -> Problem:
    return Problem(pointer=pointer, code=code, message=message)
