"""Framing: a frame in a storefront's page has no cookie; a member's token says who is there (S-18)."""

from datetime import datetime

from django.http import HttpRequest

from loyalty.access.credentials.origins import origins_of
from loyalty.access.tokens import (
    CONFIRMED_LIFE,
    CONFIRMED_SCOPE,
    MEMBER_SCOPE,
    Issued,
    TokenRefused,
    issue,
    read,
)
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program

__all__ = ["confirmed_token", "frames_of", "member_of_token", "token_in"]
BEARER = "Bearer "


def token_in(request: HttpRequest) -> str:
    """The token that the frame's script sent; empty if there is none."""
    told = request.headers.get("Authorization", "")
    return told.removeprefix(BEARER) if told.startswith(BEARER) else ""


def member_of_token(*, program: Program, text: str, at: datetime) -> tuple[Member | None, bool]:
    """Whose token this is, and whether they have just proved who they are; nobody's if it is no good, or of elsewhere."""
    try:
        token = read(text, at=at)
    except TokenRefused:
        return None, False
    if token.program_id != program.pk:
        return None, False
    rows = Member.objects.select_related("profile", "portal_choice")
    return rows.filter(pk=token.member_id).first(), CONFIRMED_SCOPE in token.scopes


def confirmed_token(*, member: Member, at: datetime) -> Issued:
    """A token for five minutes of a member who has just proved who they are (S-19)."""
    scopes = (MEMBER_SCOPE, CONFIRMED_SCOPE)
    return issue(
        program_id=member.program_id,
        member_id=member.pk,
        epoch=member.epoch,
        at=at,
        life=CONFIRMED_LIFE,
        scopes=scopes,
    )


def frames_of(program: Program) -> list[str]:
    """The origins whose pages may frame this programme's: those that its publishable keys list (U-71)."""
    return origins_of(program.pk)
