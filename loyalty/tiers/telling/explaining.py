"""Explaining: why a member is in this tier, in steps with a code, its numbers, and a sentence (T-36, E-50)."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import local_day, zone_named
from loyalty.programs.models import Program
from loyalty.programs.rates import exponent_of
from loyalty.programs.texts import in_words
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.kinds import Cause, Metric
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.pacing import counted_lately, pace_days, reached_at_pace
from loyalty.tiers.maths.projecting import remaining
from loyalty.tiers.maths.reviewing import counted_at, first_counted_day
from loyalty.tiers.maths.values import Climber, Tier
from loyalty.tiers.maths.windows import window_start
from loyalty.tiers.models import TierMove
from loyalty.tiers.refusals import TierUnknown
from loyalty.tiers.states.reading import MemberState

Step = dict[str, Any]

SENTENCES: Final[dict[str, Text]] = {
    "ladder": _("Revision {number} of the ladder holds; it counts {metric}."),
    "counted": _("From {first} to {last}, {counted} were counted (days: {days})."),
    "lowest": _("{tier} belongs to everybody from joining."),
    "reached": _("{tier} takes {reach}; that was reached on {on}."),
    "reached_by_event": _("It was {event} that lifted to {tier}."),
    "renewed": _(
        "{tier} was kept at the review of {on}: {counted} were counted, {keep} are needed."
    ),
    "dropped": _(
        "{tier} is where the review of {on} led: {counted} were counted, {keep} were needed."
    ),
    "returned": _("A return on {on} took back what had carried {from_tier}."),
    "mapped": _("{tier} came with revision {number} of the ladder, on {on}."),
    "merged": _("{tier} was taken over from a merged membership on {on}."),
    "keeping": _("Until the end of {through}, {counted} of {keep} are counted that keep {tier}."),
    "for_good": _("{tier} is not reviewed."),
    "grace": _("{tier} stays in grace through {through}; {missing} more keep it."),
    "granted": _("{tier} is given ({source}) until {until}."),
    "granted_for_good": _("{tier} is given ({source}) without an end."),
    "noted": _("{tier} begins with the next cycle, on {on}."),
    "next": _("{tier} takes {reach}; {missing} are missing, and that holds through {by}."),
    "next_without_end": _("{tier} takes {reach}; {missing} are missing."),
    "pace": _(
        "At the pace of the last {days} days, in which {counted} were counted, {tier} is reached on {on}."
    ),
    "top": _("There is no higher tier to reach."),
}
METRICS: Final[dict[str, Text]] = {
    Metric.POINTS: _("points earned"),
    Metric.SPEND: _("money spent"),
    Metric.ORDERS: _("orders"),
}
BY_CAUSE: Final = {
    Cause.RETURN: "returned",
    Cause.LADDER_CHANGED: "mapped",
    Cause.MERGE: "merged",
}


def explain_tier(*, program: Program, member_id: Id, at: datetime) -> dict[str, Any]:
    """Why this member is in this tier. Raises TierUnknown while there is no ladder."""
    book = open_book(program=program, member_ids=[member_id], at=at)
    if book.terms is None:
        raise TierUnknown(tier="")
    state = book.states[member_id]
    steps = _Steps(book, state, at=at)
    return {
        "tier": state.in_force,
        "as_of": at.astimezone(zone_named(program.zone)),
        "zone": program.zone,
        "steps": list(steps.all()),
    }


class _Steps:
    """The steps of one member's explanation, in order."""

    def __init__(self, book: TierBook, state: MemberState, *, at: datetime) -> None:
        assert book.terms is not None
        self.terms, self.state, self.program = book.terms, state, book.program
        self.climber: Climber = book.climber_for_review(state.member_id)
        self.today = local_day(at, book.program.zone)
        self.at = at
        self.tier = self.terms.at(state.standing.slug)

    def all(self) -> Iterator[Step]:
        """The ladder, what was counted, why the standing, how it is kept, grants, and why not the next tier."""
        metric = str(METRICS[self.terms.metric])
        yield self._step("ladder", number=self.terms.number, metric=metric)
        start = window_start(self.terms.cycle, self.today, joined_on=self.climber.joined_on)
        days = self.climber.tally.days(start, self.today)
        yield self._step(
            "counted",
            first=max(start, days[0]) if days else max(start, self.climber.joined_on),
            last=self.today,
            counted=self._amount(measured(self.climber, self.today)),
            days=len(days),
        )
        yield from self._why_this()
        yield from self._how_kept()
        yield from self._given()
        yield from self._why_not_next()

    def _why_this(self) -> Iterator[Step]:
        name, moves = (
            self._name(self.tier.slug),
            TierMove.objects.filter(member_id=self.state.member_id),
        )
        last = moves.exclude(cause__in=[Cause.GRANT, Cause.GRANT_ENDED]).order_by("-number").first()
        if last is None:
            yield self._step("lowest", tier=name)
        elif last.cause in BY_CAUSE:
            on = local_day(last.at, self.program.zone)
            from_tier = self._name(last.standing_from)
            number = self.terms.number
            yield self._step(
                BY_CAUSE[Cause(last.cause)], tier=name, on=on, from_tier=from_tier, number=number
            )
        elif last.cause == Cause.REVIEW:
            code = "renewed" if last.standing_from == last.standing_to else "dropped"
            counted, keep = self._amount(last.counted or 0), self._amount(last.threshold or 0)
            yield self._step(code, tier=name, on=last.day, counted=counted, keep=keep)
        elif self.tier.rank:
            qualified_on = self.state.standing.qualified_on or last.day
            yield self._step(
                "reached", tier=name, reach=self._amount(self.tier.reach), on=qualified_on
            )
            if last.source_id:
                yield self._step("reached_by_event", tier=name, event=shown("evt", last.source_id))
        else:
            yield self._step("lowest", tier=name)

    def _how_kept(self) -> Iterator[Step]:
        standing, name = self.state.standing, self._name(self.tier.slug)
        if standing.next_slug:
            yield self._step("noted", tier=self._name(standing.next_slug), on=standing.next_from)
        if standing.through is None:
            if self.tier.rank:
                yield self._step("for_good", tier=name)
            return
        first = first_counted_day(standing, self.climber)
        last = min(self.today, standing.grace_through or standing.through)
        counted = counted_at(standing, self.climber, through=last)
        yield self._step(
            "keeping",
            tier=name,
            first=first,
            through=standing.through,
            counted=self._amount(counted),
            keep=self._amount(self.tier.keep),
        )
        if standing.grace_through is not None:
            missing = self._amount(max(self.tier.keep - counted, 0))
            yield self._step("grace", tier=name, through=standing.grace_through, missing=missing)

    def _given(self) -> Iterator[Step]:
        for grant in self.state.grants:
            if grant.begins_at > self.at:
                continue
            said = {"tier": self._name(grant.slug), "source": grant.source}
            if grant.until is None:
                yield self._step("granted_for_good", **said)
            else:
                until = grant.until.astimezone(zone_named(self.program.zone))
                yield self._step("granted", until=until, **said)

    def _why_not_next(self) -> Iterator[Step]:
        rank = self.terms.at(self.state.in_force).rank
        above = remaining(self.climber, above=rank, today=self.today)
        if not above:
            yield self._step("top")
            return
        said = {
            "tier": self._name(above[0].tier.slug),
            "reach": self._amount(above[0].tier.reach),
            "missing": self._amount(above[0].missing),
        }
        if above[0].by is None:
            yield self._step("next_without_end", **said)
        else:
            yield self._step("next", by=above[0].by, **said)
        yield from self._at_pace(above[0].tier)

    def _at_pace(self, tier: Tier) -> Iterator[Step]:
        on = reached_at_pace(self.climber, tier, today=self.today)
        if on is not None:
            yield self._step(
                "pace",
                tier=self._name(tier.slug),
                on=on,
                days=pace_days(self.climber, today=self.today),
                counted=self._amount(counted_lately(self.climber, today=self.today)),
            )

    def _step(self, code: str, **values: Any) -> Step:
        told = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in values.items()
        }
        written = {name: _written(value) for name, value in values.items()}
        return {"code": code, "sentence": str(SENTENCES[code]).format(**written), "values": told}

    def _name(self, slug: str) -> str:
        return in_words(self.terms.at(slug).name)

    def _amount(self, counted: int) -> int | str:
        """Points and orders as they are; money with its currency."""
        if self.terms.metric != Metric.SPEND:
            return counted
        digits = exponent_of(self.program.currency)
        return f"{Decimal(counted).scaleb(-digits):.{digits}f} {self.program.currency}"


def _written(value: Any) -> Any:
    """Days and instants as the reader writes them."""
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else value
