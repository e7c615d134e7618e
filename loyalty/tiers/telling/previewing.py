"""Previewing: what a draft of the ladder would do to all members, member by member as publishing would (T-40).

It reads, and runs the same functions; nothing is kept. Where a few sums decide, the database sums them up (sweeping).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.members.kinds import GONE
from loyalty.members.models import Member, MemberProfile
from loyalty.programs.calendar import add_months, local_day
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_again, open_book
from loyalty.tiers.giving.gifts import BENEFIT
from loyalty.tiers.kinds import GiftKind
from loyalty.tiers.ladders.reading import LadderHistory, Reign, ladder_of, terms_of
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.values import Terms
from loyalty.tiers.models import LadderRevision, Standing
from loyalty.tiers.outlook import projected_tier
from loyalty.tiers.states.reading import MemberState
from loyalty.tiers.telling.pricing import MONTHS, Alike, Worth, multiplier_of
from loyalty.tiers.telling.sweeping import Swept, can_sweep, sweep

MEMBERS_AT_ONCE: Final = 1000
EXAMPLES_MAX: Final = 20
NOBODY: Final = Id(int=0)
CLOSE_PARTS: Final = 10  # who misses a tenth of the next tier or less is close to it


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One member: the tier now, at publishing, after the next review, and after that review as the ladder is now."""

    member_id: Id
    before: str
    after: str
    later: str
    later_now: str
    close_to: str = ""  # the next tier, if a tenth of it or less is missing

    @property
    def moves(self) -> bool:
        """Whether the draft puts this member on another tier, at once or at the review."""
        return self.before != self.after or self.later not in (self.after, self.later_now)


@dataclass(kw_only=True, slots=True)
class Preview:
    """Who would move: from and to at publishing, and at the next review if nothing more is earned."""

    members: int = 0
    at_publishing: Counter[tuple[str, str]] = field(default_factory=Counter)
    at_review: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Who falls at the next review by the draft and not by the live ladder, and the other way round, by tier before it.
    at_risk: Counter[str] = field(default_factory=Counter)
    spared: Counter[str] = field(default_factory=Counter)
    close_to: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    worth_before: Worth = field(default_factory=Worth)
    worth_after: Worth = field(default_factory=Worth)

    def add(self, example: Example, terms: Terms, *, members: int = 1) -> None:
        """Count one member, or so many who are alike."""
        self.members += members
        after, later, live = (
            terms.at(slug).rank for slug in (example.after, example.later, example.later_now)
        )
        if later < after <= live:
            self.at_risk[example.after] += members
        elif live < after <= later and example.before == example.after:
            self.spared[example.after] += members
        if example.close_to:
            self.close_to[example.close_to] += members
        self.at_publishing[example.before, example.after] += members
        self.at_review[example.after, example.later] += members
        self.before[example.before] += members
        self.after[example.after] += members

    def show(self, example: Example) -> None:
        """Keep a member who moves as an example, while there are few."""
        if example.moves and len(self.examples) < EXAMPLES_MAX:
            self.examples.append(example)

    def moved(self, terms: Terms) -> tuple[Counter[str], Counter[str]]:
        """Members who climb at publishing, by the tier they reach; and who fall at the next review, by where from."""
        up: Counter[str] = Counter()
        down: Counter[str] = Counter()
        for (before, after), members in self.at_publishing.items():
            if terms.at(after).rank > terms.at(before).rank:
                up[after] += members
        for (after, later), members in self.at_review.items():
            if terms.at(later).rank < terms.at(after).rank:
                down[after] += members
        return up, down


def preview_ladder(*, program: Program, revision: LadderRevision, at: datetime) -> Preview:
    """What publishing this revision now would do to every member."""
    past = ladder_of(program.pk)
    draft = Reign(terms=terms_of(revision), published_at=at, ended_at=None, is_applied=False)
    tried = LadderHistory(reigns=[*past.reigns, draft])
    preview = Preview()
    for member_ids in _left_for_the_book(program, tried, past, preview, at=at):
        for example in _examples(program, member_ids, tried, past, preview, at=at):
            preview.add(example, draft.terms)
            preview.show(example)
    return preview


