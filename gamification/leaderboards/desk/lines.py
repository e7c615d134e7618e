"""Lines of a period's page: who has an entry, what was won, how many are shown."""

from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from gamification.leaderboards.kinds import FROZEN
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.ranks.ranking import Histogram
from gamification.prizes.models import PrizeGrant
from loyalty.members.persons import Member

NONE: Final = "–"  # noqa: RUF001 (as everywhere on these pages)


def entry_link(row: BoardPeriod, member: Member | None) -> SafeString | str:
    """The member, and while the period goes on the way to decide about the entry."""
    if member is None or row.state in FROZEN:
        return format_html("<bdi>{}</bdi>", member or NONE)
    address = reverse("admin:gamification_boardperiod_entry", args=[row.pk])
    return format_html('<a href="{}?member={}"><bdi>{}</bdi></a>', address, member.shown_id, member)


def histogram_of(row: BoardPeriod) -> Histogram:
    return Histogram(period_id=row.pk, bits=row.bucket_bits)


def won_in(row: BoardPeriod) -> dict[Any, str]:
    """What members won in this period."""
    grants = PrizeGrant.objects.filter(definition_id=row.definition_id, occasion=row.key)
    return {
        grant.member_id: f"{localize(grant.amount)} · {grant.kind} · {grant.state}"
        for grant in grants
    }


def instant_told(at: datetime) -> str:
    """An instant by the programme's clock."""
    return str(localize(localtime(at)))
