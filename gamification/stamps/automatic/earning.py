"""Earning: stamps from deeds by themselves; after a return they are computed anew and the difference is written (G-69)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import Live, programs_with_books, versions_called
from gamification.criteria.switches import switched_off
from gamification.prizes.giving import hold_members
from gamification.stamps.automatic.sources import Source
from gamification.stamps.automatic.worth import (
    FIRST,
    MOMENT,
    Asked,
    Given,
    Slot,
    Worth,
    given_by,
    worth_of,
)
from gamification.stamps.keeping.rows import Entry, add
from gamification.stamps.kinds import GAME, StampKind, StampSource
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program


@one_hearing()
@inside_unit_of_work
def follow(facts: Sequence[DeedsChanged]) -> None:
    """Deeds came or were corrected: stamp the cards that look at them."""
    by_program: dict[Id, list[DeedsChanged]] = defaultdict(list)
    for fact in facts:
        by_program[fact.program_id].append(fact)
    for program, book in programs_with_books(by_program):
        told = by_program[program.pk]
        asked: dict[tuple[Id, Id], Asked] = {}
        for fact in told:
            assert fact.member_id is not None
            for card in book.woken(GAME, fact.kinds.split(",")):
                slot = (card.definition_id, fact.member_id)
                first = min(fact.first_at, asked[slot].since if slot in asked else fact.first_at)
                last = max(fact.last_at + MOMENT, asked[slot].until if slot in asked else FIRST)
                asked[slot] = Asked(card=card, member_id=fact.member_id, since=first, until=last)
        silent = {fact.member_id for fact in told if fact.is_silent}
        loud = {fact.member_id for fact in told} - silent
        for members, is_silent in ((loud, False), (silent - loud, True)):
            mine = [each for each in asked.values() if each.member_id in members]
            _stamp(program, mine, is_silent=is_silent, at=now_of(program))


@inside_unit_of_work
def catch_up(
    *, program: Program, card: Live, member_ids: Collection[Id], is_silent: bool, at: datetime
) -> None:
    """Stamp a card for all that these members ever did: publishing, resuming, switching on (G-26)."""
    asked = [
        Asked(card=card, member_id=member_id, since=FIRST, until=at + MOMENT)
        for member_id in member_ids
    ]
    _stamp(program, asked, is_silent=is_silent, at=at)


def _stamp(program: Program, asked: Sequence[Asked], *, is_silent: bool, at: datetime) -> None:
    """Compute what each event gives now, compare it with what it gave, write the difference."""
    off = (
        switched_off(program=program, game=GAME, member_ids={each.member_id for each in asked})
        if asked
        else set()
    )
    asked = [each for each in asked if each.member_id not in off]
    if not asked:
        return
    book = hold_members(program=program, member_ids={each.member_id for each in asked}, at=at)
    worth = worth_of(asked)
    given = given_by(asked, worth)
    wordings = _wordings(program, asked, given)
    entries = _fresh(asked, worth, given) + _taken(asked, worth, given, wordings, at=at)
    add(program=program, entries=entries, book=book, is_silent=is_silent, at=at)


def _wordings(
    program: Program, asked: Sequence[Asked], given: Mapping[Slot, Given]
) -> dict[Id, Live]:
    """Each wording by which something was given; those in force are at hand."""
    known = {each.card.version_id: each.card for each in asked}
    older = {each.version_id for each in given.values()} - set(known)
    return known | (versions_called(program, older) if older else {})


def _fresh(
    asked: Sequence[Asked], worth: Mapping[Slot, Worth], given: Mapping[Slot, Given]
) -> list[Entry]:
    """What events give that gave nothing before, the earliest first."""
    entries = []
    for (card_id, event), each in sorted(worth.items(), key=lambda one: (one[1].at, one[0])):
        card = each.asked.card
        source = Source.read(card.settings)
        is_old = card.grant_existing == "none" and each.at < card.opened_at
        stamps = source.stamps(each.worth) if source else 0
        if (card_id, event) in given or is_old or stamps <= 0:
            continue
        entries.append(
            Entry(
                card=card,
                member_id=each.asked.member_id,
                quantity=stamps,
                kind=StampKind.GIVEN,
                source=StampSource.EVENT,
                source_id=event,
                at=each.at,
            )
        )
    return entries


def _taken(
    asked: Sequence[Asked],
    worth: Mapping[Slot, Worth],
    given: Mapping[Slot, Given],
    wordings: Mapping[Id, Live],
    *,
    at: datetime,
) -> list[Entry]:
    """What is taken of stamps whose event is worth less now; never what was wiped or undone before (G-73)."""
    by_wording = _by_wording(asked, worth, given, wordings)
    cards = {each.card.definition_id: each.card for each in asked}
    entries = []
    for (card_id, event), row in sorted(given.items(), key=lambda one: one[1].stamp_id):
        source = Source.read(wordings[row.version_id].settings)
        told = by_wording.get((card_id, event))
        wanted = source.stamps(told.worth) if source and told else 0
        if row.left <= wanted:
            continue
        entries.append(
            Entry(
                card=cards[card_id],
                member_id=row.member_id,
                quantity=wanted - row.left,
                kind=StampKind.RETURNED,
                source=StampSource.EVENT,
                # Each step down is a row of its own, once.
                source_id=f"{event}/{wanted}",
                at=at,
                refers_to=row.stamp_id,
            )
        )
    return entries


def _by_wording(
    asked: Sequence[Asked],
    worth: Mapping[Slot, Worth],
    given: Mapping[Slot, Given],
    wordings: Mapping[Id, Live],
) -> dict[Slot, Worth]:
    """What each event is worth by the wording that gave for it: a stricter one takes nothing away (G-22)."""
    found = dict(worth)
    in_force = {each.card.version_id for each in asked}
    for version_id, wording in wordings.items():
        if version_id in in_force:
            continue
        older = [
            Asked(card=wording, member_id=each.member_id, since=each.since, until=each.until)
            for each in asked
            if each.card.definition_id == wording.definition_id
        ]
        slots = {slot for slot, row in given.items() if row.version_id == version_id}
        by_then = worth_of(older) if wording.specs else {}
        for slot in slots:
            found.pop(slot, None)
        found |= {slot: each for slot, each in by_then.items() if slot in slots}
    return found
