"""Previewing: what a draft of the ladder would do to all members, member by member as publishing would (T-40).

It reads, and runs the same functions; nothing is kept. Twelve statements a thousand members.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
from loyalty.tiers.telling.pricing import MONTHS, Worth, multiplier_of

MEMBERS_AT_ONCE: Final = 1000
EXAMPLES_MAX: Final = 20
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

    def add(self, example: Example, terms: Terms) -> None:
        """Count one member."""
        self.members += 1
        after, later, live = (
            terms.at(slug).rank for slug in (example.after, example.later, example.later_now)
        )
        if later < after <= live:
            self.at_risk[example.after] += 1
        elif live < after <= later and example.before == example.after:
            self.spared[example.after] += 1
        if example.close_to:
            self.close_to[example.close_to] += 1
        self.at_publishing[example.before, example.after] += 1
        self.at_review[example.after, example.later] += 1
        self.before[example.before] += 1
        self.after[example.after] += 1
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
    for member_ids in _members(program):
        for example in _examples(program, member_ids, tried, past, preview, at=at):
            preview.add(example, draft.terms)
    return preview


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
        _price(example, tried, live, preview, earned=earned, has_birthday=member_id in born)
        yield example


def _close_to(book: TierBook, state: MemberState, *, at: datetime) -> str:
    assert book.terms is not None
    climber, today = book.climber_today(state.member_id), local_day(at, book.program.zone)
    tier = book.terms.climbed_above(book.terms.at(state.in_force).rank)
    if tier is None:
        return ""
    missing = tier.reach - measured(climber, today)
    return tier.slug if 0 < missing * CLOSE_PARTS <= tier.reach else ""


def _price(
    example: Example,
    tried: LadderHistory,
    live: Reign | None,
    preview: Preview,
    *,
    earned: int,
    has_birthday: bool,
) -> None:
    """Add what this member's tiers cost in a year: multipliers on what was earned, a birthday, and a climb."""
    assert tried.live is not None
    after = tried.live.terms.at(example.after)
    birthday = [BENEFIT[GiftKind.BIRTHDAY]] if has_birthday else []
    climb = [BENEFIT[GiftKind.ENTRY]] if example.before != example.after else []
    base = Fraction(earned)
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
