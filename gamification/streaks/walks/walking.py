"""Walking: from what was done in each period to the streak; pure, hence the same in any order of arrival (G-57 … G-65)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Final

from gamification.streaks.kinds import Verdict
from gamification.streaks.walks.boundaries import Clock, Span
from gamification.streaks.walks.terms import SHORT_UNDER, Terms

# A deadline is looked for so far ahead; whoever pauses or rests longer has none.
AHEAD_MAX: Final = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What was done in a period, net; `early` is the part within the hours of grace of the one before."""

    value: int = 0
    early: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift:
    """Freezes given at an instant, on top of those that the streak itself gives."""

    at: datetime
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Days that a member declared beforehand, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """All that a walk looks at. `days` by the first day of their periods."""

    clock: Clock
    terms: Terms
    days: Mapping[date, Day]
    gifts: Sequence[Gift] = ()
    pauses: Sequence[Pause] = ()
    repairs: frozenset[str] = frozenset()
    # Later wordings, each from an instant on, in order: a period is judged by the one in force when it began (G-22).
    later_terms: Sequence[tuple[datetime, Terms]] = ()

    def terms_at(self, at: datetime) -> Terms:
        """The wording in force at an instant."""
        in_force = [terms for since, terms in self.later_terms if since <= at]
        return in_force[-1] if in_force else self.terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a walk stands at the end of a period: the cache that the next walk may begin from."""

    ends_at: datetime
    length: int = 0
    longest: int = 0
    freezes: int = 0
    frozen_in_a_row: int = 0
    # What the first hours of the coming period gave to the one before it.
    moved: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One period of a walk: what it came to, and where the streak stood after it; `ended` is the run that it ended."""

    span: Span
    verdict: Verdict
    value: int
    length: int
    freezes: int
    has_earned: bool = False
    ended: int = 0


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A streak at an instant. `steps` in order, the open periods last."""

    current: int = 0
    longest: int = 0
    freezes: int = 0
    deadline: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    standing: Standing | None = None

    def keys(self, verdict: Verdict) -> list[str]:
        """The periods that came to this verdict."""
        return [step.span.key for step in self.steps if step.verdict is verdict]

    @property
    def earned(self) -> list[str]:
        """The periods with which a freeze was earned."""
        return [step.span.key for step in self.steps if step.has_earned]

    @property
    def losses(self) -> list[Step]:
        """The missed periods that ended a run."""
        return [step for step in self.steps if step.ended]


def walk(
    course: Course,
    *,
    now: datetime,
    start: Standing | None = None,
    keep_before: datetime | None = None,
) -> Walk:
    """Walk the periods of a course up to now, from its first deed or from a kept standing.

    `keep_before` asks for the last standing whose period, grace included, ended by then. A walk from there is
    the walk from the beginning, as long as nothing before it changes.
    """
    begins_at = start.ends_at if start else _first_deed(course)
    if begins_at is None:
        return Walk(freezes=_owned(course, course.terms_at(now).initial, None, now))
    here = start or Standing(ends_at=begins_at)
    kept = start
    steps: list[Step] = []
    for span in course.clock.since(begins_at):
        if span.starts_at > now:
            break
        if start is None and not steps:
            initial = course.terms_at(span.starts_at).initial
            here = replace(here, freezes=_owned(course, initial, None, span.starts_at))
        step, here = _step(course, span, here, now=now)
        steps.append(step)
        if keep_before and span.ends_at + course.terms_at(span.starts_at).grace <= keep_before:
            kept = here
    return Walk(
        current=here.length,
        longest=here.longest,
        freezes=_owned(course, here.freezes, here.ends_at, now),
        deadline=_deadline(course, here, steps),
        steps=steps,
        standing=kept,
    )


def _first_deed(course: Course) -> datetime | None:
    done = [first for first, day in course.days.items() if day.value > 0]
    return course.clock.on(min(done)).starts_at if done else None


def _step(course: Course, span: Span, before: Standing, *, now: datetime) -> tuple[Step, Standing]:
    """Judge one period and go on."""
    terms = course.terms_at(span.starts_at)
    owned = _owned(course, before.freezes, before.ends_at, min(span.ends_at, now))
    own = course.days.get(span.first, Day()).value - before.moved
    lent = _lent(course, span, own=own, is_alive=before.length > 0)
    verdict = _verdict(course, span, replace(before, freezes=owned), value=own + lent, now=now)
    is_done = verdict is Verdict.DONE
    length = 0 if verdict is Verdict.MISSED else before.length + is_done
    has_earned = is_done and length % terms.earn_every == 0 and owned < terms.cap
    owned += has_earned - (verdict is Verdict.FROZEN)
    row = before.frozen_in_a_row
    after = Standing(
        ends_at=span.ends_at,
        length=length,
        longest=max(before.longest, length),
        freezes=owned,
        frozen_in_a_row=row + 1 if verdict is Verdict.FROZEN else 0 if is_done else row,
        moved=lent,
    )
    step = Step(
        span=span,
        verdict=verdict,
        value=own + lent,
        length=length,
        freezes=owned,
        has_earned=has_earned,
        ended=before.length if verdict is Verdict.MISSED else 0,
    )
    return step, after


def _lent(course: Course, span: Span, *, own: int, is_alive: bool) -> int:
    """What the first hours after a period give to it, whole: only if that makes it done (G-59)."""
    terms = course.terms_at(span.starts_at)
    if not terms.grace or not is_alive or own >= terms.need:
        return 0
    early = course.days.get(span.day_after, Day()).early
    return early if own + early >= terms.need else 0


def _verdict(course: Course, span: Span, before: Standing, *, value: int, now: datetime) -> Verdict:
    """The first that fits (G-58)."""
    terms = course.terms_at(span.starts_at)
    is_alive = before.length > 0
    if value >= terms.need:
        return Verdict.DONE
    if now < span.ends_at + (terms.grace if is_alive else timedelta(0)):
        return Verdict.OPEN
    if span.key in course.repairs:
        return Verdict.REPAIRED
    if all(terms.rests_on(day) for day in span.days):
        return Verdict.REST
    if span.length < SHORT_UNDER:
        return Verdict.SHORT
    if is_paused(span, course.pauses):
        return Verdict.PAUSED
    # A freeze stands for a run; where none is, there is nothing that it could keep.
    if is_alive and before.freezes > 0 and before.frozen_in_a_row < terms.in_a_row:
        return Verdict.FROZEN
    return Verdict.MISSED


def is_paused(span: Span, pauses: Iterable[Pause]) -> bool:
    """Whether more than half of a period's days are paused."""
    days = span.days
    paused = sum(any(pause.first <= day <= pause.last for pause in pauses) for day in days)
    return 2 * paused > len(days)


def _owned(course: Course, owned: int, after: datetime | None, until: datetime) -> int:
    """The freezes owned once the gifts `(after, until]` have come; never more than the cap."""
    for gift in course.gifts:
        if (after is None or gift.at > after) and gift.at <= until:
            owned = max(owned, min(course.terms_at(gift.at).cap, owned + gift.quantity))
    return owned


def _deadline(course: Course, here: Standing, steps: Sequence[Step]) -> datetime | None:
    """The end of the first period that needs a deed yet, grace included; none where no streak runs."""
    if not here.length or not steps:
        return None
    waiting = [step.span for step in steps if step.verdict is Verdict.OPEN]
    ahead = chain(waiting, islice(course.clock.after(steps[-1].span), AHEAD_MAX))
    for span in ahead:
        if _needs_a_deed(course, span):
            return span.ends_at + course.terms_at(span.starts_at).grace
    return None


def _needs_a_deed(course: Course, span: Span) -> bool:
    terms = course.terms_at(span.starts_at)
    rests = all(terms.rests_on(day) for day in span.days)
    return not (rests or span.length < SHORT_UNDER or is_paused(span, course.pauses))
