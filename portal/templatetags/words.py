"""Numbers, money and dates in templates, in the style of the page's reader."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from loyalty.ledger.reports.saying import sentence_of
from loyalty.pictures.drawing import LARGE
from loyalty.pictures.naming import path_of
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import PointCurrency
from loyalty.programs.texts import in_words
from portal.pages import navigation
from portal.words import dates, numbers
from portal.words.styles import isolated

register = template.Library()
A_MOMENT: Final = timedelta(microseconds=1)
_POINT: Final = re.compile(r"(?<=[0-9])\.(?=[0-9])")
AT_FIRST_SIGHT: Final = 4  # pictures of a list on a phone
SOON: Final = timedelta(days=60)


@register.simple_tag(takes_context=True)
def number(context: Any, value: int) -> SafeString:
    """A whole number, kept together where the writing runs the other way."""
    return format_html("<bdi>{}</bdi>", numbers.number(value, style=context["style"]))


@register.simple_tag(takes_context=True)
def plain_number(context: Any, value: int) -> str:
    """A whole number where no mark-up may stand, such as a choice of a list."""
    return numbers.number(value, style=context["style"])


@register.simple_tag(takes_context=True)
def tabs(context: Any, here: str) -> dict[str, Any]:
    """The pages of the navigation, and whether the open one stands behind the others."""
    return {
        "first": navigation.tabs_of(context["program"], navigation.FIRST),
        "behind": navigation.tabs_of(context["program"], navigation.BEHIND),
        "is_behind": here in {each.name for each in navigation.BEHIND},
    }


@register.simple_tag(takes_context=True)
def signed(context: Any, value: int) -> SafeString:
    """A change, with its sign before it in either direction of writing."""
    return format_html('<bdi dir="ltr">{}</bdi>', numbers.signed(value, style=context["style"]))


@register.simple_tag(takes_context=True)
def percent(context: Any, value: int) -> SafeString:
    """A share in hundredths."""
    return format_html("<bdi>{}</bdi>", numbers.percent(value, style=context["style"]))


@register.simple_tag(takes_context=True)
def money(context: Any, amount: int, currency: str) -> SafeString:
    """Minor units with their currency."""
    told = numbers.money(amount, currency, style=context["style"])
    return format_html("<bdi>{}</bdi>", told)


@register.simple_tag(takes_context=True)
def day(context: Any, at: date | datetime) -> SafeString:
    """The local day of an instant, or a day as it is."""
    zone = context["program"].zone
    told = local_day(at, zone) if isinstance(at, datetime) else at
    return format_html(
        '<time datetime="{}">{}</time>',
        told.isoformat(),
        dates.day(told, style=context["style"]),
    )


@register.simple_tag(takes_context=True)
def moment(context: Any, at: datetime) -> str:
    """An instant by the programme's clocks, where no mark-up may stand."""
    return dates.moment(at, zone=context["program"].zone, style=context["style"])


@register.simple_tag(takes_context=True)
def last_day(context: Any, at: datetime) -> SafeString:
    """The last day on which something is good that ends at this midnight."""
    told: SafeString = day(context, at - A_MOMENT)
    return told


@register.simple_tag(takes_context=True)
def in_digits(context: Any, sentence: str) -> str:
    """A sentence that a room below made, or a factor such as 1.5, with the digits and the mark of the language."""
    style = context["style"]
    told: str = style.turned(_POINT.sub(style.point, str(sentence)))
    return told


@register.simple_tag(takes_context=True)
def months(context: Any, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of the statement under the months in which they happened, in their order."""
    zone, style = context["program"].zone, context["style"]
    named = (
        (dates.month(local_day(each["occurred_at"], zone), style=style), each) for each in entries
    )
    return [
        {"name": name, "entries": [each for _name, each in told]}
        for name, told in groupby(named, key=itemgetter(0))
    ]


@register.simple_tag(takes_context=True)
def what_happened(context: Any, entry: Mapping[str, Any]) -> str:
    """The sentence of a line of the statement, its points written as beside it, with their own name (U-3)."""
    points, style = abs(entry["points"]), context["style"]
    unit = counted(of(context["names"], entry["currency"]), points)
    amount = isolated(f"{numbers.number(points, style=style)} {unit}", style=style)
    return sentence_of(kind=entry["kind"], amount=amount)


@register.simple_tag(takes_context=True)
def rest(context: Any, points: int, currency: PointCurrency) -> SafeString:
    """What is missing, where their name was just told: Arabic and Persian say it again, English and Ukrainian do not."""
    style = context["style"]
    told = numbers.number(points, style=style)
    return format_html(
        "<bdi>{}</bdi>", f"{told} {currency.unit(points)}" if style.repeats_unit else told
    )


@register.simple_tag
def name(text: str) -> SafeString:
    """A name in the middle of a sentence that may run the other way (U-63)."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def counted(currency: PointCurrency | str, points: int) -> str:
    """What so many points of this currency are called, as it stands behind their number (U-3)."""
    return currency.unit(points) if isinstance(currency, PointCurrency) else str(currency)


@register.inclusion_tag("portal/art.html", takes_context=True)
def art(
    context: Any, thing: Mapping[str, Any], *, side: int = 80, place: int = 0, kind: str = ""
) -> dict[str, Any]:
    """A thing's own picture, else the mark drawn for its kind; a name stands beside. Those below the fold come late."""
    return {
        "path": path_of(_image_of(context, thing), is_small=True),
        "width": side,
        "height": side,
        "is_late": place >= AT_FIRST_SIGHT,
        "kind": kind or thing.get("kind", ""),
    }


@register.inclusion_tag("portal/art.html", takes_context=True)
def large_art(context: Any, thing: Mapping[str, Any]) -> dict[str, Any]:
    """A thing's own picture across its page; nothing where it has none."""
    return {
        "path": path_of(_image_of(context, thing)),
        "width": LARGE[0] // 2,
        "height": LARGE[0] // 2,
        "is_large": True,
    }


def _image_of(context: Any, thing: Mapping[str, Any]) -> str:
    """What it calls its image in the reader's language, else in the programme's first."""
    told = thing.get("image") or ""
    if isinstance(told, str):
        return told
    return told.get(context["language"]) or in_words(told, language=context["program"].languages[0])


@register.filter
def of(names: Mapping[str, Any], key: str) -> Any:
    """What stands under this key; the key itself where nothing does."""
    return names.get(key, key)


@register.filter
def is_soon(at: datetime, now: datetime) -> bool:
    """Whether it is close enough to be worth a warning."""
    return at - now <= SOON
