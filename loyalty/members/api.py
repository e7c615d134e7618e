"""Doors of the members room."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access import tokens
from loyalty.access.callers.authenticating import real_now
from loyalty.access.describing import listing
from loyalty.access.doors import MemberView, ProgramView
from loyalty.members.cards.passing import identify
from loyalty.members.changing import change, set_status
from loyalty.members.consenting import note_consents
from loyalty.members.enrolling import enrol
from loyalty.members.finding import find_member, find_member_even_erased, member_of_id, members_by
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Member
from loyalty.members.serializers import (
    CardIn,
    ConsentsIn,
    ConsentsOut,
    MemberChangeIn,
    MemberIn,
    MemberOut,
    StatusIn,
    TokenIn,
    TokenOut,
    change_of,
    consents_in,
    enrolment_of,
)
from loyalty.members.showing import (
    Shown,
    entrance_of,
    export_member,
    show_consents,
    show_members,
)

FINDS = ("external_id", "email", "phone", "card")


class MemberDoor(ProgramView):
    """What the doors to one member share. What they change has keys of its own, or may be repeated."""

    keyed: ClassVar = frozenset()

    def shown(self, member: Member) -> Shown:
        """One member as doors tell them."""
        (view,) = show_members(program=self.program, members=[member], at=self.now)
        return view

    def shown_alone(self, members: list[Member]) -> Shown:
        """The only member of a list: one is a list of one."""
        (member,) = members
        return self.shown(member)


class Members(MemberDoor):
    scopes: ClassVar = {"GET": "members:read", "POST": "members:write"}

    @listing(
        MemberOut,
        parameters=[OpenApiParameter(name, str, description="Exact match.") for name in FINDS],
    )
    def get(self, request: Request) -> Response:
        """Members, newest first; or those with exactly this external id, e-mail, phone or card."""
        told: dict[str, Any] = {
            name: request.query_params[name] for name in FINDS if name in request.query_params
        }
        return self.paged(
            members_by(program=self.program, **told),
            answer=lambda rows: show_members(program=self.program, members=rows, at=self.now),
        )

    @extend_schema(request=MemberIn, responses={201: MemberOut})
    def post(self, request: Request) -> HttpResponse:
        """Enrol a member. The external id counts once, so no Idempotency-Key is needed; one is honoured."""
        enrolment = enrolment_of(self.read(MemberIn))
        return self.once(
            enrol, answer=self.shown_alone, status=201, whose=lambda members: members[0].pk
        )(
            program=self.program,
            enrolments=[enrolment],
            how="api",
            actor=self.actor,
            at=self.now,
        )


class OneMember(MemberDoor):
    scopes: ClassVar = {"GET": "members:read", "PATCH": "members:write"}

    @extend_schema(responses={200: MemberOut})
    def get(self, request: Request, member: str) -> Response:
        """A member by our id or, after `ext:`, by the shop's; a merged one answers as its survivor."""
        return Response(self.shown(find_member_even_erased(program=self.program, told=member)))

    @extend_schema(request=MemberChangeIn, responses={200: MemberOut})
    def patch(self, request: Request, member: str) -> HttpResponse:
        """Change what is told and leave the rest; null clears a field."""
        told = change_of(self.read(MemberChangeIn))
        row = find_member(program=self.program, told=member)
        return self.write(change, answer=self.shown)(
            member=row, told=told, actor=self.actor, at=self.now
        )


class MemberStatusDoor(MemberDoor):
    scopes: ClassVar = {"POST": "members:write"}

    @extend_schema(request=StatusIn, responses={200: MemberOut})
    def post(self, request: Request, member: str) -> HttpResponse:
        """Suspend, restrict, or make active again; a suspended member's events earn nothing."""
        status = MemberStatus(self.read(StatusIn)["status"])
        row = find_member(program=self.program, told=member)
        return self.write(set_status, answer=self.shown_alone)(
            members=[row], status=status, actor=self.actor, at=self.now
        )