def _left_for_the_book(
    program: Program, tried: LadderHistory, past: LadderHistory, preview: Preview, *, at: datetime
) -> Iterator[Sequence[Id]]:
    """Count whom a few sums decide (most members, if both ladders roll); the others are left, a thousand at a time."""
    assert tried.live is not None
    draft = tried.live.terms
    if past.live is None or not can_sweep(past.live, draft):
        yield from _members(program)
        return
    today = local_day(at, program.zone)
    left: list[Id] = []
    alike: dict[tuple[Example, bool], list[int]] = {}
    for swept in sweep(program=program, live=past.live.terms, draft=draft, today=today):
        if swept.tiers is None:
            left.append(swept.member_id)
            continue
        example = _swept(swept, draft)
        preview.show(example)
        kind = (replace(example, member_id=NOBODY), swept.has_birthday)
        sums = alike.setdefault(kind, [0, 0])
        sums[0] += 1
        sums[1] += swept.earned
    for (example, has_birthday), (members, earned) in alike.items():
        preview.add(example, draft, members=members)
        worth = Alike(members=members, earned=earned, has_birthday=has_birthday)
        _price(example, tried, past.live, preview, worth)
    for start in range(0, len(left), MEMBERS_AT_ONCE):
        yield left[start : start + MEMBERS_AT_ONCE]


def _swept(swept: Swept, draft: Terms) -> Example:
    assert swept.tiers is not None
    before, after, later, later_now = swept.tiers
    return Example(
        member_id=swept.member_id,
        before=before.slug,
        after=after.slug,
        later=later.slug,
        later_now=later_now.slug,
        close_to=_next_within_reach(draft, after.rank, swept.counted),
    )


def _examples(
    program: Program,
    member_ids: Sequence[Id],
    tried: LadderHistory,
    past: LadderHistory,
    preview: Preview,
    *,
    at: datetime,
) -> Iterator[Example]:
    live = past.live
    lowest = live.terms.lowest.slug if live else ""
    standing = Standing.objects.filter(member_id__in=member_ids)
    before = dict(standing.values_list("member_id", "in_force"))
    book = open_book(program=program, member_ids=member_ids, at=at, ladder=tried)
    since = add_months(local_day(at, program.zone), -MONTHS)
    profiles = MemberProfile.objects.filter(member_id__in=member_ids, birth_month__isnull=False)
    born = set(profiles.values_list("member_id", flat=True))
    now = open_again(book, member_ids=member_ids, ladder=past) if live else None
    for member_id, state in book.states.items():
        later = projected_tier(book, state, at=at).slug
        example = Example(
            member_id=member_id,
            before=before.get(member_id, lowest),
            after=state.in_force,
            later=later,
            later_now=projected_tier(now, now.states[member_id], at=at).slug if now else later,
            close_to=_close_to(book, state, at=at),
        )
        earned = sum(points for day, (points, *_) in book.figures(member_id) if day > since)
        _price(example, tried, live, preview, Alike(earned=earned, has_birthday=member_id in born))
        yield example


def _close_to(book: TierBook, state: MemberState, *, at: datetime) -> str:
    assert book.terms is not None
    climber, today = book.climber_today(state.member_id), local_day(at, book.program.zone)
    rank = book.terms.at(state.in_force).rank
    return _next_within_reach(book.terms, rank, measured(climber, today))


def _next_within_reach(terms: Terms, rank: int, counted: int) -> str:
    """The next tier above this rank, if a tenth of it or less is missing."""
    tier = terms.climbed_above(rank)
    if tier is None:
        return ""
    return tier.slug if 0 < (tier.reach - counted) * CLOSE_PARTS <= tier.reach else ""


def _price(
    example: Example,
    tried: LadderHistory,
    live: Reign | None,
    preview: Preview,
    alike: Alike,
) -> None:
    """Add what the tiers of members who are alike cost in a year: multipliers on what was earned, birthdays, climbs."""
    assert tried.live is not None
    after = tried.live.terms.at(example.after)
    birthday = [BENEFIT[GiftKind.BIRTHDAY]] * alike.members if alike.has_birthday else []
    climb = [BENEFIT[GiftKind.ENTRY]] * alike.members if example.before != example.after else []
    base = Fraction(alike.earned)
    if live is not None:
        before = live.terms.at(example.before)
        base /= multiplier_of(before)
        preview.worth_before.add(before, base=base, occasions=birthday)
    preview.worth_after.add(after, base=base, occasions=[*birthday, *climb])


def _members(program: Program) -> Iterator[Sequence[Id]]:
    """All members that are still there, in the order of their ids, a range at a time."""
    living = Member.objects.filter(program=program).exclude(status__in=GONE).order_by("pk")
    last: Id | None = None
    while True:
        some = living if last is None else living.filter(pk__gt=last)
        ids = list(some.values_list("pk", flat=True)[:MEMBERS_AT_ONCE])
        if ids:
            yield ids
        if len(ids) < MEMBERS_AT_ONCE:
            return
        last = ids[-1]


def slugs_of(terms: Terms, preview: Preview) -> list[str]:
    """The tiers of both ladders, the draft's first, as columns of a matrix."""
    known = [tier.slug for tier in terms.tiers]
    return known + sorted({*preview.before} - {*known})
