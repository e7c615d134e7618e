"""What becomes of the points that a rule gives, in words: when they open, how long they are good, what they count for."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from loyalty.earning.telling import words

Told = Mapping[str, Any]


def becoming(definition: Told) -> list[str]:
    """The last parts of a rule's sentence; what the currency decides is not told."""
    parts = []
    if "unlock" in definition:
        parts.append(_opening(definition["unlock"]))
    if "expiry" in definition:
        parts.append(_ENDS[definition["expiry"]["kind"]](definition["expiry"]))
    if definition.get("counts_for_tier"):
        parts.append(_("counting for the tier"))
    return parts


def _opening(unlock: Told) -> str:
    after, source = words.duration(unlock["after"]), unlock.get("from", "event")
    is_at_once = unlock["after"].strip("PTDHMSWY0") == ""
    if source == "order.fulfilled":
        if is_at_once:
            return _("usable once the order is fulfilled")
        return _("usable {duration} after the order is fulfilled").format(duration=after)
    if source == "safe_order":
        if is_at_once:
            return _("usable once points of a paid order have opened")
        return _("usable {duration} after points of a paid order have opened").format(
            duration=after
        )
    if is_at_once:
        return _("usable at once")
    return _("usable after {duration}").format(duration=after)


def _fixed(policy: Told) -> str:
    dates = [words.day_of_the_year(told) for told in policy["dates"]]
    return _("good until the next {dates}").format(dates=words.either(dates))


def _years(policy: Told) -> str:
    if policy["years"] == 1:
        return _("good until the end of the year")
    return _("good until the end of the year number {years}").format(years=policy["years"])


def _rolling(policy: Told) -> str:
    return _("good for {duration}").format(duration=words.duration(policy["period"]))


def _sliding(policy: Told) -> str:
    duration = words.duration(policy["period"])
    return _("good for {duration} since the last activity").format(duration=duration)


_ENDS: Final[Mapping[str, Callable[[Told], str]]] = {
    "never": lambda _policy: _("good for ever"),
    "rolling": _rolling,
    "sliding": _sliding,
    "fixed_dates": _fixed,
    "end_of_year": _years,
}
