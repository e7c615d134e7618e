"""Shapes of what doors take and tell about boards."""

from rest_framework import serializers

from gamification.criteria.serializers import NearMissOut, VerdictOut
from gamification.leaderboards.kinds import REASON_LENGTH_MAX, Choice, PeriodState, Ranking, Ruling
from gamification.leaderboards.telling.showing import LIMIT_MAX, SIDE_MAX
from loyalty.foundation.serializers import In, Out

PERIOD_HELP = "`current` (default), `previous`, `ever`, or a key: 2026-11, 2026-W47, 2026-11-21."


class TopQuery(In):
    """Which period, how many rows, and whose standing beside them."""

    period = serializers.CharField(max_length=10, default="current", help_text=PERIOD_HELP)
    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MAX, default=10)
    member = serializers.CharField(
        max_length=204, required=False, help_text="Whose own standing is told as well."
    )


class MyTopQuery(In):
    """Which period, and how many rows."""

    period = serializers.CharField(max_length=10, default="current", help_text=PERIOD_HELP)
    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MAX, default=10)


class AroundQuery(In):
    """Which period, and how many rows on either side."""

    period = serializers.CharField(max_length=10, default="current", help_text=PERIOD_HELP)
    before = serializers.IntegerField(min_value=0, max_value=SIDE_MAX, default=2)
    after = serializers.IntegerField(min_value=0, max_value=SIDE_MAX, default=2)


class PeriodQuery(In):
    """Which period."""

    period = serializers.CharField(max_length=10, default="current", help_text=PERIOD_HELP)


class BoardPeriodOut(Out):
    """A period; the one for ever has no instants."""

    key = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=PeriodState.values)


class BoardRowOut(Out):
    """Somebody on a board, as others see them."""

    rank = serializers.IntegerField(allow_null=True, help_text="By the board's method.")
    place = serializers.IntegerField(
        allow_null=True, help_text="Unique; none in a crowd of more than 10,000 equals."
    )
    tied_with = serializers.IntegerField(help_text="How many others have the same score.")
    display_name = serializers.CharField()
    score = serializers.IntegerField()
    is_me = serializers.BooleanField()


class KeyBoardRowOut(BoardRowOut):
    """The same with the member's id, which only secret keys are told."""

    member = serializers.CharField(allow_null=True)


class MyStandingOut(Out):
    """Where a member stands, seen or not. The shadow rank is the one that others would see."""

    score = serializers.IntegerField()
    rank = serializers.IntegerField(allow_null=True)
    place = serializers.IntegerField(allow_null=True)
    tied_with = serializers.IntegerField(allow_null=True)
    shadow_rank = serializers.IntegerField(allow_null=True)
    visibility = serializers.ChoiceField(choices=Choice.values)
    is_shown = serializers.BooleanField()
    is_suspended = serializers.BooleanField(help_text="Kept from the board by people.")
    to_next_rank = serializers.IntegerField(allow_null=True)
    to_next_prize = serializers.IntegerField(allow_null=True)


class BandOut(Out):
    """Places that win the same, both included."""

    from_place = serializers.IntegerField()
    to_place = serializers.IntegerField()
    prize = serializers.DictField()


class LeaderboardPageOut(Out):
    """Rows of a board in one period. With fewer than k members shown, rows are withheld."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    period = BoardPeriodOut()
    method = serializers.ChoiceField(choices=Ranking.values)
    of = serializers.IntegerField(help_text="How many members are shown with a score.")
    as_of = serializers.DateTimeField()
    withheld = serializers.ChoiceField(choices=["too_few"], allow_null=True)
    prizes = BandOut(many=True)
    me = MyStandingOut(allow_null=True)
    rows = BoardRowOut(many=True)


class KeyLeaderboardPageOut(LeaderboardPageOut):
    """The same for keys: secret ones are told who is who."""

    rows = KeyBoardRowOut(many=True)


class LeaderboardOut(Out):
    """A board of the programme."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    period = serializers.CharField()
    method = serializers.ChoiceField(choices=Ranking.values)


class LeaderboardsOut(Out):
    """The boards of the programme."""

    data = LeaderboardOut(many=True)  # type: ignore[assignment]


class BoardDeedOut(Out):
    """A deed that counts; one that was told after closing does not count for the period."""

    deed = serializers.CharField()
    at = serializers.DateTimeField()
    value = serializers.IntegerField()
    in_time = serializers.BooleanField()


class BoardExplanationOut(VerdictOut):
    """Why a member has this score: the latest deeds that count, and those that nearly did."""

    leaderboard = serializers.CharField()
    version = serializers.IntegerField()
    period = serializers.CharField()
    as_of = serializers.DateTimeField()
    score = serializers.IntegerField()
    is_shown = serializers.BooleanField()
    tree = serializers.DictField()
    deeds = BoardDeedOut(many=True)
    near_misses = NearMissOut(many=True)


class EntryDecisionIn(In):
    """About which period of the board, and why."""

    period = serializers.CharField(max_length=10, default="current", help_text=PERIOD_HELP)
    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class EntryDecisionOut(Out):
    """What somebody decided about an entry."""

    decided = serializers.ChoiceField(choices=Ruling.values)
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class BoardEntryOut(Out):
    """A member's entry in one period, and what was decided about it, the latest first."""

    leaderboard = serializers.CharField()
    period = serializers.CharField()
    member = serializers.CharField()
    score = serializers.IntegerField()
    is_shown = serializers.BooleanField()
    suspended_at = serializers.DateTimeField(allow_null=True)
    decisions = EntryDecisionOut(many=True)


class VisibilityIn(In):
    """How to be seen on boards; anything but hidden names the version of the text that was agreed to."""

    choice = serializers.ChoiceField(choices=Choice.values)
    nickname = serializers.CharField(max_length=60, required=False)
    text_version = serializers.CharField(max_length=50, required=False)


class VisibilityOut(Out):
    """How one is seen, since when, and by which text."""

    choice = serializers.ChoiceField(choices=Choice.values)
    nickname = serializers.CharField(allow_null=True)
    text_version = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
