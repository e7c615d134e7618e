"""Periods by the calendar of the zone, and through their states (G-6, G-79, G-80, G-82)."""

from datetime import timedelta

import pytest

from gamification.criteria.measures.spans import span_at, spans_between
from gamification.leaderboards.models import BoardNote, BoardPeriod, BoardScore
from gamification.leaderboards.periods.cutting_short import close_early
from gamification.leaderboards.refusals import PeriodOpen
from loyalty.foundation.actors import job
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import Unit
from tests.world.boards import MONTH, a_board_cafe, a_period, moved_on, scores_of, set_clock
from tests.world.members import a_member
from tests.world.play import at, bought, heard, returned, with_parts

pytestmark = pytest.mark.django_db
KYIV = "Europe/Kyiv"


@pytest.fixture
def cafe():
    cafe = a_board_cafe(period="month")
    for name in ("ana", "bo"):
        a_member(cafe, name)
    return cafe


class TestKeys:
    @pytest.mark.parametrize(
        ("unit", "when", "key", "starts", "ends"),
        [
            ("week", "2026-12-27 22:00", "2026-W53", "2026-12-27 22:00", "2027-01-03 22:00"),
            ("week", "2027-01-03 21:59:59", "2026-W53", "2026-12-27 22:00", "2027-01-03 22:00"),
            ("week", "2027-01-03 22:00", "2027-W01", "2027-01-03 22:00", "2027-01-10 22:00"),
            ("month", "2026-11-30 21:59:59", "2026-11", "2026-10-31 22:00", "2026-11-30 22:00"),
            ("month", "2026-11-30 22:00", "2026-12", "2026-11-30 22:00", "2026-12-31 22:00"),
            ("day", "2026-03-28 22:00", "2026-03-29", "2026-03-28 22:00", "2026-03-29 21:00"),
            ("day", "2026-10-24 21:00", "2026-10-25", "2026-10-24 21:00", "2026-10-25 22:00"),
            ("quarter", "2026-12-31 21:59:59", "2026-Q4", "2026-09-30 21:00", "2026-12-31 22:00"),
            ("year", "2026-12-31 22:00", "2027", "2026-12-31 22:00", "2027-12-31 22:00"),
        ],
    )
    def test_fall_by_the_calendar_of_the_zone(self, unit, when, key, starts, ends):
        """G-6, G-X6, acceptance 7: ISO weeks and years, midnights of Kyiv, days of 23 and 25 hours."""
        span = span_at(Unit(unit), at(when), zone=KYIV)

        assert (span.key, span.starts_at, span.ends_at) == (key, at(starts), at(ends))

    def test_follow_each_other_without_a_gap(self):
        """G-6: 29 December to 4 January is two weeks in a row."""
        spans = spans_between(Unit.WEEK, at("2026-12-29 09:00"), at("2027-01-04 09:00"), zone=KYIV)

        assert [span.key for span in spans] == ["2026-W53", "2027-W01"]
        assert spans[0].ends_at == spans[1].starts_at


class TestScores:
    def test_fall_in_the_week_of_their_instant(self):
        """G-79, acceptance 7: Sunday 23:59:59 and Monday 00:00:00 in Kyiv; for ever both."""
        cafe = a_board_cafe(period="week")
        a_member(cafe, "ana")

        bought(cafe, "o-1", who="ana", total=300, when="2027-01-03 21:59:59")
        bought(cafe, "o-2", who="ana", total=500, when="2027-01-03 22:00:00")

        assert scores_of(cafe, "ana") == {"2026-W53": 300, "2027-W01": 500, "ever": 800}

    def test_are_all_the_same_in_sum_and_for_ever(self, cafe):
        """Acceptance 7: all time and periods agree, with returns and late news."""
        bought(cafe, "o-1", who="ana", total=300, when="11-05 09:00")
        bought(cafe, "o-2", who="ana", total=500, when="12-05 09:00")
        returned(cafe, "o-1", who="ana", when="12-06 09:00", amount=100)

        assert scores_of(cafe, "ana") == {"2026-11": 200, "2026-12": 500, "ever": 700}

    def test_best_is_the_largest_net_deed(self):
        """G-77, G-78: the largest single one, first reached when it first stood."""
        cafe = a_board_cafe(best=True)
        a_member(cafe, "ana")
        for place, (total, day) in enumerate([(300, 5), (500, 6), (500, 7), (400, 8)]):
            bought(cafe, f"o-{place}", who="ana", total=total, when=f"11-0{day} 09:00")

        row = BoardScore.objects.get(period__key="2026-11")
        assert (row.score, row.reached_at) == (500, at("11-06 09:00"))

        returned(cafe, "o-1", who="ana", when="11-09 09:00")
        row.refresh_from_db()
        assert (row.score, row.reached_at) == (500, at("11-07 09:00"))


