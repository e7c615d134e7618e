"""Following: what the ground floor tells is followed in batches: who joined, ordered, returned, merged, was erased (R-52, R-54)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import survivors_of
from loyalty.members.persons import persons_of
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, programs_by_id
from referrals.attribution.kinds import OPEN, ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.moving import Step, move
from referrals.codes.models import Advocate
from referrals.guard.kinds import Decision, Signal
from referrals.guard.remembering import hand_over, mark, programs_with_plans
from referrals.guard.reviewing import close_reviews
from referrals.qualification.forgetting import forget
from referrals.qualification.joining import Arrival, join
from referrals.qualification.qualifying import FOLLOWER, follow, open_page, reverse
from referrals.rewards.promising import cancel
from referrals.rewards.welcoming import withdraw_welcome

ENROLLED, ERASED, MERGED = "member.enrolled", "member.erased", "member.merged"
CHANGED = "member.contact_changed"
RECORDED, SETTLED = "event.recorded", "order.settled"
HEARD = (ENROLLED, CHANGED, RECORDED, SETTLED, MERGED, ERASED)
MERGE = "merged"


@inside_unit_of_work
def hear(facts: Sequence[Told]) -> None:
    """Follow a batch of facts; programmes without a plan cost one query and nothing more."""
    there = programs_with_plans({fact.program_id for fact in facts})
    programs = programs_by_id(there) if there else {}
    for program_id in sorted(programs):
        mine = [fact for fact in facts if fact.program_id == program_id and fact.member_id]
        _hear_of(programs[program_id], mine, at=now_of(programs[program_id]))


def _hear_of(program: Program, facts: Sequence[Told], *, at: datetime) -> None:
    by_name: dict[str, list[Told]] = {name: [] for name in HEARD}
    for fact in facts:
        by_name[fact.name].append(fact)
    _know([*by_name[ENROLLED], *by_name[CHANGED]])
    _meet(program, by_name[ENROLLED], at=at)
    _merge(program, by_name[MERGED], at=at)
    _look(program, [*by_name[RECORDED], *by_name[SETTLED]], at=at)
    forget(program, [fact.member_id for fact in by_name[ERASED] if fact.member_id], at=at)


def _know(facts: Sequence[Told]) -> None:
    """Mark who they are, so that a friend is known as new or not."""
    if facts:
        mark(persons_of({fact.member_id for fact in facts if fact.member_id}).values())


def _meet(program: Program, facts: Sequence[Told], *, at: datetime) -> None:
    """Whoever enrolled with a code or a token is bound to who brought them (R-17)."""
    told = {
        fact.member_id: str(fact.body["referral_code"])
        for fact in facts
        if fact.member_id and fact.body.get("referral_code")
    }
    if not told:
        return
    persons = persons_of(told)
    arrivals = [
        Arrival(friend_id=member_id, joined_at=persons[member_id].joined_at, text=text)
        for member_id, text in told.items()
        if not persons[member_id].is_gone
    ]
    rows = join(arrivals, program=program, actor=FOLLOWER, at=at)
    follow(program=program, friend_ids=[row.friend_id for row in rows], at=at)


def _look(program: Program, facts: Sequence[Told], *, at: datetime) -> None:
    """Somebody ordered or returned: their referrals are computed anew."""
    members = {fact.member_id for fact in facts if fact.member_id}
    if not members:
        return
    survivors = survivors_of(members)
    sources = {
        survivors[fact.member_id]: Id(str(fact.body["event_id"]))
        for fact in facts
        if fact.member_id and fact.name == SETTLED
    }
    follow(program=program, friend_ids=set(survivors.values()), at=at, sources=sources)


def _merge(program: Program, facts: Sequence[Told], *, at: datetime) -> None:
    """Two memberships became one: marks and advocates go over, and no friend is brought twice or by themselves (R-54)."""
    if not facts:
        return
    gone = [fact.member_id for fact in facts if fact.member_id]
    survivors = survivors_of(gone)
    hand_over(survivors)
    _hand_advocates_over(program, survivors)
    for member_id in gone:
        _bring_together(program, member_id, survivors[member_id], at=at)


def _hand_advocates_over(program: Program, survivors: Mapping[Id, Id]) -> None:
    taken = set(
        Advocate.objects.filter(program=program, member_id__in=set(survivors.values())).values_list(
            "member_id", flat=True
        )
    )
    for advocate in Advocate.objects.filter(program=program, member_id__in=survivors):
        assert advocate.member_id, "these are members"
        survivor = survivors[advocate.member_id]
        if survivor not in taken:
            taken.add(survivor)
            Advocate.objects.filter(pk=advocate.pk).update(member_id=survivor)


def _bring_together(program: Program, gone: Id, survivor: Id, *, at: datetime) -> None:
    both = {gone, survivor}
    there = list(
        Referral.objects.filter(
            Q(friend_id__in=both) | Q(advocate_member_id__in=both), program=program
        )
    )
    if not there:
        return
    page = open_page(program=program, there=there, at=at)
    of_friend = sorted(
        (row for row in page.rows if row.friend_id in both and row.state != ReferralState.REJECTED),
        key=lambda row: (row.joined_at, row.pk),
    )
    ended = [(row, MERGE) for row in of_friend[1:]]
    ended += [
        (row, str(Signal.SAME_MEMBER))
        for row in page.rows
        if row.friend_id in both and row.advocate_member_id in both and (row, MERGE) not in ended
    ]
    open_ones = [(row, why) for row, why in ended if row.state in OPEN]
    _reject(program, open_ones, at=at)
    for row, why in ended:
        if row.state == ReferralState.APPROVED:
            reverse(page, [row], sources={row.pk: row.pk}, why=why, actor=FOLLOWER, at=at)
    _rename(page.rows, gone, survivor, kept=of_friend[0] if of_friend else None)


def _reject(program: Program, ended: Sequence[tuple[Referral, str]], *, at: datetime) -> None:
    if not ended:
        return
    ids = [row.pk for row, _why in ended]
    close_reviews(ids, decision=Decision.OVERTAKEN, reason=MERGE, actor=FOLLOWER, at=at)
    move(
        [
            Step(referral=row, to=ReferralState.REJECTED, why=why, actor=FOLLOWER)
            for row, why in ended
        ],
        at=at,
    )
    cancel(ids, why=MERGE)
    withdraw_welcome([row for row, _why in ended], program=program, at=at)


def _rename(rows: Sequence[Referral], gone: Id, survivor: Id, *, kept: Referral | None) -> None:
    """What stays names the survivor; what ended for another reason keeps whom it was about."""
    for row in rows:
        is_over = row.state in {ReferralState.REJECTED, ReferralState.REVERSED}
        if row.friend_id == gone and (row is kept or row.state == ReferralState.REJECTED):
            row.friend_id = survivor
        if row.advocate_member_id == gone and (is_over or row.friend_id != survivor):
            row.advocate_member_id = survivor
    update_rows(rows, ["friend_id", "advocate_member_id"])
