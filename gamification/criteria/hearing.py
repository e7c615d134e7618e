"""Hearing: what the ground floor and siblings tell becomes deeds, corrections and tallies in one transaction (G-8)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from gamification.criteria import tallying
from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import Book, programs_with_books
from gamification.criteria.merging import hand_over_all
from gamification.criteria.models import PlaySetting
from gamification.deeds.correcting import (
    Asked,
    Change,
    asked_by_orders,
    asked_by_void,
    asked_whole,
    correct,
    deeds_by_source,
    key_of,
)
from gamification.deeds.kinds import DeedSource
from gamification.deeds.models import Deed
from gamification.deeds.moving import hand_back, hand_over
from gamification.deeds.recording import (
    deed_of_points,
    deed_of_referral,
    deeds_of_event,
    record,
)
from loyalty.events.kept.deeds import settled_orders, told_events
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.members.finding import answering_for
from loyalty.members.kinds import MemberStatus
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, currencies_of

RECORDED, VOIDED, SETTLED = "event.recorded", "event.voided", "order.settled"
EARNED, REVERSED = "points.earned", "points.reversed"
APPROVED, UNDONE = "referral.approved", "referral.reversed"
MERGED, PARTED, ERASED = "member.merged", "member.parted", "member.erased"
HEARD: Final = (RECORDED, VOIDED, SETTLED, EARNED, REVERSED, APPROVED, UNDONE, MERGED, PARTED, ERASED)  # fmt: skip
ORDER: Final = "order.paid"
SUSPENDED: Final = MemberStatus.SUSPENDED
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@one_hearing()
@inside_unit_of_work
def hear(facts: Sequence[Told]) -> None:
    """Take a batch of facts in; in as many statements for one member as for five hundred."""
    for program, book in programs_with_books({fact.program_id for fact in facts}):
        mine = [fact for fact in facts if fact.program_id == program.pk and fact.member_id]
        _hear_of(program, book, mine, at=now_of(program))


def _hear_of(program: Program, book: Book, facts: Sequence[Told], *, at: datetime) -> None:
    by_name: defaultdict[str, list[Told]] = defaultdict(list)
    for fact in facts:
        by_name[fact.name].append(fact)
    answering = answering_for({fact.member_id for fact in facts if fact.member_id})
    whose = {told: member.pk for told, member in answering.items()}
    suspended = {member.pk for member in answering.values() if member.status == SUSPENDED}
    _hold(program, {*whose, *whose.values()}, at=at)
    moved = _merge(program, by_name[MERGED], whose) | _part(program, by_name[PARTED])
    _erase(by_name[ERASED])
    fresh, known_until = record(_deeds(program, by_name, whose, suspended=suspended))
    changes = _correct(program, by_name, at=at)
    kinds = {each.kind for each in fresh} | {each.deed.kind for each in changes}
    tallying.move(book.tallied(kinds), fresh=fresh, changes=changes)
    _announce(program, book, fresh=fresh, changes=changes, known_until=known_until, moved=moved, at=at)  # fmt: skip


def _hold(program: Program, members: Collection[Id], *, at: datetime) -> None:
    """The one lock of a member: backfills and games decide under it as well (the house, 4)."""
    currencies = [each.pk for each in currencies_of(program).values()]
    if members and currencies:
        lock_accounts(program=program, member_ids=members, currency_ids=currencies, at=at)


def _deeds(
    program: Program,
    by_name: Mapping[str, list[Told]],
    whose: Mapping[Id, Id],
    *,
    suspended: Collection[Id],
) -> list[Deed]:
    """The deeds of what happened."""
    told = told_events(
        program=program, event_ids=[Id(str(f.body["event_id"])) for f in by_name[RECORDED]]
    )
    deeds: list[Deed] = []
    for event in told.values():
        member_id = whose.get(event.member_id, event.member_id)
        is_held = event.is_held_back or event.type != ORDER
        deeds += deeds_of_event(
            event,
            member_id=member_id,
            program=program,
            is_disregarded=is_held and member_id in suspended,
        )
    for name, made in ((EARNED, deed_of_points), (APPROVED, deed_of_referral)):
        for fact in by_name[name]:
            assert fact.member_id, "facts without a member are left out"
            member_id = whose[fact.member_id]
            deeds.append(made(fact, member_id=member_id, is_disregarded=member_id in suspended))
    return deeds


def _correct(program: Program, by_name: Mapping[str, list[Told]], *, at: datetime) -> list[Change]:
    """What came back, by order, event, entry and referral."""
    settled = [Id(str(f.body["order_id"])) for f in by_name[SETTLED]]
    orders = settled_orders(program=program, order_ids=settled) if settled else {}
    voided = [Id(str(f.body["event_id"])) for f in by_name[VOIDED] if f.body["type"] != ORDER]
    events = told_events(program=program, event_ids=voided) if voided else {}
    reversed_ids = [Id(str(f.body["reverses_id"])) for f in by_name[REVERSED] if f.body["reverses_id"]]  # fmt: skip
    undone = [Id(str(f.body["referral_id"])) for f in by_name[UNDONE]]
    by_source: dict[tuple[Id, int], Deed] = {}
    for source, ids in (
        (DeedSource.EVENT, [*orders, *events]),
        (DeedSource.ENTRY, reversed_ids),
        (DeedSource.REFERRAL, undone),
    ):
        if ids:
            by_source |= deeds_by_source(program.pk, source, ids)
    asked = asked_by_orders(orders.values(), deeds=by_source, at=at)
    asked += asked_by_void(events.values(), deeds=by_source)
    asked += [each for fact in by_name[REVERSED] if (each := _asked_of_points(fact, by_source))]
    asked += [
        asked_whole(by_source[source, 0], source_id=key_of(source, "reversed"), at=fact.at)
        for fact, source in zip(by_name[UNDONE], undone, strict=True)
        if (source, 0) in by_source
    ]
    return correct({deed.pk: deed for deed in by_source.values()}, asked)


def _asked_of_points(fact: Told, deeds: Mapping[tuple[Id, int], Deed]) -> Asked | None:
    """A claim says what was asked back, whatever covered it; spent points that come back are no deed's."""
    entry_id = Id(str(fact.body["reverses_id"])) if fact.body["reverses_id"] else None
    deed = deeds.get((entry_id, 0)) if entry_id else None
    if deed is None or entry_id is None:
        return None
    asked = int(fact.body.get("claimed") or 0) or max(0, -int(fact.body["points"] or 0))
    source = key_of(entry_id, str(fact.body["source_key"]))
    return Asked(deed_id=deed.pk, source_id=source, points=asked, at=fact.at)


