"""Reporting: a what-if as staff and storefronts read it (U-32): in points, in money, and with sentences."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, Final

from loyalty.earning.explaining import Teller
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.replaying.siding import has_dates_elsewhere
from loyalty.earning.replaying.simulating import GATES
from loyalty.earning.replaying.tallying import chosen_samples
from loyalty.earning.rules.reading import digest_of
from loyalty.programs.models import PointCurrency, Program

Json = dict[str, Any]
NOBODY: Final = {"up": 0, "down": 0, "same": 0}


def show_what_if(what_if: WhatIf, *, program: Program) -> Json:
    """One what-if: what it tries, how far it is, and what came of it so far."""
    revision = what_if.revision
    return {
        "id": what_if.shown_id,
        "rule": what_if.rule.shown_id,
        "change": what_if.change,
        "version": revision.number if revision else None,
        "is_current": is_current(what_if),
        "dates_left_out": has_dates_elsewhere(what_if),
        "state": what_if.state,
        "since": what_if.since,
        "until": what_if.until,
        "asked_at": what_if.asked_at,
        "finished_at": what_if.finished_at,
        "author": what_if.author,
        "progress": {
            "percent": what_if.percent,
            "members": what_if.members,
            "members_done": what_if.members_done,
            "events_done": what_if.events_done,
        },
        "report": report_of(what_if, program=program) if what_if.tally else None,
    }


def is_current(what_if: WhatIf) -> bool:
    """Whether the draft still says what was tried; the end of a rule is always what it was."""
    revision = what_if.revision
    return revision is None or digest_of(revision.definition) == what_if.digest


def report_of(what_if: WhatIf, *, program: Program) -> Json:
    """What came of it: figures, and ten events with both explanations in the reader's language."""
    tally = what_if.tally
    currencies = {each.slug: each for each in PointCurrency.objects.filter(program=program)}
    extremes = (
        [_extreme(row) for row in tally["winners"]],
        [_extreme(row) for row in tally["losers"]],
    )
    return {
        "events": tally["events"],
        "events_changed": tally["events_changed"],
        "members": NOBODY | tally["members"],
        "currencies": [
            _of_currency(slug, sums, currencies.get(slug), program=program)
            for slug, sums in sorted(tally["currencies"].items())
        ],
        "limits": [
            {
                "code": code,
                "unit": "times" if code in GATES else "points",
                "before": sums.get("before", 0),
                "after": sums.get("after", 0),
            }
            for code, sums in sorted(tally["trims"].items())
        ],
        "tier_moves": [
            {"from": move.partition(">")[0], "to": move.partition(">")[2], "members": count}
            for move, count in sorted(tally["tiers"].items(), key=lambda each: (-each[1], each[0]))
        ],
        "winners": extremes[0],
        "losers": extremes[1],
        "samples": _samples(what_if, chosen_samples(tally["samples"]), program=program),
    }  # fmt: skip


def growth_of(what_if: WhatIf) -> int | None:
    """Whole percent more points than before, rounded up, in the rule's own currency; None: out of nothing."""
    sums = what_if.tally.get("currencies", {}).get(what_if.tally.get("currency"), {})
    before, after = sums.get("before", 0), sums.get("after", 0)
    if not before:
        return None if after > 0 else 0
    return ceil(Fraction((after - before) * 100, before))


def worth_of(points: int, currency: PointCurrency | None, *, program: Program) -> Json | None:
    """What so many points pay, rounded down; None where they cannot pay."""
    pay = currency.pay if currency else {}
    if not pay:
        return None
    worth = int(Fraction(points * pay["money_per_block"], pay["points_per_block"]))
    return {"amount": worth, "currency": program.currency}


def _of_currency(
    slug: str, sums: Mapping[str, int], currency: PointCurrency | None, *, program: Program
) -> Json:
    before, after = sums.get("before", 0), sums.get("after", 0)
    outstanding = sums.get("outstanding", 0)
    return {
        "currency": slug,
        "before": before,
        "after": after,
        "change": after - before,
        "worth": worth_of(after - before, currency, program=program),
        "outstanding": outstanding,
        "outstanding_worth": worth_of(outstanding, currency, program=program),
    }


def _extreme(row: Sequence[Any]) -> Json:
    _size, member, before, after = row
    return {"member": member, "before": before, "after": after, "change": after - before}


def _samples(what_if: WhatIf, samples: Sequence[Sequence[Any]], *, program: Program) -> list[Json]:
    if not samples:
        return []
    drafts: dict[tuple[str, int], Mapping[str, Any]] = {}
    if what_if.revision:
        drafts = {(what_if.rule.shown_id, what_if.revision.number): what_if.definition}
    bodies = [body for row in samples for body in row[2:]]
    teller = Teller(program, bodies, drafts=drafts)
    return [
        {"event": event, "change": change, "before": teller.told(before), "after": teller.told(after)}
        for change, event, before, after in samples
    ]  # fmt: skip
