"""Collecting: what is seen about referrals, in set queries over the whole page; plain texts are compared and forgotten (R-51, R-58)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from loyalty.events.kept.orders import PaidOrder, order_keys_of
from loyalty.foundation.ids import Id
from loyalty.members.persons import Person
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import TouchKind
from referrals.attribution.models import Referral, Touch
from referrals.attribution.touching import touches_of
from referrals.guard import likeness
from referrals.guard.counting import counts_of, rings_of
from referrals.guard.kinds import Signal
from referrals.guard.remembering import PAYMENT, buried_payments, known_elsewhere
from referrals.plans.terms import Terms

DAY: Final = timedelta(hours=24)
FAST: Final = timedelta(seconds=60)
ADVOCATE_JOINS_MAX: Final = 10
NETWORK_JOINS_MAX: Final = 5
CYCLING_FROM: Final = 6
# Widely known throw-away mailboxes; a plan adds its own.
DISPOSABLE: Final = frozenset(
    {
        "10minutemail.com",
        "dispostable.com",
        "guerrillamail.com",
        "mailinator.com",
        "maildrop.cc",
        "sharklasers.com",
        "temp-mail.org",
        "trashmail.com",
        "yopmail.com",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One referral to look at, with its people and its qualifying order, if there is one."""

    referral: Referral
    terms: Terms
    friend: Person | None
    advocate: Person | None
    orders: Sequence[PaidOrder] = ()
    order: PaidOrder | None = None


@dataclass(slots=True)
class Finding:
    """What was seen about one referral, and the key of the household if there may be one."""

    seen: dict[str, int | None] = field(default_factory=dict)
    home: str = ""


def collect(cases: Sequence[Case], *, program: Program, at: datetime) -> dict[Id, Finding]:
    """Every signal of each of these referrals; as many statements for one as for five hundred."""
    found = {
        case.referral.pk: Finding(seen=dict(blocks)) for case, blocks in block_rules(cases, at=at)
    }
    touches = _touches(cases, program=program)
    advocates = {case.advocate.id for case in cases if case.advocate}
    rows = [case.referral for case in cases]
    keys = order_keys_of(program=program, member_ids=advocates) if advocates else {}
    counts, rings = counts_of(rows, program=program), rings_of(rows)
    stones = _stones(cases, program=program, at=at)
    for place, case in enumerate(cases):
        finding = found[case.referral.pk]
        finding.seen |= _of_people(case)
        theirs = keys.get(case.advocate.id, {}) if case.advocate else {}
        finding.seen |= _of_order(case, theirs, stones)
        finding.seen |= _of_touches(case, touches, finding.seen)
        finding.seen |= _of_numbers(counts[place], in_ring=place in rings)
        finding.home = _home_of(case)
    return found


def collect_again(
    cases: Sequence[Case], *, program: Program, at: datetime
) -> dict[Id, dict[str, int | None]]:
    """The block rules, and what the advocate may have done since: what is looked at when the hold is over (R-38)."""
    rows = [case.referral for case in cases]
    counts, rings = counts_of(rows, program=program), rings_of(rows)
    blocks = {case.referral.pk: seen for case, seen in block_rules(cases, at=at)}
    return {
        row.pk: blocks[row.pk] | _of_numbers(counts[place], in_ring=place in rings)
        for place, row in enumerate(rows)
    }


def block_rules(
    cases: Sequence[Case], *, at: datetime
) -> Iterable[tuple[Case, dict[str, int | None]]]:
    """The three rules that hold in every preset (R-37); one query for all."""
    friends = [case.friend for case in cases if case.friend]
    known = known_elsewhere(friends, at=at) if friends else {}
    for case in cases:
        yield case, _blocks(case, known.get(case.referral.friend_id, 0))


def _blocks(case: Case, known: int) -> dict[str, int | None]:
    referral, touch = case.referral, case.referral.touch
    before = sum(1 for order in case.orders if order.paid_at < referral.joined_at)
    is_link = referral.via in {TouchKind.CLICK, TouchKind.QR}
    is_older = is_link and touch is not None and touch.occurred_at > referral.joined_at
    return {
        Signal.SAME_MEMBER: int(referral.advocate_member_id == referral.friend_id),
        Signal.SAME_EMAIL: _between(case, likeness.same_mail),
        Signal.NOT_NEW: known + before + int(is_older),
    }


def _between(case: Case, compare: Callable[[Person, Person], int | None]) -> int | None:
    """Compare friend and advocate; nothing can be said of an affiliate."""
    if case.friend is None or case.advocate is None:
        return None
    return compare(case.friend, case.advocate)


