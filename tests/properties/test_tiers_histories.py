"""True of every history: told piece by piece, a member ends where the tier days alone would have put them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyalty.foundation.ids import new_id
from loyalty.tiers.kinds import CycleKind, Drop, Metric, OnReturn, Up
from loyalty.tiers.maths.climbing import climb, fall, replay
from loyalty.tiers.maths.folding import kept_from
from loyalty.tiers.maths.reviewing import renew_in_grace, turned
from loyalty.tiers.maths.values import Climber, Standing, Tally, Terms, Tier, last_day_of_year
from loyalty.tiers.maths.windows import Cycle

START = date(2026, 1, 1)
JOINED_ON = date(2024, 2, 29)

thresholds = st.lists(st.integers(1, 60), min_size=1, max_size=4, unique=True).map(sorted)
cycles = st.sampled_from([
    Cycle(kind=CycleKind.ROLLING, months=12),
    Cycle(kind=CycleKind.ROLLING, months=3),
    Cycle(kind=CycleKind.CALENDAR, starts_on=(7, 1)),
    Cycle(kind=CycleKind.MEMBER_YEAR),
    Cycle(kind=CycleKind.LIFETIME),
])  # fmt: skip


@st.composite
def ladders(draw, cycle=None):
    """A ladder of two to five tiers, kept with all or half of what reaches them."""
    reaches = [0, *draw(thresholds)]
    eased = draw(st.booleans())
    tiers = tuple(
        Tier(
            slug=f"tier-{rank}",
            rank=rank,
            reach=reach,
            keep=reach // 2 if eased else reach,
            name={"en": f"Tier {rank}"},
            benefits={},
        )
        for rank, reach in enumerate(reaches)
    )
    return Terms(
        revision_id=new_id(),
        number=1,
        metric=Metric.POINTS,
        currency_id=new_id(),
        cycle=cycle or draw(cycles),
        up=Up.AT_ONCE,
        grace_days=draw(st.sampled_from([0, 1, 30])),
        drop=draw(st.sampled_from(list(Drop))),
        on_return=OnReturn.AT_ONCE,
        notice="P30D",
        tiers=tiers,
        mapping={},
    )


def days_after(most):
    return st.integers(0, most).map(lambda n: START + timedelta(days=n))


class Life:
    """A member's standing, moved by each thing that is told."""

    def __init__(self, terms):
        self.climber = Climber(terms=terms, tally=Tally(), joined_on=JOINED_ON)
        self.standing = Standing(slug=terms.lowest.slug)

    def wake_up(self, today):
        self.standing = turned(self.standing, self.climber, today=today)

    def fold(self, today):
        kept = kept_from(self.standing, self.climber, today=today)
        days = list(self.climber.tally)
        old = [(day, points) for day, points in days if day < kept]
        years = {day.year for day, _ in old}
        sums = [(last_day_of_year(day.year), points) for day, points in old]
        tally = Tally(sums + [each for each in days if each[0] >= kept], years=years)
        self.climber = replace(self.climber, tally=tally)

    def tell(self, day, points, *, today):
        self.climber.tally.add(day, points)
        if points < 0:
            self.standing = fall(self.standing, self.climber, today=today)
            return
        climbed = climb(self.standing, self.climber, changed_on=day, today=today)
        if climbed is self.standing:
            step = renew_in_grace(self.standing, self.climber, today=today)
            climbed = step.standing if step else climbed
        self.standing = climbed


def dates_of(standing):
    return (
        standing.slug,
        standing.counted_through,
        standing.through,
        standing.grace_through,
    )


@given(
    terms=ladders(),
    earned=st.lists(st.tuples(days_after(900), st.integers(1, 40)), max_size=25),
    more=days_after(400),
)
def test_increments_are_the_rebuild(terms, earned, more):
    """T-10, T-15 to T-17: told day by day with every midnight = rebuilt from the tier days."""
    life = Life(terms)

    for day, points in sorted(earned):
        life.wake_up(day)
        life.tell(day, points, today=day)
    end = max([day for day, _ in earned], default=START) + (more - START)
    life.wake_up(end)

    assert dates_of(life.standing) == dates_of(replay(life.climber, today=end))


