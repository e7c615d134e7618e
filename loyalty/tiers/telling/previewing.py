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
from loyalty.tiers.book import open_book
from loyalty.tiers.giving.gifts import BENEFIT
from loyalty.tiers.kinds import GiftKind
from loyalty.tiers.ladders.reading import LadderHistory, Reign, ladder_of, terms_of
from loyalty.tiers.maths.values import Terms
from loyalty.tiers.models import LadderRevision, Standing
from loyalty.tiers.outlook import projected_tier
from loyalty.tiers.telling.pricing import MONTHS, Worth, multiplier_of

MEMBERS_AT_ONCE: Final = 1000
EXAMPLES_MAX: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One member whose tier would change: now, at publishing, after the next review."""

    member_id: Id
    before: str
    after: str
    later: str


@dataclass(kw_only=True, slots=True)
class Preview:
    """Who would move: from and to at publishing, and at the next review if nothing more is earned."""

    members: int = 0
    at_publishing: Counter[tuple[str, str]] = field(default_factory=Counter)
    at_review: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    worth_before: Worth = field(default_factory=Worth)
    worth_after: Worth = field(default_factory=Worth)

    def add(self, example: Example) -> None:
        """Count one member."""
        self.members += 1
        self.at_publishing[example.before, example.after] += 1
        self.at_review[example.after, example.later] += 1
        self.before[example.before] += 1
        self.after[example.after] += 1
        moves = example.before != example.after or example.after != example.later
        if moves and len(self.examples) < EXAMPLES_MAX:
            self.examples.append(example)


def preview_ladder(*, program: Program, revision: LadderRevision, at: datetime) -> Preview:
    """What publishing this revision now would do to every member."""
    past = ladder_of(program.pk)
    draft = Reign(terms=terms_of(revision), published_at=at, ended_at=None, is_applied=False)
    tried, live = LadderHistory(reigns=[*past.reigns, draft]), past.live
    preview = Preview()
    for member_ids in _members(program):
        for example in _examples(program, member_ids, tried, live, preview, at=at):
            preview.add(example)
    return preview


def _examples(
    program: Program,
    member_ids: Sequence[Id],
    tried: LadderHistory,
    live: Reign | None,
    preview: Preview,
    *,
    at: datetime,
) -> Iterator[Example]:
    lowest = live.terms.lowest.slug if live else ""
    standing = Standing.objects.filter(member_id__in=member_ids)
    before = dict(standing.values_list("member_id", "in_force"))
    book = open_book(program=program, member_ids=member_ids, at=at, ladder=tried)
    since = add_months(local_day(at, program.zone), -MONTHS)
    profiles = MemberProfile.objects.filter(member_id__in=member_ids, birth_month__isnull=False)
    born = set(profiles.values_list("member_id", flat=True))
    for member_id, state in book.states.items():
        example = Example(
            member_id=member_id,
            before=before.get(member_id, lowest),
            after=state.in_force,
            later=projected_tier(book, state, at=at).slug,
        )
        earned = sum(points for day, (points, *_) in book.figures(member_id) if day > since)
        _price(example, tried, live, preview, earned=earned, has_birthday=member_id in born)
        yield example


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
