"""Seen in the demo: without anybody who agreed to be seen its boards would be empty; every other one of the best has."""

from datetime import datetime
from itertools import product
from typing import Final

from gamification.leaderboards.kinds import EVER, Choice
from gamification.leaderboards.models import BoardScore, Visibility
from gamification.leaderboards.seeing.choosing import Wanted, choose_visibility
from loyalty.imports.playing import plays_on
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program

_HOW: Final = ("Quiet", "Early", "Merry", "Clever", "Sunny", "Swift", "Gentle", "Brave")
_WHO: Final = ("Otter", "Heron", "Lynx", "Badger", "Swallow", "Hare", "Owl", "Falcon")
NICKNAMES: Final = tuple(f"{how} {who}" for who, how in product(_WHO, _HOW))
TEXT: Final = "demo"


@plays_on
def let_some_be_seen(program: Program, since: datetime) -> None:
    """The first of all times, the third, the fifth … choose a nickname; the others stay hidden. Again it changes nothing."""
    known = set(Visibility.objects.filter(program=program).values_list("nickname", flat=True))
    scores = BoardScore.objects.filter(
        period__definition__program=program, period__key=EVER, score__gt=0
    )
    ordered = scores.order_by("minus_score", "reached_at", "member_id")
    best_first = dict.fromkeys(ordered.values_list("member_id", flat=True)[: 4 * len(NICKNAMES)])
    for member_id, nickname in zip(list(best_first)[::2], NICKNAMES, strict=False):
        if nickname not in known:
            wanted = Wanted(choice=Choice.PSEUDONYM, nickname=nickname, text_version=TEXT)
            choose_visibility(
                program=program, member_id=member_id, wanted=wanted, at=now_of(program)
            )
