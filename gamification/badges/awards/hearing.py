"""Hearing: who is looked at for which badges, after a batch of facts (G-16, G-19)."""

from collections.abc import Sequence

from gamification.badges.awards.looking import look
from gamification.badges.awards.sparing import Wake
from gamification.badges.kinds import GAME
from gamification.criteria.life.catalogue import Book, programs_with_books
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import survivors_of
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program

CHANGED = "deeds.changed"


@one_hearing()
@inside_unit_of_work
def hear(facts: Sequence[Told]) -> None:
    """Look at the members of these facts; in as many statements for one as for five hundred."""
    for program, book in programs_with_books({fact.program_id for fact in facts}):
        mine = [fact for fact in facts if fact.program_id == program.pk and fact.member_id]
        whose = survivors_of({fact.member_id for fact in mine if fact.member_id})
        for is_silent in (True, False):
            group = [fact for fact in mine if bool(fact.body.get("is_silent")) is is_silent]
            _look(program, book, group, whose, is_silent=is_silent)


def _look(
    program: Program,
    book: Book,
    facts: Sequence[Told],
    whose: dict[Id, Id],
    *,
    is_silent: bool,
) -> None:
    kinds: set[str] = set()
    anew: set[Id] = set()
    corrected: set[Id] = set()
    members: set[Id] = set()
    for fact in facts:
        assert fact.member_id, "facts without a member are left out"
        member_id = whose[fact.member_id]
        members.add(member_id)
        if fact.name != CHANGED:
            kinds.add(fact.name)
            anew.add(member_id)
            continue
        kinds.update(str(fact.body["kinds"]).split(","))
        if fact.body["is_corrected"]:
            corrected.add(member_id)
        if fact.body["is_corrected"] or fact.body["is_late"]:
            anew.add(member_id)
    badges = book.woken(GAME, kinds)
    if not badges or not members:
        return
    wake = Wake(
        anew=frozenset(anew),
        corrected=frozenset(corrected),
        is_silent=is_silent,
        measures=book.measures,
    )
    look(program=program, badges=badges, member_ids=members, wake=wake, at=now_of(program))