def _merge(program: Program, facts: Sequence[Told], whose: Mapping[Id, Id]) -> set[Id]:
    """Deeds go over to the survivor; totals of both are unknown again (G-10)."""
    if not facts:
        return set()
    gone = {fact.member_id: whose[fact.member_id] for fact in facts if fact.member_id}
    hand_over(gone)
    hand_over_all(program, gone)
    tallying.forget(member_ids={*gone, *gone.values()})
    return set(gone.values())


def _part(program: Program, facts: Sequence[Told]) -> set[Id]:
    """A merge was undone: each has their own deeds again."""
    moved: set[Id] = set()
    for fact in facts:
        assert fact.member_id, "facts without a member are left out"
        survivor = Id(str(fact.body["survivor_id"]))
        hand_back(program=program, member_id=fact.member_id, survivor_id=survivor)
        moved |= {fact.member_id, survivor}
    if moved:
        tallying.forget(member_ids=moved)
    return moved


def _erase(facts: Sequence[Told]) -> None:
    """Choices of a person go; deeds stay with the nameless member (G-10)."""
    erased = {fact.member_id for fact in facts if fact.member_id}
    if erased:
        PlaySetting.objects.filter(member_id__in=erased).delete()


def _announce(
    program: Program,
    book: Book,
    *,
    fresh: Sequence[Deed],
    changes: Sequence[Change],
    known_until: Mapping[tuple[Id, str], datetime],
    moved: Collection[Id],
    at: datetime,
) -> None:
    """One fact a member, and only where something live looks at what changed."""
    touched: defaultdict[Id, list[Deed]] = defaultdict(list)
    for deed in (*fresh, *(each.deed for each in changes)):
        touched[deed.member_id].append(deed)
    corrected = {each.deed.member_id for each in changes}
    late = {
        deed.member_id
        for deed in fresh
        if deed.occurred_at <= known_until.get((deed.member_id, deed.kind), _LONG_AGO)
    }
    facts = []
    for member_id in sorted({*touched, *moved}):
        deeds = touched[member_id]
        kinds = {deed.kind for deed in deeds} | (set(book.kinds) if member_id in moved else set())
        if not book.wakes(kinds):
            continue
        instants = [deed.occurred_at for deed in deeds] or [at]
        facts.append(
            DeedsChanged(
                program_id=program.pk,
                member_id=member_id,
                at=at,
                kinds=",".join(sorted(kinds)),
                first_at=_LONG_AGO if member_id in moved else min(instants),
                last_at=max(instants),
                is_corrected=member_id in corrected or member_id in moved,
                is_late=member_id in late,
                is_silent=member_id not in corrected and all(deed.is_imported for deed in deeds),
            )
        )
    announce(facts)
