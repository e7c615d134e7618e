"""Settling: walk the streaks of some members and write down what follows: freezes, the kept end, facts (G-60, G-64)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from gamification.streaks.keeping.counting import recount
from gamification.streaks.keeping.courses import Kept, Pair, Streak, clocks_of, read_courses
from gamification.streaks.keeping.freezing import differences
from gamification.streaks.keeping.states import State, Wake, hold_states, keep_states
from gamification.streaks.keeping.telling import news_of
from gamification.streaks.kinds import Verdict
from gamification.streaks.models import FreezeItem
from gamification.streaks.walks.terms import CORRECTION_TIME
from gamification.streaks.walks.walking import Standing, Walk, walk
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program


@inside_unit_of_work
def settle(
    *,
    program: Program,
    streaks: Mapping[Id, Streak],
    pairs: Collection[Pair],
    wake: Wake,
    at: datetime,
) -> dict[Pair, Walk]:
    """Walk these streaks and keep what follows; a constant number of statements for any number of pairs.

    `wake.ranges` are counted anew from deeds first. The state rows are held, so that two who look at once agree.
    """
    if not pairs:
        return {}
    clocks = clocks_of(program=program, streaks=streaks, pairs=pairs)
    states = hold_states(program=program, pairs=pairs)
    recount(streaks=streaks, clocks=clocks, ranges=wake.ranges)
    starts = {pair: _start(states[pair], pair, wake) for pair in clocks}
    courses = read_courses(
        streaks=streaks,
        clocks=clocks,
        since={pair: start.ends_at if start else None for pair, start in starts.items()},
    )
    walks = {
        pair: walk(kept.course, now=at, start=starts[pair], keep_before=at - CORRECTION_TIME)
        for pair, kept in courses.items()
    }
    items = _items(courses, walks, at)
    FreezeItem.objects.bulk_create(items)
    ends = {
        pair: _end(states[pair], walked, is_whole=starts[pair] is None)
        for pair, walked in walks.items()
    }
    keep_states(ends, walks)
    announce(news_of(streaks, states, ends, walks, items, wake=wake, at=at))
    return walks  # fmt: skip


def _start(state: State, pair: Pair, wake: Wake) -> Standing | None:
    """The kept standing, unless something up to its end, or right after it, may differ now."""
    kept = state.checkpoint
    if kept is None or pair not in wake.changed_from:
        return kept
    changed = wake.changed_from[pair]
    return kept if changed is not None and changed > kept.ends_at else None


def _items(
    courses: Mapping[Pair, Kept], walks: Mapping[Pair, Walk], at: datetime
) -> list[FreezeItem]:
    return [
        item
        for (streak_id, member_id), kept in courses.items()
        for item in differences(
            streak_id=streak_id,
            member_id=member_id,
            kept=kept,
            walked=walks[streak_id, member_id],
            at=at,
        )
    ]


def _end(before: State, walked: Walk, *, is_whole: bool) -> State:
    """What is kept; a walk from a kept standing does not see what lies before it."""
    done, losses = walked.keys(Verdict.DONE), walked.losses
    last_key = done[-1] if done else "" if is_whole else before.last_key
    lost_key = losses[-1].span.key if losses else "" if is_whole else before.lost_key
    return State(
        current=walked.current,
        longest=walked.longest,
        last_key=last_key,
        lost_key=lost_key,
        checkpoint=walked.standing,
    )
