"""Cards: how a reward will look to members, in each language of the programme and in its direction (U-68)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from loyalty.pictures.naming import path_of
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words
from loyalty.rewards.desk.forms import languages_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One preview: the words in this language, falling back visibly where one is missing."""

    language: str
    title: str
    direction: str
    name: str
    text: str
    small_print: str
    price: str
    image: str
    is_fallback: bool


def cards_of(
    definition: Mapping[str, Any], *, program: Program, currencies: Sequence[PointCurrency]
) -> list[Card]:
    """A card per language of the programme."""
    return [_card(definition, code, title, currencies) for code, title in languages_of(program)]


def _card(
    definition: Mapping[str, Any], code: str, title: str, currencies: Sequence[PointCurrency]
) -> Card:
    names = definition["name"]
    with override(code):
        return Card(
            language=code,
            title=title,
            direction="rtl" if get_language_info(code)["bidi"] else "ltr",
            name=names.get(code) or next(iter(names.values())),
            text=definition.get("text", {}).get(code, ""),
            small_print=definition.get("small_print", {}).get(code, ""),
            price=_price(definition, code, currencies),
            image=path_of(in_words(definition.get("image", {}), language=code), is_small=True),
            is_fallback=code not in names,
        )


def _price(definition: Mapping[str, Any], code: str, currencies: Sequence[PointCurrency]) -> str:
    names = {each.slug: in_words(each.name, language=code) for each in currencies}
    base = [each for each in definition.get("prices", ()) if "tier" not in each]
    if not base:
        return _("A gift")
    return " / ".join(f"{each['points']} {names.get(each['currency'], '')}" for each in base)
