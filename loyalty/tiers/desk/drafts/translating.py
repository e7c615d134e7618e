"""Translating between a ladder as the document tells it and the editor's fields; what no field can say stays word for word."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from django.utils.text import slugify

from loyalty.programs.calendar import Period
from loyalty.tiers.ladders.shapes import DEFAULTS

Json = dict[str, Any]

_PLAIN: Final = ("metric", "currency", "up", "drop", "on_return", "notice")
_MONTHS: Final = re.compile(r"^P([0-9]{1,3})M$")
_GIFTS: Final = {"entry_gift": "entry", "birthday_gift": "birthday"}


def fields_of(definition: Mapping[str, Any]) -> tuple[Json, list[Json]]:
    """What to show in the fields of the ladder and in its rows; `definition_of` of it says the same again."""
    told = DEFAULTS | dict(definition)
    cycle = told["cycle"]
    month, day = cycle.get("starts_on", "01-01").split("-")
    fields = {name: told[name] for name in _PLAIN if name in told} | {
        "cycle": cycle["kind"],
        "months": Period.read(cycle.get("period", "P12M")).months,
        "starts_month": month,
        "starts_day": int(day),
        "grace": Period.read(told["grace"]).days,
    }
    return fields, [_row_of(tier) for tier in told.get("tiers", ())]


def definition_of(told: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Json:
    """The ladder that cleaned fields say: rows in their order, new ones where their threshold puts them."""
    cycle: Json = {"kind": told["cycle"]}
    if told["cycle"] == "rolling":
        cycle["period"] = f"P{told['months'] or 12}M"
    if told["cycle"] == "calendar":
        cycle["starts_on"] = f"{told['starts_month'] or '01'}-{told['starts_day'] or 1:02}"
    tiers: list[Json] = []
    mapping: dict[str, str] = {}
    for row in rows:
        heir = row["goes_to"] if row["gone"] else row["slug"]
        if row["origin"] and heir not in ("", row["origin"]):
            mapping[row["origin"]] = heir
        if row["gone"]:
            continue
        tier = _tier_of(row)
        tiers.insert(len(tiers) if row["origin"] else _place_of(tier, tiers), tier)
    definition = {name: told[name] for name in _PLAIN} | {
        "cycle": cycle,
        "grace": f"P{told['grace']}D",
        "tiers": tiers,
    }
    return definition | ({"mapping": mapping} if mapping else {})


def _place_of(tier: Mapping[str, Any], tiers: Sequence[Mapping[str, Any]]) -> int:
    """Below the first tier that takes more; a tier that is only given stands on top."""
    if not tier.get("by_metric", True):
        return len(tiers)
    higher = (
        place
        for place, each in enumerate(tiers)
        if each.get("by_metric", True) and each.get("reach", 0) > tier["reach"]
    )
    return next(higher, len(tiers))


def _row_of(tier: Mapping[str, Any]) -> Json:
    rest = deepcopy(dict(tier.get("benefits", {})))
    row: Json = {
        "origin": tier["slug"],
        "slug": tier["slug"],
        "reach": tier.get("reach", 0),
        "keep": tier.get("keep"),
        "given_only": not tier.get("by_metric", True),
        "for_life": tier.get("for_life", False),
        "multiplier": rest.pop("multiplier", ""),
    } | {f"name__{language}": name for language, name in tier["name"].items()}
    row |= _shipping_of(rest) | _gifts_of(rest) | _end_of(rest) | _perks_of(rest)
    row["more"] = json.dumps(rest, ensure_ascii=False, indent=2) if rest else ""
    return row


def _shipping_of(rest: Json) -> Json:
    if "free_shipping" not in rest:
        return {}
    return {"free_shipping": True, "free_from": rest.pop("free_shipping").get("from")}


def _gifts_of(rest: Json) -> Json:
    row: Json = {}
    for benefit, field in _GIFTS.items():
        gift = rest.get(benefit, {})
        for what in ("points", "reward"):
            if [*gift] == [what]:
                row[f"{field}_{what}"] = rest.pop(benefit)[what]
    return row


def _end_of(rest: Json) -> Json:
    policy = rest.get("expiry", {})
    if policy == {"kind": "never"}:
        return {"ends": rest.pop("expiry")["kind"]}
    months = _MONTHS.match(policy.get("period", ""))
    if policy.get("kind") != "rolling" or set(policy) != {"kind", "period"} or months is None:
        return {}
    rest.pop("expiry")
    return {"ends": "rolling", "ends_months": int(months[1])}


def _perks_of(rest: Json) -> Json:
    """Perks line by line in each language; their slugs are remembered beside."""
    perks = rest.pop("perks", [])
    languages = {language for perk in perks for language in perk["text"]}
    row: Json = {
        f"perks__{language}": [perk["text"].get(language, "") for perk in perks]
        for language in languages
    }
    return row | {"perks_before": perks}


def _tier_of(row: Mapping[str, Any]) -> Json:
    tier: Json = {
        "slug": row["slug"],
        "name": _in_languages(row, "name__"),
        "reach": row["reach"] or 0,
    }
    if row["keep"] is not None and row["keep"] != tier["reach"]:
        tier["keep"] = row["keep"]
    if row["given_only"]:
        tier["by_metric"] = False
    if row["for_life"]:
        tier["for_life"] = True
    return tier | {"benefits": {**_benefits(row), **row["more"]}}


def _benefits(row: Mapping[str, Any]) -> Json:
    benefits: Json = {}
    if row["multiplier"]:
        benefits["multiplier"] = row["multiplier"]
    if row["ends"] == "never":
        benefits["expiry"] = {"kind": "never"}
    if row["ends"] == "rolling":
        benefits["expiry"] = {"kind": "rolling", "period": f"P{row['ends_months'] or 12}M"}
    if row["free_shipping"]:
        benefits["free_shipping"] = {"from": row["free_from"]} if row["free_from"] else {}
    for benefit, field in _GIFTS.items():
        if row[f"{field}_points"]:
            benefits[benefit] = {"points": row[f"{field}_points"]}
        elif row[f"{field}_reward"]:
            benefits[benefit] = {"reward": row[f"{field}_reward"]}
    perks = _perks(_in_languages(row, "perks__"), before=row["perks_before"])
    return benefits | ({"perks": perks} if perks else {})


def _perks(
    lines: Mapping[str, Sequence[str]], *, before: Sequence[Mapping[str, Any]]
) -> list[Json]:
    """One perk a line. Who says in some language what a perk said before is that perk; else who stands in its place."""
    told = [
        {lang: each[number] for lang, each in lines.items() if number < len(each) and each[number]}
        for number in range(max((len(each) for each in lines.values()), default=0))
    ]
    slugs: dict[int, str] = {}
    for perk in before:
        same = (
            n
            for n, words in enumerate(told)
            if n not in slugs and words.items() & perk["text"].items()
        )
        if (place := next(same, None)) is not None:
            slugs[place] = perk["slug"]
    for place, perk in enumerate(before):
        if perk["slug"] not in slugs.values() and place < len(told):
            slugs.setdefault(place, perk["slug"])
    return [
        {"slug": slugs.get(place) or slug_of(words.values()) or f"perk-{place + 1}", "text": words}
        for place, words in enumerate(told)
        if words
    ]


def slug_of(words: Iterable[str]) -> str:
    """A slug made from the first of these words that gives one; empty if none does."""
    return next(
        (slug for word in words if (slug := slugify(word).replace("_", "-")[:50].strip("-"))), ""
    )


def _in_languages(row: Mapping[str, Any], prefix: str) -> Json:
    return {field.removeprefix(prefix): told for field, told in row.items() if field.startswith(prefix) and told}  # fmt: skip
