"""Today's points on the staff's home page: given, used, and what is open (U-10)."""

from datetime import datetime

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import figure
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Account, Entry
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import PointCurrency, Program

GIVEN = (EntryKind.EARN, EntryKind.BONUS)
USED = (EntryKind.SPEND, EntryKind.REDEEM)


@figure(
    slug="points-given",
    question=_("How many points did we give today?"),
    unit=_("points"),
    deed="ledger:read",
    link="admin:loyalty_entry_changelist",
    order=30,
)
def points_given(program: Program, at: datetime) -> int:
    """Points earned since midnight, of all currencies that can be spent."""
    return _moved(program, GIVEN, at=at)


@figure(
    slug="points-used",
    question=_("How many points were used today?"),
    unit=_("points"),
    deed="ledger:read",
    link="admin:loyalty_entry_changelist",
    order=40,
)
def points_used(program: Program, at: datetime) -> int:
    """Points spent or redeemed since midnight."""
    return -_moved(program, USED, at=at)


@figure(
    slug="points-open",
    question=_("How many points do we owe our members?"),
    unit=_("points"),
    deed="ledger:read",
    link="admin:loyalty_account_changelist",
    order=50,
)
def points_open(program: Program, at: datetime) -> int:
    """Points that are available, pending or held now."""
    accounts = Account.objects.filter(program=program, currency__in=_spendable(program))
    told = accounts.aggregate(points=Sum(F("available") + F("pending") + F("held")))
    return told["points"] or 0


def _moved(program: Program, kinds: tuple[EntryKind, ...], *, at: datetime) -> int:
    since = midnight(local_day(at, program.zone), program.zone)
    entries = Entry.objects.filter(
        program=program,
        posted_at__gte=since,
        kind__in=kinds,
        account__currency__in=_spendable(program),
    )
    return entries.aggregate(points=Sum("points"))["points"] or 0


def _spendable(program: Program) -> list[PointCurrency]:
    return list(PointCurrency.objects.filter(program=program, spendable=True))
