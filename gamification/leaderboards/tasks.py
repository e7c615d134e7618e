"""Tasks of this room: what instants and ticks set going. A name, a bound, and no rule."""

from datetime import datetime

from gamification.leaderboards.periods.archiving import archive_some, periods_to_archive
from gamification.leaderboards.periods.closing import move_periods, periods_falling_due
from gamification.leaderboards.ranks.folding import fold_waiting
from gamification.leaderboards.winning.paying import pay_some, prizes_falling_due
from loyalty.outbox.scheduling import each_tick, falls_due
from loyalty.programs.tenants import Program


@falls_due(name="leaderboards.close", earliest=periods_falling_due)
def close_periods(*, program: Program, at: datetime) -> bool:
    """Periods open, end, and become final once all that was told in time is written."""
    return move_periods(program=program, at=at)


@falls_due(name="leaderboards.prizes", earliest=prizes_falling_due)
def give_prizes(*, program: Program, at: datetime) -> bool:
    """Places of final periods get their prizes, once each."""
    return pay_some(program=program, at=at)


@falls_due(name="leaderboards.archive", earliest=periods_to_archive)
def archive_periods(*, program: Program, at: datetime) -> bool:
    """Old periods keep their first thousand and their winners."""
    return archive_some(program=program, at=at)


@each_tick(name="leaderboards.fold")
def fold_histograms(*, at: datetime) -> int:
    """What scores told since the last tick is summed up."""
    return fold_waiting()