def _of_people(case: Case) -> dict[str, int | None]:
    mail = case.friend.email if case.friend else ""
    throw_away = case.terms.disposable_domains | DISPOSABLE
    return {
        Signal.SAME_PHONE: _between(case, likeness.same_phone),
        Signal.SIMILAR_EMAIL: _between(case, likeness.similar_mail),
        Signal.SAME_SURNAME: _between(case, likeness.same_surname),
        Signal.DISPOSABLE_MAIL: int(likeness.domain_of(mail) in throw_away) if mail else None,
    }


def _of_order(
    case: Case, theirs: Mapping[str, set[str]], stones: Collection[str]
) -> dict[str, int | None]:
    if case.order is None:
        return {}
    mine = {name: {key} for name, key in case.order.keys.items()}
    touch = case.referral.touch
    waited = case.order.paid_at - touch.occurred_at if touch else None
    return {
        Signal.SAME_PAYMENT: _same_payment(mine, theirs, stones),
        Signal.SAME_DEVICE: _shared("device_key", mine, theirs),
        Signal.SAME_ADDRESS: _shared("address_key", mine, theirs),
        Signal.FAST_CONVERSION: None if waited is None else int(timedelta() <= waited < FAST),
    }


def _same_payment(
    mine: Mapping[str, set[str]], theirs: Mapping[str, set[str]], stones: Collection[str]
) -> int | None:
    """Paid as the advocate does, or as somebody did who has left within the year (R-48)."""
    buried = len(mine.get(PAYMENT, set()) & set(stones))
    return buried or _shared(PAYMENT, mine, theirs)


def _stones(cases: Sequence[Case], *, program: Program, at: datetime) -> set[str]:
    paid = {case.order.keys.get(PAYMENT, "") for case in cases if case.order} - {""}
    return buried_payments(program_id=program.pk, keys=paid, at=at) if paid else set()


def _shared(name: str, mine: Mapping[str, set[str]], theirs: Mapping[str, set[str]]) -> int | None:
    return likeness.shared(mine.get(name, ()), theirs.get(name, ()))


def _of_touches(
    case: Case, touches: Mapping[Id, list[Touch]], seen: Mapping[str, int | None]
) -> dict[str, int | None]:
    mine = touches.get(case.referral.friend_id, [])
    theirs = touches.get(case.advocate.id, []) if case.advocate else []
    network, agent = likeness.network_of(mine, theirs)
    visitors = likeness.shared(_visitors(mine), _visitors(theirs))
    device = seen.get(Signal.SAME_DEVICE)
    known = [each for each in (visitors, device) if each is not None]
    touch = case.referral.touch
    site = touch.source_site if touch else ""
    return {
        Signal.SAME_NETWORK: network,
        Signal.SAME_NETWORK_AGENT: agent,
        Signal.SAME_DEVICE: sum(known) if known else None,
        Signal.COUPON_SITE: int(site in case.terms.coupon_sites) if site else None,
        Signal.LATE_CLAIM: int(case.referral.via == TouchKind.CLAIM),
    }


def _visitors(touches: Sequence[Touch]) -> set[bytes]:
    return {bytes(touch.visitor) for touch in touches if touch.visitor}


def _of_numbers(counts: tuple[int, int, int, int], *, in_ring: bool) -> dict[str, int | None]:
    joins, from_prefix, decided, reversed_ones = counts
    cycles = decided >= CYCLING_FROM and 2 * reversed_ones >= decided
    return {
        Signal.ADVOCATE_VELOCITY: joins if joins > ADVOCATE_JOINS_MAX else 0,
        Signal.NETWORK_VELOCITY: from_prefix if from_prefix > NETWORK_JOINS_MAX else 0,
        Signal.CYCLING: reversed_ones if cycles else 0,
        Signal.RING: int(in_ring),
    }


def _home_of(case: Case) -> str:
    """What one household is known by: the surname with the address, or the device (R-40)."""
    if case.friend is None or case.order is None:
        return ""
    name = likeness.surname(case.friend)
    place = case.order.keys.get("address_key") or case.order.keys.get("device_key") or ""
    return f"{name}/{place}" if name and place else ""


def _touches(cases: Sequence[Case], *, program: Program) -> dict[Id, list[Touch]]:
    """Touches by person: their own, and the winning one with all of its visitor's."""
    people = {case.referral.friend_id for case in cases}
    people |= {case.advocate.id for case in cases if case.advocate}
    won = [case.referral for case in cases if case.referral.touch]
    owner = {
        bytes(row.touch.visitor): row.friend_id for row in won if row.touch and row.touch.visitor
    }
    found: dict[Id, list[Touch]] = {}
    for touch in touches_of(program_id=program.pk, friend_ids=people, visitors=list(owner)):
        whose = touch.friend_id or owner.get(bytes(touch.visitor or b""))
        if whose is not None:
            found.setdefault(whose, []).append(touch)
    return found
