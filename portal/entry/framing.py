"""Framing: a frame in a storefront's page has no cookie; a member's token says who is there (S-18)."""

from datetime import datetime

from django.http import HttpRequest

from loyalty.access.credentials.origins import origins_of
from loyalty.access.tokens import TokenRefused, read
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program

__all__ = ["frames_of", "member_of_token", "token_in"]
BEARER = "Bearer "


def token_in(request: HttpRequest) -> str:
    """The token that the frame's script sent; empty if there is none."""
    told = request.headers.get("Authorization", "")
    return told.removeprefix(BEARER) if told.startswith(BEARER) else ""


def member_of_token(*, program: Program, text: str, at: datetime) -> Member | None:
    """Whose token this is; None for one that is no good, or of another programme."""
    try:
        token = read(text, at=at)
    except TokenRefused:
        return None
    if token.program_id != program.pk:
        return None
    rows = Member.objects.select_related("profile", "portal_choice")
    return rows.filter(pk=token.member_id).first()


def frames_of(program: Program) -> list[str]:
    """The origins whose pages may frame this programme's: those that its publishable keys list (U-71)."""
    return origins_of(program.pk)
