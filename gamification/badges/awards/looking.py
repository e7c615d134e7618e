"""Looking: who has reached which tier of what is live; what differs from the awards there are is put right (G-37 to G-42)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from gamification.badges.awards.awarding import Decision, write
from gamification.badges.awards.reaching import Place, Reached, reached_places
from gamification.badges.awards.sparing import Held, Wake, asked
from gamification.badges.families import Family
from gamification.badges.kinds import GAME, AwardState, Origin, Revocation
from gamification.badges.models import Award
from gamification.criteria.deciding import Ask, decide_all
from gamification.criteria.kinds import GrantExisting
from gamification.criteria.life.catalogue import Live, versions_called
from gamification.criteria.measures.counting import Crossing, Who
from gamification.criteria.switches import playing
from gamification.prizes.giving import hold_members
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program


@inside_unit_of_work
def look(
    *,
    program: Program,
    badges: Sequence[Live],
    member_ids: Collection[Id],
    wake: Wake,
    at: datetime,
) -> None:
    """Look at these members for these badges: award, reinstate, take back. Statements do not grow with the members.

    Members who switched badges off, or are not active, are left as they are (G-7, G-29).
    """
    book = hold_members(program=program, member_ids=set(member_ids), at=at)
    members = playing(GAME, member_ids)
    if not badges or not members:
        return
    held = _held(badges, members)
    wanted = asked(badges, members, held, wake)
    versions = _other_versions(program, badges, held, wake)
    asks = [_ask(live, some) for live, some in wanted]
    now = {live.version_id for live in badges}
    versions |= {live.version_id: live for live in badges if _stands_apart(live)}
    again = _asked_again(versions, held, members, wake)
    asks += [_ask(live, some, trusts=_trusts(live)) for live, some in again]
    answers = decide_all(program=program, asks=asks, at=at)
    decisions = [
        _decide(live, some, found, held, wake)
        for (live, some), found in zip(wanted, answers, strict=False)
    ]
    for (live, some), found in zip(again, answers[len(wanted) :], strict=True):
        decisions.append(_take_back(live, some, found, held, wake, now=now))
    write(program=program, decisions=decisions, book=book, is_silent=wake.is_silent, at=at)


def _held(badges: Sequence[Live], member_ids: Collection[Id]) -> Held:
    held: dict[tuple[Id, Id], list[Award]] = {}
    rows = Award.objects.filter(
        badge_id__in=[live.definition_id for live in badges], member_id__in=member_ids
    )
    for row in rows.order_by("pk"):
        held.setdefault((row.badge_id, row.member_id), []).append(row)
    return held


def _ask(live: Live, members: Sequence[Id], *, trusts: bool = False) -> Ask:
    family: Family = live.parsed
    return Ask(
        condition=family.condition,
        zone=live.zone,
        who=[Who(member_id=each) for each in members],
        targets=family.targets,
        every=family.is_every,
        trusts_states=trusts,
    )


def _decide(
    live: Live, members: Sequence[Id], found: Sequence[Crossing], held: Held, wake: Wake
) -> Decision:
    """What is new, what stands again, and what moved of what is held under this very version."""
    reached = reached_places(live, found)
    decision = Decision(live=live)
    for place, each in reached.items():
        award = _award_at(held, live, place)
        if award is None:
            if live.grant_existing != GrantExisting.NONE or each.at >= live.published_at:
                decision.fresh.append(each)
        elif award.state == AwardState.REVOKED and not award.is_barred:
            decision.again.append((award, each))
        elif _has_moved(award, each, live):
            decision.moved.append((award, each))
    if (wake.is_complete or wake.anew) and not _stands_apart(live):
        decision.gone += _gone(live, members, reached, held, wake)
    return decision


def _take_back(
    live: Live,
    members: Sequence[Id],
    found: Sequence[Crossing],
    held: Held,
    wake: Wake,
    *,
    now: Collection[Id],
) -> Decision:
    """Awards of earlier wordings are judged by their own, and only to be taken back or refreshed (G-22, G-42)."""
    reached = reached_places(live, found)
    decision = Decision(live=live)
    decision.gone += _gone(live, members, reached, held, wake)
    if live.version_id in now:
        return decision
    for place, each in reached.items():
        award = _award_at(held, live, place)
        if award is not None and award.version_id == live.version_id:
            if award.state == AwardState.REVOKED and not award.is_barred:
                decision.again.append((award, each))
            elif _has_moved(award, each, live):
                decision.moved.append((award, each))
    return decision


def _gone(
    live: Live,
    members: Sequence[Id],
    reached: Mapping[Place, Reached],
    held: Held,
    wake: Wake,
) -> list[Award]:
    """What rules gave under this version and is not reached any more, as far as its revocation says."""
    family: Family = live.parsed
    if family.revocation == Revocation.NEVER:
        return []
    always = family.revocation == Revocation.WHILE_TRUE
    return [
        award
        for member_id in members
        if always or wake.is_complete or member_id in wake.corrected
        for award in held.get((live.definition_id, member_id), [])
        if award.state in {AwardState.ACTIVE, AwardState.SUSPENDED}
        and award.origin == Origin.RULE
        and award.version_id == live.version_id
        and (award.tier_rank, award.member_id, award.occasion) not in reached
    ]


def _other_versions(
    program: Program, badges: Sequence[Live], held: Held, wake: Wake
) -> dict[Id, Live]:
    """Earlier wordings under which somebody holds something that may have to go."""
    now = {live.version_id for live in badges}
    wanted = {
        award.version_id
        for (_badge, member_id), awards in held.items()
        for award in awards
        if award.version_id not in now
        and award.origin == Origin.RULE
        and (wake.is_complete or member_id in wake.anew)
    }
    return versions_called(program, wanted) if wanted else {}


def _asked_again(
    versions: Mapping[Id, Live], held: Held, members: Sequence[Id], wake: Wake
) -> list[tuple[Live, list[Id]]]:
    asked = []
    for version_id, live in sorted(versions.items()):
        mine = [
            each
            for each in members
            if (wake.is_complete or each in wake.anew)
            and any(a.version_id == version_id for a in held.get((live.definition_id, each), []))
        ]
        if mine:
            asked.append((live, mine))
    return asked


def _stands_apart(live: Live) -> bool:
    """Whether taking back asks another question than awarding: how members stood is left as it was."""
    return _trusts(live) and any(spec.is_state for spec in live.specs)


def _trusts(live: Live) -> bool:
    """How members stand now decides only about what must be true all the time (G-42)."""
    family: Family = live.parsed
    return family.revocation != Revocation.WHILE_TRUE


def _award_at(held: Held, live: Live, place: Place) -> Award | None:
    rank, member_id, occasion = place
    awards = held.get((live.definition_id, member_id), [])
    return next((a for a in awards if (a.tier_rank, a.occasion) == (rank, occasion)), None)


def _has_moved(award: Award, reached: Reached, live: Live) -> bool:
    is_ours = award.origin == Origin.RULE and award.version_id == live.version_id
    return is_ours and award.state == AwardState.ACTIVE and award.earned_at != reached.at
