"""Standing: which programme a member of staff has open, and in which roles."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from loyalty.access.kinds import Role
from loyalty.access.models import Membership, User
from loyalty.access.staff.roles import may
from loyalty.programs.models import Program

CHOSEN = "program"  # the session's word for the programme that is open


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A person in front of a programme. `programs` are all that the person may open, by name."""

    user: User
    program: Program | None
    roles: Collection[Role]
    programs: Collection[Program]

    def may(self, deed: str) -> bool:
        """Whether the person may do this here; `deed` as in `roles`."""
        return may(roles=self.roles, deed=deed, is_superuser=self.user.is_superuser)


def standing_of(request: HttpRequest) -> Standing | None:
    """The standing of whoever is signed in; looked up once per request."""
    if not hasattr(request, "_standing"):
        request._standing = _look_up(request)  # type: ignore[attr-defined]
    return request._standing  # type: ignore[attr-defined, no-any-return]


def choose(request: HttpRequest, *, program_id: str) -> bool:
    """Open another programme of one's own; answers whether it is one."""
    standing = standing_of(request)
    if standing is None or program_id not in {p.shown_id for p in standing.programs}:
        return False
    request.session[CHOSEN] = program_id
    del request._standing  # type: ignore[attr-defined]
    return True


def _look_up(request: HttpRequest) -> Standing | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return None
    held = list(Membership.objects.filter(user=user).select_related("program"))
    programs = {row.program_id: row.program for row in held}
    if user.is_superuser:
        programs = {program.pk: program for program in Program.objects.all()}
    by_name = sorted(programs.values(), key=lambda program: (program.is_test, program.slug))
    chosen = request.session.get(CHOSEN) if hasattr(request, "session") else None
    program = next((p for p in by_name if p.shown_id == chosen), None) or next(iter(by_name), None)
    roles = frozenset(Role(row.role) for row in held if program and row.program_id == program.pk)
    return Standing(user=user, program=program, roles=roles, programs=by_name)