@given(
    terms=ladders(),
    bought=st.lists(
        st.tuples(days_after(2500), st.integers(1, 40), st.integers(0, 40), st.integers(0, 900)),
        max_size=25,
    ),
)
def test_folded_years_change_nothing(terms, bought):
    """Section 15: days that no decision looks at become years; purchases, and returns years later, decide alike."""
    deeds = sorted(
        [(day, 0, day, points) for day, points, _back, _late in bought]
        + [
            (day + timedelta(days=late), 1, day, -min(back, points))
            for day, points, back, late in bought
            if back
        ]
    )
    folding, keeping = Life(terms), Life(terms)

    for told_on, _order, day, points in deeds:
        for life in (folding, keeping):
            life.wake_up(told_on)
        folding.fold(told_on)
        for life in (folding, keeping):
            life.tell(day, points, today=told_on)

        assert folding.standing == keeping.standing


@given(
    terms=ladders(),
    earned=st.lists(st.tuples(days_after(900), st.integers(1, 40), st.booleans()), max_size=25),
)
def test_a_return_on_the_same_day_leaves_no_trace(terms, earned):
    """T-25: what is returned on the day it was bought is as if it had never been, dates included."""
    life, calm = Life(terms), Life(terms)

    for day, points, returned in sorted(earned):
        for each in (life, calm):
            each.wake_up(day)
        if not returned:
            life.tell(day, points, today=day)
            calm.tell(day, points, today=day)
            continue
        stands_by_review = life.standing
        life.tell(day, points, today=day)
        if life.standing.how != "renewed" or life.standing is stands_by_review:
            life.tell(day, -points, today=day)
        else:  # a renewal in grace stays until the next review (T-26)
            calm.tell(day, points, today=day)

    assert dates_of(life.standing) == dates_of(calm.standing)


@given(
    terms=ladders(cycle=Cycle(kind=CycleKind.ROLLING, months=12)),
    bought=st.lists(
        st.tuples(days_after(300), st.integers(1, 40), st.integers(0, 40)), max_size=12
    ),
    random=st.randoms(use_true_random=False),
)
def test_shuffled_arrival_gives_the_same_days_and_tier(terms, bought, random):
    """T-7, T-25: before any review, purchases and returns told in any order lead to the same days and tier."""
    today = START + timedelta(days=300)
    told = [(day, points, min(back, points)) for day, points, back in bought]

    lives = []
    for _ in range(2):
        life = Life(terms)
        for n in random.sample(range(len(told) * 2), len(told) * 2):
            tell_half(life, told, n, today=today)
        for n in range(len(told)):
            return_if_not_yet(life, told, n, today=today)
        lives.append(life)

    assert list(lives[0].climber.tally) == list(lives[1].climber.tally)
    assert lives[0].standing.slug == lives[1].standing.slug
    assert lives[0].standing.slug == replay(lives[0].climber, today=today).slug


def tell_half(life, told, n, *, today):
    """The purchase when its number comes first, its return when it comes second."""
    day, points, back = told[n // 2]
    seen = life.__dict__.setdefault("seen", {})
    seen[n // 2] = seen.get(n // 2, 0) + 1
    if seen[n // 2] == 1:
        life.tell(day, points, today=today)
    elif back:
        life.tell(day, -back, today=today)


def return_if_not_yet(life, told, n, *, today):
    assert life.seen[n] == 2, f"{told[n]} was told whole by {today}"


@given(
    terms=ladders(cycle=Cycle(kind=CycleKind.ROLLING, months=12)),
    bought=st.lists(
        st.tuples(days_after(300), st.integers(1, 40), st.integers(0, 40), st.integers(0, 60)),
        max_size=15,
    ),
)
def test_returns_in_time_are_the_rebuild(terms, bought):
    """T-25: returns told before any review, days later, lead to the tier of the corrected days, and never to an earlier end.

    The end may be later: what two returns moved twice is looked for from where the first one moved it to.
    """
    deeds = sorted(
        [(day, 0, day, points) for day, points, _back, _late in bought]
        + [
            (day + timedelta(days=late), 1, day, -min(back, points))
            for day, points, back, late in bought
            if back
        ]
    )
    life = Life(terms)

    for told_on, _order, day, points in deeds:
        life.tell(day, points, today=told_on)

    should = replay(life.climber, today=START + timedelta(days=360))
    assert life.standing.slug == should.slug
    assert (life.standing.through or date.min) >= (should.through or date.min)
