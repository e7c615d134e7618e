"""Doors to stamp cards."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.criteria.life.catalogue import Live, live_definition
from gamification.stamps import serializers as shapes
from gamification.stamps.kinds import GAME, INSPECT, MANAGE
from gamification.stamps.models import Stamp
from gamification.stamps.stamping import ByHand, Forgiven, stamp, stamp_by_token, waive
from gamification.stamps.telling.showing import explain_card, show_card, show_cards, show_stamp
from gamification.stamps.tokens import Made, Wanted, issue_token
from gamification.stamps.undoing import card_of, undo
from loyalty.access.credentials.scopes import allows
from loyalty.access.doors import Door, MemberView, ProgramView
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_member


class _Cards(Door):
    """What the doors to cards share."""

    def card(self, slug: str) -> Live:
        return live_definition(self.program, GAME, slug)

    def all_of(self, member_id: Id) -> Response:
        shown = show_cards(program=self.program, member_id=member_id)
        return Response({"data": shapes.StampCardOut.many(shown)})

    def stamped(self, card: Live) -> Callable[[Stamp], Any]:
        """The row, and the card after it."""
        return lambda row: shapes.StampedOut.alone(
            {
                **show_stamp(row),
                "card": show_card(program=self.program, card=card, member_id=row.member_id),
            }
        )

    def by_token(self, card: Live, member_id: Id, token: str) -> HttpResponse:
        return self.once(stamp_by_token, answer=self.stamped(card))(
            program=self.program,
            card=card,
            member_id=member_id,
            token=token,
            may_inspect=allows(self.caller.scopes, wanted=INSPECT),
            at=self.now,
        )


class MemberStampCards(ProgramView, _Cards):
    scopes: ClassVar = {"GET": "stamps:read"}

    @extend_schema(responses={200: shapes.StampCardsOut})
    def get(self, request: Request, member: str) -> Response:
        """A member's stamp cards: the running total, the open card, its positions."""
        return self.all_of(find_member(program=self.program, told=member).pk)


class StampCardExplanation(ProgramView, _Cards):
    scopes: ClassVar = {"GET": "stamps:read"}

    @extend_schema(responses={200: shapes.CardExplanationOut})
    def get(self, request: Request, member: str, stamp_card: str) -> Response:
        """Why a member's card shows what it shows: the rows that led there."""
        whose = find_member(program=self.program, told=member)
        told = explain_card(
            program=self.program, card=self.card(stamp_card), member_id=whose.pk, at=self.now
        )
        return Response(shapes.CardExplanationOut.alone(told))


class Stamps(ProgramView, _Cards):
    scopes: ClassVar = {"POST": "stamps:write"}

    @extend_schema(request=shapes.StampIn, responses={201: shapes.StampedOut})
    def post(self, request: Request, stamp_card: str) -> HttpResponse:
        """Stamp a member's card by hand, or by a token that the member shows."""
        told = self.read(shapes.StampIn)
        whose = find_member(program=self.program, told=told.pop("member"))
        found = self.card(stamp_card)
        if "token" in told:
            return self.by_token(found, whose.pk, told["token"])
        return self.once(stamp, answer=self.stamped(found))(
            program=self.program,
            card=found,
            member_id=whose.pk,
            told=ByHand(**told),
            actor=self.actor,
            at=self.now,
        )


class StampWaivers(ProgramView, _Cards):
    scopes: ClassVar = {"POST": "stamps:manage"}

    @extend_schema(request=shapes.WaiverIn, responses={201: shapes.StampedOut})
    def post(self, request: Request, stamp_card: str) -> HttpResponse:
        """Forgive a member stamps that are missing after a return, for a reason and beyond every limit."""
        told = self.read(shapes.WaiverIn)
        whose = find_member(program=self.program, told=told.pop("member"))
        found = self.card(stamp_card)
        return self.once(waive, answer=self.stamped(found))(
            program=self.program,
            card=found,
            member_id=whose.pk,
            told=Forgiven(**told),
            actor=self.actor,
            at=self.now,
        )


class StampTokens(ProgramView, _Cards):
    scopes: ClassVar = {"POST": "stamps:write"}

    @extend_schema(request=shapes.StampTokenIn, responses={201: shapes.StampTokenOut})
    def post(self, request: Request, stamp_card: str) -> HttpResponse:
        """Make a token for a screen or a receipt: whoever shows it first gets its stamps, once."""
        told = self.read(shapes.StampTokenIn)
        wanted = Wanted(lasts=told.pop("expires_in"), **told)
        return self.once(issue_token, answer=_made)(
            card=self.card(stamp_card), wanted=wanted, actor=self.actor, at=self.now
        )


class StampUndo(ProgramView, _Cards):
    scopes: ClassVar = {"POST": "stamps:write"}

    @extend_schema(request=shapes.StampUndoIn, responses={201: shapes.StampedOut})
    def post(self, request: Request, stamp: str) -> HttpResponse:
        """Take a stamp back: one's own within a quarter of an hour, any with `stamps:manage`."""
        told = self.read(shapes.StampUndoIn)
        row = Stamp.objects.filter(
            pk=read_id(Stamp.prefix, stamp), card__program=self.program
        ).first()
        if row is None:
            raise NotFound
        card = card_of(program=self.program, row=row)
        is_manager = allows(self.caller.scopes, wanted=MANAGE)
        return self.once(undo, answer=self.stamped(card))(
            program=self.program,
            card=card,
            row=row,
            reason=told["reason"],
            hand=(self.actor, is_manager),
            at=self.now,
        )


class MyStampCards(MemberView, _Cards):
    @extend_schema(responses={200: shapes.StampCardsOut})
    def get(self, request: Request) -> Response:
        """One's own stamp cards."""
        return self.all_of(self.member_id)


class MyStamps(MemberView, _Cards):
    @extend_schema(request=shapes.MyStampIn, responses={201: shapes.StampedOut})
    def post(self, request: Request, stamp_card: str) -> HttpResponse:
        """Stamp one's own card by a token from a screen or a receipt."""
        token = self.read(shapes.MyStampIn)["token"]
        return self.by_token(self.card(stamp_card), self.member_id, token)


def _made(made: Made) -> Any:
    return shapes.StampTokenOut.alone(
        {
            "id": made.row.shown_id,
            "token": made.token,
            "quantity": made.row.quantity,
            "expires_at": made.row.expires_at,
        }
    )
