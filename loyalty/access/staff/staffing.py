"""Staffing: people, and the roles that they hold in programmes (S-21, S-23)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty.access import auditing
from loyalty.access.kinds import Role
from loyalty.access.models import Membership, User
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program


class PasswordWeak(DomainError):
    """Too short, too common, or too much like the name."""

    code = "password_weak"
    kind = Kind.REFUSED
    title = _("Password too weak")
    detail = _("{reasons}")


class LastOwner(DomainError):
    """A programme without an owner could never get one again but by the superuser."""

    code = "last_owner"
    kind = Kind.CONFLICT
    title = _("The last owner stays")
    detail = _("A programme keeps at least one owner. Name another one first.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """A person to be. The password is checked here and kept as an Argon2 hash only."""

    username: str
    password: str
    email: str = ""

    def __repr__(self) -> str:
        return "Newcomer(…)"


@unit_of_work
def ensure_staff(
    *, newcomer: Newcomer, program: Program, roles: Collection[Role], actor: Actor, at: datetime
) -> tuple[User, bool]:
    """The person of this user name with at least these roles; made if unknown. Answers whether it was made.

    A known person's password stays as it is. Raises PasswordWeak.
    """
    user = User.objects.filter(username=newcomer.username).first()
    is_new = user is None
    if user is None:
        user = User(username=newcomer.username, email=newcomer.email, is_staff=True)
        _check_password(newcomer.password, user=user)
        user.set_password(newcomer.password)
        user.save()
    _give(user=user, program=program, roles=roles, actor=actor, at=at)
    return user, is_new


@unit_of_work
def give_role(
    *, user: User, program: Program, role: Role, actor: Actor, at: datetime
) -> Membership:
    """Let a person work here in this role; the same again changes nothing."""
    _give(user=user, program=program, roles=[role], actor=actor, at=at)
    return Membership.objects.get(user=user, program=program, role=role)


@unit_of_work
def take_role(*, membership: Membership, actor: Actor, at: datetime) -> None:
    """Take a role back. Raises LastOwner."""
    # All owners of the programme are held: two who leave at once must not both be let go.
    owners = Membership.objects.select_for_update(of=("self",)).filter(
        program=membership.program, role=Role.OWNER
    )
    held = {row.pk for row in owners.order_by("pk")}
    if held == {membership.pk}:
        raise LastOwner
    if Membership.objects.filter(pk=membership.pk).delete()[0]:
        auditing.record(_deed("staff.take_role", membership, actor=actor, at=at))


@inside_unit_of_work
def _give(
    *, user: User, program: Program, roles: Collection[Role], actor: Actor, at: datetime
) -> None:
    held = set(Membership.objects.filter(user=user, program=program).values_list("role", flat=True))
    for role in sorted(set(roles) - held):
        membership = Membership.objects.create(user=user, program=program, role=role)
        auditing.record(_deed("staff.give_role", membership, actor=actor, at=at))


def _check_password(password: str, *, user: User) -> None:
    try:
        validate_password(password, user=user)
    except ValidationError as weak:
        raise PasswordWeak(reasons=" ".join(weak.messages)) from weak


def _deed(action: str, membership: Membership, *, actor: Actor, at: datetime) -> auditing.Deed:
    return auditing.Deed(
        program_id=membership.program_id,
        actor=actor,
        action=action,
        at=at,
        object_kind="staff",
        object_id=membership.user.shown_id,
        changes={"role": membership.role},
    )
