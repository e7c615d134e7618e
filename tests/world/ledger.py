"""Points of the cast: they come in, go out and are looked at through the rules that everybody uses."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from loyalty.foundation.actors import job
from loyalty.foundation.units import run
from loyalty.ledger.claiming import claim
from loyalty.ledger.ending_holds import end_overdue
from loyalty.ledger.giving_back import GiveBackWish, give_back
from loyalty.ledger.holding import Capture, Wish, capture, hold, release
from loyalty.ledger.kinds import DEBITS, EntryKind, LotTerms, Movement
from loyalty.ledger.models import Account, Draw, Entry, Lot
from loyalty.ledger.posting import post
from loyalty.ledger.rows.claims import ClaimWish
from loyalty.ledger.timed.expiring import expire_due
from loyalty.ledger.timed.opening import open_due
from loyalty.members.enrolling import Enrolment, enrol
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import Period
from loyalty.programs.models import PointCurrency

NOW = datetime(2026, 1, 10, 9, tzinfo=UTC)
TILL = job("till")
_keys = count(1)


def day(text, *, year=2026):
    """`03-31`: the instant at which the last day before it is over, 00:00 in UTC."""
    return datetime.fromisoformat(f"{year}-{text}T00:00:00+00:00")


def a_member(program, external_id="ada", *, points=0, at=NOW):
    """A member who came in by the front door, perhaps with points that never end."""
    told = Enrolment(external_id=external_id)
    member = enrol(program=program, enrolments=[told], how="api", actor=TILL, at=at)[0]
    if points:
        posted(moving(points, of=member), at=at)
    return member


def some_members(program, size, *, points=0, at=NOW):
    """Many members at once, each with so many points."""
    told = [Enrolment(external_id=f"member-{number:05}") for number in range(size)]
    members = enrol(program=program, enrolments=told, how="api", actor=TILL, at=at)
    if points:
        posted(*[moving(points, of=member) for member in members], at=at)
    return members


def moving(
    points, *, of, kind=None, key=None, currency="stars", ends=None, opens=None, waits=False, **rest
):
    """A movement of this member's points: earned, or spent if negative."""
    kind = EntryKind(kind or ("earn" if points > 0 else "spend"))
    if kind not in DEBITS and "terms" not in rest:
        rest["terms"] = LotTerms(expires_at=ends, opens_at=opens, waits=waits)
    return Movement(
        member_id=of.pk,
        currency_id=_currency_id(of.program_id, currency),
        kind=kind,
        points=points,
        source_key=key or f"test/{next(_keys)}",
        occurred_at=rest.pop("occurred_at", NOW),
        **rest,
    )


@cache
def _currency_id(program_id, slug):
    return PointCurrency.objects.get(program=program_id, slug=slug).pk


@cache
def _program_of(member_id):
    return Member.objects.select_related("program").get(pk=member_id).program


def posted(*movements, at=NOW, **how):
    """Post these in a unit of their own; answers a result per movement."""
    program = _program_of(movements[0].member_id)
    return run(lambda: post(program=program, movements=list(movements), actor=TILL, at=at, **how))


def in_unit(step, **values):
    """Run a step that demands a unit of work, in one of its own."""
    return run(lambda: step(**values))


def a_hold(member, points, *, at=NOW, lasts=timedelta(minutes=15), currency="stars"):
    """Points of this member, set aside."""
    purse = (member.pk, _currency_id(member.program_id, currency))
    wish = Wish(purse=purse, points=points, lasts=lasts)
    return hold(program=member.program, wish=wish, actor=TILL, at=at)


def captured(row, order="order-1", *, points=None, at=NOW):
    """This hold, captured for an order."""
    how = Capture(order_key=order, points=points)
    return capture(program=row.program, hold_id=row.pk, how=how, actor=TILL, at=at)


def released(row, *, at=NOW):
    """This hold, given back."""
    return release(program=row.program, hold_id=row.pk, actor=TILL, at=at)


def claimed(points, earned, *, key=None, take="owe", at=NOW):
    """Points asked back of what was posted; answers what covered them."""
    wish = ClaimWish(
        member_id=earned.movement.member_id,
        currency_id=earned.movement.currency_id,
        earning_id=earned.entry_id,
        points=points,
        source_key=key or f"claim/{next(_keys)}",
        occurred_at=at,
        take=take,
    )
    program = _program_of(earned.movement.member_id)
    return in_unit(claim, program=program, wishes=[wish], actor=TILL, at=at)[0]


def given_back(points, spent, *, program, key=None, grace="P0D", at=NOW):
    """Points given back of an entry that spent them."""
    wish = GiveBackWish(
        spent_id=spent,
        points=points,
        source_key=key or f"back/{next(_keys)}",
        occurred_at=at,
        grace=Period.read(grace),
    )
    return in_unit(give_back, program=program, wishes=[wish], actor=TILL, at=at)[0]


def time_passes(program, *, to):
    """What the midnight order does to points until then: they open, and end."""
    in_unit(end_overdue, program=program, actor=TILL, at=to)
    in_unit(open_due, program=program, actor=TILL, at=to)
    in_unit(expire_due, program=program, actor=TILL, at=to)


def account_of(member, currency="stars"):
    """The account row, as it stands."""
    return Account.objects.get(member=member, currency=_currency_id(member.program_id, currency))


def parts_of(member, currency="stars"):
    """Available, pending, held, negative."""
    account = Account.objects.filter(
        member=member, currency=_currency_id(member.program_id, currency)
    ).first()
    if account is None:
        return (0, 0, 0, 0)
    return (account.available, account.pending, account.held, account.negative)


def movements_of(member, currency="stars"):
    """The points of every entry, in order."""
    entries = Entry.objects.filter(
        account__member=member, account__currency=_currency_id(member.program_id, currency)
    )
    return list(entries.order_by("number").values_list("points", flat=True))


def entries_of(member, currency="stars"):
    """The entries themselves, in order."""
    return list(
        Entry.objects.filter(
            account__member=member, account__currency=_currency_id(member.program_id, currency)
        ).order_by("number")
    )


def lots_of(member, currency="stars"):
    """What is free in each lot, oldest lot first."""
    lots = Lot.objects.filter(
        account__member=member, account__currency=_currency_id(member.program_id, currency)
    )
    return list(lots.order_by("id").values_list("free", flat=True))


def draws_of(entry_id):
    """What an entry took from which lot (by its size), in order."""
    draws = Draw.objects.filter(entry_id=entry_id).order_by("id")
    return [(draw.lot.size, draw.points) for draw in draws.select_related("lot")]


def facts_about(member):
    """The names of what was announced about a member's points and holds, in order."""
    told = AnnouncedFact.objects.filter(member_id=member.pk).order_by("id")
    names = told.values_list("name", flat=True)
    return [name for name in names if name.split(".")[0] in {"points", "hold"}]