class MemberConsents(MemberDoor):
    scopes: ClassVar = {"GET": "members:read", "POST": "members:write"}

    @extend_schema(responses={200: ConsentsOut})
    def get(self, request: Request, member: str) -> Response:
        """What this member says yes or no to today."""
        row = find_member(program=self.program, told=member)
        return Response({"data": show_consents(member=row)})

    @extend_schema(request=ConsentsIn, responses={201: ConsentsOut})
    def post(self, request: Request, member: str) -> HttpResponse:
        """Keep answers; the newest of a purpose holds."""
        told = consents_in(self.read(ConsentsIn))
        row = find_member(program=self.program, told=member)
        return self.once(
            note_consents,
            answer=lambda _rows: {"data": show_consents(member=row)},
            status=201,
            whose=lambda _rows: row.pk,
        )(member=row, told=told, actor=self.actor, at=self.now)


class MemberExport(MemberDoor):
    scopes: ClassVar = {"GET": "members:export"}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, member: str) -> Response:
        """Everything that is kept about a member, room by room, as one file."""
        row = find_member(program=self.program, told=member)
        export = export_member(program=self.program, member=row, at=self.now)
        return Response(
            export,
            headers={"Content-Disposition": f'attachment; filename="{row.shown_id}.json"'},
        )


class MemberTokens(MemberDoor):
    scopes: ClassVar = {"POST": "tokens:write"}
    dry_runs: ClassVar = frozenset()

    @extend_schema(request=TokenIn, responses={201: TokenOut})
    def post(self, request: Request, member: str) -> Response:
        """A short-lived token with which this member opens `/v1/me`."""
        self.read(TokenIn)
        row = find_member(program=self.program, told=member)
        issued = tokens.issue(
            program_id=self.program.pk, member_id=row.pk, epoch=row.epoch, at=real_now()
        )
        path = entrance_of(row)
        told = {
            "token": issued.token,
            "expires_at": issued.expires_at,
            "portal_url": request.build_absolute_uri(path) if path else None,
        }
        return Response(told, status=201)


class Cards(MemberDoor):
    scopes: ClassVar = {"POST": "members:read"}
    dry_runs: ClassVar = frozenset()

    @extend_schema(operation_id="cards_identify", request=CardIn, responses={200: MemberOut})
    def post(self, request: Request) -> Response:
        """Who stands at the till: by the code on a member's screen, good for a minute, or by the card's number.

        It identifies and pays nothing.
        """
        told = self.read(CardIn)["code"]
        return Response(self.shown(identify(program=self.program, told=told, at=real_now())))


class MyDoor(MemberView):
    """What the doors to oneself share: the member comes from the token."""

    keyed: ClassVar = frozenset()

    @property
    def member(self) -> Member:
        """Whose token this is."""
        return member_of_id(self.member_id)


class Me(MyDoor):
    @extend_schema(operation_id="me_read", responses={200: MemberOut})
    def get(self, request: Request) -> Response:
        """Oneself: profile, balances, tier."""
        (view,) = show_members(program=self.program, members=[self.member], at=self.now)
        return Response(view)


class MyConsents(MyDoor):
    @extend_schema(operation_id="me_consents_read", responses={200: ConsentsOut})
    def get(self, request: Request) -> Response:
        """What one says yes or no to today."""
        return Response({"data": show_consents(member=self.member)})

    @extend_schema(
        operation_id="me_consents_note", request=ConsentsIn, responses={201: ConsentsOut}
    )
    def post(self, request: Request) -> HttpResponse:
        """Keep one's answers; the newest of a purpose holds."""
        told, row = consents_in(self.read(ConsentsIn)), self.member
        return self.once(
            note_consents,
            answer=lambda _rows: {"data": show_consents(member=row)},
            status=201,
            whose=lambda _rows: row.pk,
        )(member=row, told=told, actor=self.actor, at=self.now)