class TestClosing:
    def test_goes_through_its_states_in_time(self, cafe):
        """G-79: open, closing at the month's end, final half a day later; the next begins at once; one fact."""
        bought(cafe, "o-1", who="ana", total=300, when="11-05 09:00")
        set_clock(cafe, "12-02 00:00")

        moved_on(cafe, when="11-30 21:59")
        assert states_of(cafe) == {"2026-11": "open", "ever": "open"}
        moved_on(cafe, when="11-30 22:00")
        assert states_of(cafe) == {"2026-11": "closing", "2026-12": "open", "ever": "open"}
        moved_on(cafe, when="12-01 09:59")
        assert states_of(cafe)["2026-11"] == "closing"
        moved_on(cafe, when="12-01 10:00")
        assert states_of(cafe)["2026-11"] == "final"
        moved_on(cafe, when="12-01 10:15")
        told = AnnouncedFact.objects.get(name="leaderboard.closed")
        assert (told.body["occasion"], told.body["members"]) == ("2026-11", 0)

    def test_waits_until_all_told_in_time_is_written(self, cafe):
        """G-80: an order of the last second that nobody has heard yet holds the period open."""
        set_clock(cafe, "12-02 00:00")
        bought(cafe, "o-1", who="ana", total=300, when="11-30 21:59:59", heard=False)

        moved_on(cafe, when="12-01 10:00")
        assert states_of(cafe)["2026-11"] == "closing"
        heard(cafe)
        moved_on(cafe, when="12-01 10:15")

        assert states_of(cafe)["2026-11"] == "final"
        assert scores_of(cafe, "ana")["2026-11"] == 300

    def test_what_is_told_too_late_counts_for_ever_only(self, cafe):
        """G-79: recorded after the grace; and once final, nothing changes."""
        set_clock(cafe, "12-01 12:00")
        bought(cafe, "o-1", who="ana", total=300, when="11-30 09:00", told_at="12-01 09:59")
        bought(cafe, "o-2", who="ana", total=500, when="11-30 09:00", told_at="12-01 10:00")

        assert scores_of(cafe, "ana") == {"2026-11": 300, "ever": 800}
        moved_on(cafe, when="12-01 12:00")
        bought(cafe, "o-3", who="ana", total=900, when="11-30 09:00", told_at="12-01 13:00")

        assert scores_of(cafe, "ana") == {"2026-11": 300, "ever": 1700}

    def test_a_return_after_the_end_leaves_a_note(self, cafe):
        """G-82: the final score stands, all time falls, and a note says by how much; told twice, noted once."""
        set_clock(cafe, "12-03 00:00")
        bought(cafe, "o-1", who="ana", total=300, when="11-05 09:00")
        moved_on(cafe, when="12-02 00:00")

        returned(cafe, "o-1", who="ana", when="12-02 09:00", amount=100)
        returned(cafe, "o-1", who="ana", when="12-02 10:00", amount=50)
        heard(cafe)

        assert scores_of(cafe, "ana") == {"2026-11": 300, "ever": 150}
        assert sorted(BoardNote.objects.values_list("delta", flat=True)) == [-100, -50]

    def test_a_return_between_grace_and_final_does_not_count_for_the_period(self, cafe):
        """G-79: the closing instant decides, not when somebody came to close."""
        bought(cafe, "o-1", who="ana", total=300, when="11-05 09:00")
        set_clock(cafe, "12-01 11:00")
        returned(cafe, "o-1", who="ana", when="12-01 10:30", amount=100)
        bought(cafe, "o-2", who="ana", total=70, when="11-06 09:00", told_at="12-01 09:00")

        assert scores_of(cafe, "ana") == {"2026-11": 370, "ever": 270}

    def test_months_that_nobody_was_there_for_come_in_order(self, cafe):
        """G-31: after three months of silence every month is there, and over."""
        set_clock(cafe, "2027-02-10 00:00")
        moved_on(cafe, when="2027-02-10 00:00")

        assert states_of(cafe) == {
            "2026-11": "final",
            "2026-12": "final",
            "2027-01": "final",
            "2027-02": "open",
            "ever": "open",
        }

    def test_a_new_wording_begins_with_the_next_period(self, cafe):
        """G-22: the month goes on as it began, weeks follow after it; for ever follows at once."""
        bought(cafe, "o-1", who="ana", total=300, when="11-05 09:00")
        weekly = MONTH | {"period": "week", "grace": "PT1H"}
        with_parts(cafe, leaderboards=[weekly], when="11-10 09:00")
        set_clock(cafe, "12-08 00:00")
        bought(cafe, "o-2", who="ana", total=500, when="11-30 21:00")
        moved_on(cafe, when="12-08 00:00")
        bought(cafe, "o-3", who="ana", total=50, when="12-01 09:00", told_at="12-06 09:00")

        spans = BoardPeriod.objects.exclude(key="ever").order_by("starts_at")
        assert [(each.key, each.starts_at) for each in spans] == [
            ("2026-11", at("2026-10-31 22:00")),
            ("2026-W49", at("2026-11-30 22:00")),
            ("2026-W50", at("2026-12-06 22:00")),
        ]
        assert scores_of(cafe, "ana")["2026-11"] == 800
        assert spans[0].closes_at - spans[0].ends_at == timedelta(hours=12)


def states_of(program):
    rows = BoardPeriod.objects.filter(definition__program=program)
    return dict(rows.values_list("key", "state"))


def test_a_period_that_goes_on_is_not_cut_short():
    """Section 18, `board_period_open`: only the hours after its end are, and nothing has moved."""
    period = a_period()

    with pytest.raises(PeriodOpen):
        close_early(
            program=period.definition.program,
            period_id=period.pk,
            reason="hurry",
            actor=job("test"),
            at=at("11-20 12:00"),
        )

    closes_at = period.closes_at
    period.refresh_from_db()
    assert period.closes_at == closes_at
