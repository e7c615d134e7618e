"""Following: stamps that other games pay, and the cards of members who became one (G-10, G-32)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.criteria.life.catalogue import Live, book_of
from gamification.criteria.merging import hands_over
from gamification.prizes.facts import PrizeFact, PrizeGiven
from gamification.prizes.giving import give, hold_members
from gamification.prizes.kinds import GrantState, PrizeWish
from gamification.prizes.models import PrizeGrant
from gamification.stamps.keeping.cards import Card, Reached
from gamification.stamps.keeping.rows import Entry, add, totals_of, wish_of
from gamification.stamps.kinds import GAME, StampKind, StampSource
from gamification.stamps.models import Stamp
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, programs_by_id

# The survivor's rows stay in front, the other's follow in their order, and the total runs through (G-10).
_HAND_OVER: Final = """
    WITH last AS (
        SELECT c.card_id, COALESCE(max(s.seq), 0) AS seq, COALESCE((array_agg(s.total ORDER BY s.seq DESC))[1], 0) AS total
        FROM (SELECT DISTINCT card_id FROM gamification_stamp WHERE member_id = %s) AS c
        LEFT JOIN gamification_stamp s ON s.card_id = c.card_id AND s.member_id = %s
        GROUP BY c.card_id
    )
    UPDATE gamification_stamp s SET member_id = %s, seq = s.seq + last.seq, total = s.total + last.total
    FROM last WHERE s.card_id = last.card_id AND s.member_id = %s
"""


@inside_unit_of_work
def follow_prizes(facts: Sequence[PrizeFact]) -> None:
    """Stamps that a prize promised are given; when the prize is taken back, what is left of them is."""
    by_program: dict[Id, list[PrizeFact]] = defaultdict(list)
    for fact in facts:
        by_program[fact.program_id].append(fact)
    for program_id, program in sorted(programs_by_id(by_program).items()):
        told, at = by_program[program_id], now_of(program)
        grants = PrizeGrant.objects.in_bulk([fact.grant_id for fact in told])
        cards = {card.slug: card for card in book_of(program).of(GAME)}
        members = {grant.member_id for grant in grants.values()}
        book = hold_members(program=program, member_ids=members, at=at)
        given = _given(list(grants))
        entries: list[Entry] = []
        for fact in told:
            grant = grants[fact.grant_id]
            card = cards.get(grant.prize["card"])
            rows = given[grant.pk]
            if card is None or (isinstance(fact, PrizeGiven) and _left(rows)):
                continue
            if isinstance(fact, PrizeGiven):
                entries.append(_gift(card, grant, number=len(rows)))
            else:
                entries += [_taken(card, grant, row, left) for row, left in rows if left]
        add(program=program, entries=entries, book=book, at=at)


@hands_over
def hand_cards_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """The rows of a merged member go to who answers for them, and what both together have reached is given."""
    at = now_of(program)
    for merged, survivor in sorted(gone.items()):
        run(_HAND_OVER, [merged, survivor, survivor, merged])
    survivors = set(gone.values())
    cards = {card.definition_id: card for card in book_of(program).of(GAME)}
    pairs = {(card, member) for card in cards for member in survivors}
    totals = totals_of(pairs) if pairs else {}
    grants = PrizeGrant.objects.filter(
        definition_id__in=cards, member_id__in={*gone, *survivors}
    ).exclude(state=GrantState.REVERSED)
    had: dict[tuple[Id, Id, int], set[str]] = defaultdict(set)
    for grant in grants:
        member = gone.get(grant.member_id, grant.member_id)
        place = int(grant.occasion.partition(":")[2])
        had[grant.definition_id, member, place].add(f"{grant.member_id} {grant.occasion}")
    wishes = [
        wish
        for (card, member), (_seq, total) in sorted(totals.items())
        for wish in _owed(cards[card], member, total, had, at=at)
    ]
    give(program=program, wishes=wishes, at=at)


def _owed(
    card: Live,
    member_id: Id,
    total: int,
    had: Mapping[tuple[Id, Id, int], set[str]],
    *,
    at: datetime,
) -> list[PrizeWish]:
    """The latest positions that two cards together passed and neither had been given for."""
    passed: dict[int, list[Reached]] = defaultdict(list)
    for reached in Card.read(card.settings).between(0, total):
        passed[reached.position.at].append(reached)
    wishes = []
    for place, all_of_it in passed.items():
        given = had.get((card.definition_id, member_id, place), set())
        mine = {each.partition(" ")[2] for each in given if each.startswith(str(member_id))}
        open_ones = [each for each in all_of_it if each.occasion not in mine]
        owed = max(0, len(all_of_it) - len(given))
        wishes += [
            wish_of(card, member_id, each, earned_at=at)
            for each in open_ones[len(open_ones) - owed :]
        ]
    return wishes


def _given(grant_ids: Sequence[Id]) -> dict[Id, list[tuple[Stamp, int]]]:
    """What each grant put on a card, and what is left of it."""
    names = {str(grant_id): grant_id for grant_id in grant_ids}
    rows = Stamp.objects.filter(source=StampSource.GRANT, kind=StampKind.GIFT)
    wanted = list(rows.filter(source_id__in=_sources(names)).order_by("seq"))
    taken: dict[Id, int] = defaultdict(int)
    for stamp_id, quantity in Stamp.objects.filter(refers_to__in=wanted).values_list(
        "refers_to_id", "quantity"
    ):
        if stamp_id is not None:
            taken[stamp_id] += quantity
    found: dict[Id, list[tuple[Stamp, int]]] = defaultdict(list)
    for row in wanted:
        found[names[row.source_id.partition("/")[0]]].append((row, row.quantity + taken[row.pk]))
    return found


GIVEN_AGAIN_MAX: Final = 20  # a prize that comes and goes more often than this stays away


def _sources(names: dict[str, Id]) -> list[str]:
    return [f"{name}/{number}" for name in names for number in range(GIVEN_AGAIN_MAX)]


def _left(rows: Sequence[tuple[Stamp, int]]) -> int:
    return sum(left for _row, left in rows)


def _gift(card: Live, grant: PrizeGrant, *, number: int) -> Entry:
    return Entry(
        card=card,
        member_id=grant.member_id,
        quantity=grant.amount,
        kind=StampKind.GIFT,
        source=StampSource.GRANT,
        source_id=f"{grant.pk}/{number}",
        at=grant.earned_at,
    )


def _taken(card: Live, grant: PrizeGrant, row: Stamp, left: int) -> Entry:
    return Entry(
        card=card,
        member_id=row.member_id,
        quantity=-left,
        kind=StampKind.RETURNED,
        source=StampSource.GRANT,
        source_id=str(grant.pk),
        at=grant.decided_at,
        refers_to=row.pk,
    )
