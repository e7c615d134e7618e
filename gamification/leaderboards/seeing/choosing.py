"""Choosing: a member says how they want to be seen; boards follow in the same transaction (G-84)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.kinds import Choice
from gamification.leaderboards.models import Visibility
from gamification.leaderboards.refusals import NicknameTaken
from gamification.leaderboards.seeing.nicknames import demand_nickname, skeleton_of
from gamification.leaderboards.seeing.showing import show_or_hide
from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.units import unit_of_work_racing
from loyalty.members.persons import persons_of
from loyalty.programs.tenants import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """How a member wants to be seen, and the version of the text they agreed to."""

    choice: Choice
    nickname: str = ""
    text_version: str = ""


@unit_of_work_racing("nickname_names_one_member")
def choose_visibility(
    *, program: Program, member_id: Id, wanted: Wanted, at: datetime
) -> Visibility:
    """Keep the choice and show or hide the member on every board. Raises NicknameRefused, NicknameTaken, Malformed.

    A nickname is kept while the member is hidden or named, so that nobody else takes it meanwhile.
    """
    if wanted.choice != Choice.HIDDEN and not wanted.text_version:
        message = _("Say which text was agreed to.")
        raise Malformed(
            problems=[Problem(pointer="/text_version", code="required", message=message)]
        )
    row = Visibility.objects.select_for_update().filter(member_id=member_id).first()
    row = row or Visibility(member_id=member_id, program=program)
    if wanted.nickname:
        _rename(row, program, member_id, wanted.nickname)
    elif wanted.choice == Choice.PSEUDONYM and not row.nickname:
        demand_nickname("")
    row.choice, row.text_version, row.at = wanted.choice, wanted.text_version, at
    row.save()
    show_or_hide([member_id])
    return row


@seen_once
def visibility_of(member_id: Id) -> Visibility | None:
    """The member's choice; None: hidden, as everybody is at first."""
    return Visibility.objects.filter(member_id=member_id).first()


def choice_of(member_id: Id) -> str:
    """How the member is seen: hidden without a choice."""
    row = visibility_of(member_id)
    return row.choice if row else Choice.HIDDEN.value


def _rename(row: Visibility, program: Program, member_id: Id, told: str) -> None:
    person = persons_of([member_id])[member_id]
    full = f"{person.first_name}{person.last_name}" if person.last_name else ""
    nickname = demand_nickname(told, known=(person.email, person.phone, full))
    skeleton = skeleton_of(nickname)
    others = Visibility.objects.filter(program=program, skeleton=skeleton)
    if others.exclude(member_id=member_id).exists():
        raise NicknameTaken(pointer="/nickname")
    row.nickname, row.skeleton = nickname, skeleton
