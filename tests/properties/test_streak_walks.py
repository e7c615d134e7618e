"""True of every streak: a walk that goes on from what was kept is the walk from the beginning (G-64)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gamification.streaks.kinds import Verdict
from gamification.streaks.walks.boundaries import Clock, ZoneMove
from gamification.streaks.walks.terms import Terms
from gamification.streaks.walks.walking import Course, Day, Gift, Pause, walk
from loyalty.programs.calendar import Unit

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = [
    "Europe/Kyiv",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/Sao_Paulo",
    "Asia/Tehran",
]

instants = st.integers(0, 70 * 24).map(lambda hours: START + timedelta(hours=hours))
terms = st.builds(
    Terms,
    day_start=st.integers(0, 6),
    need=st.integers(1, 3),
    grace=st.integers(0, 24).map(lambda hours: timedelta(hours=hours)),
    initial=st.integers(0, 2),
    earn_every=st.integers(1, 5),
    cap=st.integers(2, 3),
    in_a_row=st.integers(1, 3),
    rest_weekdays=st.frozensets(st.integers(0, 6), max_size=2),
)


@st.composite
def courses(draw):
    """A member who buys, travels, pauses and is given freezes."""
    told = draw(terms)
    moves = draw(
        st.lists(st.builds(ZoneMove, asked_at=instants, zone=st.sampled_from(ZONES)), max_size=4)
    )
    clock = Clock(
        unit=Unit.DAY, zone=draw(st.sampled_from(ZONES)), moves=moves, day_start=told.day_start
    )
    days = {}
    for at in draw(st.lists(instants, min_size=1, max_size=60)):
        span = clock.at(at)
        day = days.get(span.first, Day())
        days[span.first] = Day(
            value=day.value + 1, early=day.early + (at < span.starts_at + told.grace)
        )
    gone = draw(st.lists(st.tuples(instants, st.integers(0, 5)), max_size=3))
    return Course(
        clock=clock,
        terms=told,
        days=days,
        gifts=draw(st.lists(st.builds(Gift, at=instants, quantity=st.integers(1, 2)), max_size=3)),
        pauses=[Pause(first=at.date(), last=at.date() + timedelta(days=n)) for at, n in gone],
    )  # fmt: skip


@given(course=courses(), kept_at=instants, now=instants)
def test_a_kept_standing_changes_nothing(course, kept_at, now):
    whole = walk(course, now=now, keep_before=min(kept_at, now))
    if whole.standing is None:
        return

    rest = walk(course, now=now, start=whole.standing)

    assert rest.steps == whole.steps[len(whole.steps) - len(rest.steps) :]
    assert (rest.current, rest.longest, rest.freezes, rest.deadline) == (
        whole.current,
        whole.longest,
        whole.freezes,
        whole.deadline,
    )


@given(course=courses(), now=instants)
def test_every_period_is_judged_once_and_in_order(course, now):
    steps = walk(course, now=now).steps

    assert [step.span.ends_at for step in steps[:-1]] == [step.span.starts_at for step in steps[1:]]
    assert len({step.span.key for step in steps}) == len(steps)
    assert all(0 <= step.freezes <= course.terms.cap for step in steps)


@given(course=courses(), now=instants)
def test_only_what_was_done_lengthens(course, now):
    length = 0
    for step in walk(course, now=now).steps:
        length = 0 if step.verdict is Verdict.MISSED else length + (step.verdict is Verdict.DONE)
        assert step.length == length
