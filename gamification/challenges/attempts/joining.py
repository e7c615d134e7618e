"""Joining: members take a challenge up, alone or in a team, and leave it again (G-47, G-50)."""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import Count

from gamification.challenges.admitting import admitted
from gamification.challenges.attempts.pooling import add
from gamification.challenges.attempts.settling import settle
from gamification.challenges.facts import ChallengeJoined
from gamification.challenges.kinds import CODE_LENGTH, GAME, TEAM_MAX, AttemptState, Recurrence
from gamification.challenges.models import Attempt, Team
from gamification.challenges.refusals import (
    ChallengeAlreadyJoined,
    ChallengeNotEligible,
    ChallengeNotOpen,
)
from gamification.challenges.terms import Run, Terms, read_terms, run_at, run_from_joining
from gamification.criteria.life.catalogue import Live
from gamification.criteria.refusals import PlaySwitchedOff
from gamification.criteria.switches import switched_off
from gamification.prizes.giving import hold_members
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.members.persons import standings_of
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program

# Nothing that is read wrongly aloud: no vowels, no 0 1 I L O.
_LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ23456789"


@unit_of_work
def join(
    *, program: Program, challenge: Live, member_id: Id, team: str | None = None, at: datetime
) -> Attempt:
    """Take the challenge up; what happened earlier in the window counts at once, unless it says otherwise.

    In a challenge of teams no `team` founds one, and its code brings others in. Raises ChallengeNotOpen,
    ChallengeAlreadyJoined, ChallengeNotEligible, PlaySwitchedOff.
    """
    terms = read_terms(program, challenge.settings, zone=challenge.zone)
    if not (challenge.is_live and terms.is_joined):
        raise ChallengeNotOpen(slug=challenge.slug)
    hold_members(program=program, member_ids={member_id}, at=at)
    _refuse_who_may_not(program, terms, member_id, at=at)
    run = _run(challenge, terms, member_id, at=at)
    row = Attempt(
        id=new_id(),
        challenge_id=challenge.definition_id,
        version_id=challenge.version_id,
        member_id=member_id,
        team=_team(challenge, run, team, at=at) if terms.goal and terms.goal.is_by_team else None,
        run=run.key,
        occasion=f"{run.key}#1" if terms.repeats else run.key,
        joined_at=at,
        starts_at=run.starts_at,
        ends_at=run.ends_at,
        closes_at=run.closes_at,
        progress=[0] * len(terms.steps),
    )
    row.save(force_insert=True)
    announce(
        [
            ChallengeJoined(
                program_id=program.pk,
                member_id=member_id,
                at=at,
                challenge_id=row.challenge_id,
                version_id=row.version_id,
                attempt_id=row.pk,
                occasion=row.occasion,
            )
        ]
    )
    settle(program=program, challenge=challenge, member_ids={member_id}, touched=(at, at), at=at)
    row.refresh_from_db()
    return row


@unit_of_work
def leave(*, program: Program, challenge: Live, member_id: Id, at: datetime) -> Attempt:
    """Give a running go up; nothing that was paid is taken back. Raises ChallengeNotOpen."""
    hold_members(program=program, member_ids={member_id}, at=at)
    running = Attempt.objects.filter(
        challenge_id=challenge.definition_id,
        member_id=member_id,
        state=AttemptState.ACTIVE,
        joined_at__isnull=False,
    )
    row = running.select_related("team").order_by("-starts_at").first()
    if row is None:
        raise ChallengeNotOpen(slug=challenge.slug)
    row.state = AttemptState.ABANDONED
    row.save(update_fields=["state"])
    if challenge.settings.get("goal"):
        pool = (row.run, row.team.code if row.team else "")
        add(challenge_id=row.challenge_id, added={pool: -row.progress[0]})
    return row


def _refuse_who_may_not(program: Program, terms: Terms, member_id: Id, *, at: datetime) -> None:
    if not standings_of([member_id])[member_id].is_active:
        raise ChallengeNotEligible
    if switched_off(program=program, game=GAME, member_ids=[member_id]):
        raise PlaySwitchedOff(game=GAME)
    if not admitted(program=program, terms=terms, member_ids={member_id}, at=at):
        raise ChallengeNotEligible


def _run(challenge: Live, terms: Terms, member_id: Id, *, at: datetime) -> Run:
    """The run that joining now begins. One that is over may be joined anew if the challenge comes back."""
    mine = list(
        Attempt.objects.filter(challenge_id=challenge.definition_id, member_id=member_id).order_by("starts_at")
    )  # fmt: skip
    if "from_joining" not in terms.window:
        run = run_at(terms, at, opened_at=challenge.opened_at)
        if run is None or not run.starts_at <= at < run.ends_at:
            raise ChallengeNotOpen(slug=challenge.slug)
        if any(row.run == run.key for row in mine):
            raise ChallengeAlreadyJoined
        return run
    again = terms.recurrence is not Recurrence.NONE
    if mine and (not again or mine[-1].ends_at > at):
        raise ChallengeAlreadyJoined
    times = len({row.run for row in mine}) + 1
    return run_from_joining(terms, at, key=f"#{times}" if again else "")


def _team(challenge: Live, run: Run, code: str | None, *, at: datetime) -> Team:
    """The team of this code, if there is room, or a new one. A code that nobody has and a full team are refused alike."""
    if not code:
        return Team.objects.create(
            challenge_id=challenge.definition_id,
            occasion=run.key,
            code="".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)),
            made_at=at,
        )
    known = Team.objects.select_for_update().filter(
        challenge_id=challenge.definition_id, occasion=run.key, code=code.strip().upper()
    )
    team = known.first()
    if team is None:
        raise ChallengeNotEligible(pointer="/team")
    told = team.attempts.exclude(state=AttemptState.ABANDONED).aggregate(members=Count("member", distinct=True))  # fmt: skip
    if told["members"] >= TEAM_MAX:
        raise ChallengeNotEligible(pointer="/team")
    return team
