"""Doors to redemptions and gifts by hand. Kept answers hold no code: a replay opens the sealed copy (W-34)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.answering import json_bytes
from loyalty.access.describing import listing
from loyalty.access.doors import Door, ProgramView
from loyalty.foundation.ids import Id, new_id, read_id
from loyalty.foundation.refusals import Malformed, NotFound, Problem
from loyalty.foundation.wire.idempotency import Answer, Memo
from loyalty.ledger.serializers import NothingIn
from loyalty.members.finding import find_member, find_member_id
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.afterwards.fulfilling import fulfil
from loyalty.rewards.api.serializers import (
    CancelIn,
    GiftIn,
    RedemptionIn,
    RedemptionOut,
)
from loyalty.rewards.giving.goodwill import Goodwill, Outcome, give_by_hand
from loyalty.rewards.kinds import RedemptionState
from loyalty.rewards.models import Redemption, Reward
from loyalty.rewards.redeeming.redeeming import redeem
from loyalty.rewards.redeeming.wishes import Handed, Wish
from loyalty.rewards.showing.redemptions import show_handed, show_redemptions


class RedeemingDoor(Door):
    """What doors to redeeming share, for keys and for members: finding rewards, and answers without codes to keep."""

    def slug_of(self, told: str) -> str:
        """A reward may be named by its slug or by its id."""
        try:
            reward_id = read_id(Reward.prefix, told)
        except NotFound:
            return told
        named = Reward.objects.filter(pk=reward_id, program=self.program)
        return named.values_list("slug", flat=True).first() or told

    def memo(self, status: int) -> Memo:
        """Keeps the redemption's id alone; told again, codes come out of the sealed copy."""

        def restore(kept: Any) -> Answer:
            row = Redemption.objects.get(pk=kept, program=self.program)
            (view,) = show_redemptions([row], program=self.program, show_codes=True)
            return Answer(status=status, body=json_bytes(self.tell(view)))

        return Memo(remember=_redemption_of, restore=restore)

    def answer_handed(self, handed: Sequence[Handed]) -> Any:
        (view,) = show_handed(handed, program=self.program)
        return self.tell(view)

    def tell(self, view: dict[str, Any]) -> Any:
        """One redemption, as this caller may see it."""
        return RedemptionOut.alone(view)


class RedemptionDoor(RedeemingDoor, ProgramView):
    """What doors to redemptions share."""

    def redemption_id(self, told: str) -> Id:
        """The programme's redemption of this id."""
        return self.one(Redemption.objects.all(), told).pk

    def answer_row(self, row: Redemption | Sequence[Redemption]) -> Any:
        rows = [row] if isinstance(row, Redemption) else list(row)
        return RedemptionOut.alone(show_redemptions(rows, program=self.program, show_codes=False))


class Redemptions(RedemptionDoor):
    scopes: ClassVar = {"GET": "redemptions:read", "POST": "redemptions:write"}

    @listing(
        RedemptionOut,
        parameters=[
            OpenApiParameter("member", str, description="Of this member only."),
            OpenApiParameter("reward", str, description="Of this reward only: slug or id."),
            OpenApiParameter("status", str, enum=RedemptionState.values),
            OpenApiParameter("waiting", bool, description="What waits to be handed over by hand."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Redemptions and gifts, newest first; codes are shown one by one only."""
        rows = Redemption.objects.filter(program=self.program)
        query = self.wire.GET
        if "member" in query:
            rows = rows.filter(member=find_member(program=self.program, told=query["member"]))
        if "reward" in query:
            rows = rows.filter(reward__slug=self.slug_of(query["reward"]))
        if "status" in query:
            rows = rows.filter(state=_choice("status", query["status"], RedemptionState.values))
        if "waiting" in query:
            waiting = _choice("waiting", query["waiting"], ["true", "false"]) == "true"
            rows = rows.filter(is_waiting=waiting)
        return self.paged(
            rows,
            answer=lambda found: RedemptionOut.many(
                show_redemptions(found, program=self.program, show_codes=False)
            ),
        )

    @extend_schema(
        operation_id="redemptions_create",
        request=RedemptionIn,
        responses={201: RedemptionOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Redeem a reward for points: all pieces or nothing, one voucher each."""
        told = self.read(RedemptionIn)
        member_id = find_member_id(program=self.program, told=told.pop("member"))
        wish = Wish(member_id=member_id, **told | {"reward": self.slug_of(told["reward"])})
        return self.once(
            redeem,
            answer=self.answer_handed,
            status=201,
            memo=self.memo(201),
            whose=lambda handed: handed[0].wish.member_id,
        )(program=self.program, wishes=[wish], actor=self.actor, at=self.now)


class OneRedemption(RedemptionDoor):
    scopes: ClassVar = {"GET": "redemptions:read"}

    @extend_schema(operation_id="redemptions_read", responses={200: RedemptionOut})
    def get(self, request: Request, redemption: str) -> Response:
        """A redemption with its vouchers; codes as long as sealed copies are kept."""
        row = Redemption.objects.get(pk=self.redemption_id(redemption))
        (view,) = show_redemptions([row], program=self.program, show_codes=True)
        return Response(RedemptionOut.alone(view))


class RedemptionCancel(RedemptionDoor):
    scopes: ClassVar = {"POST": "redemptions:write"}

    @extend_schema(
        operation_id="redemptions_cancel",
        request=CancelIn,
        responses={200: RedemptionOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, redemption: str) -> HttpResponse:
        """Undo a redemption of which nothing was used: voucher, points, stock and limit come back. Again: the same answer."""
        told = self.read(CancelIn)
        return self.once(cancel, answer=self.answer_row, status=200)(
            program=self.program,
            redemption_ids=[self.redemption_id(redemption)],
            reason=told.get("reason", ""),
            actor=self.actor,
            at=self.now,
        )


class RedemptionFulfil(RedemptionDoor):
    scopes: ClassVar = {"POST": "redemptions:fulfil"}

    @extend_schema(
        operation_id="redemptions_fulfil",
        request=NothingIn,
        responses={200: RedemptionOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, redemption: str) -> HttpResponse:
        """Note that what waits was handed over, once."""
        self.read(NothingIn)
        return self.once(fulfil, answer=self.answer_row, status=200)(
            program=self.program,
            redemption_id=self.redemption_id(redemption),
            actor=self.actor,
            at=self.now,
        )


class MemberGifts(RedemptionDoor):
    scopes: ClassVar = {"POST": "gifts:write"}

    @extend_schema(
        operation_id="members_give",
        request=GiftIn,
        responses={201: RedemptionOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Give a member a reward for goodwill, with a reason of the programme's list and a note."""
        told = self.read(GiftIn)
        goodwill = Goodwill(
            member_id=find_member(program=self.program, told=member).pk,
            **told | {"reward": self.slug_of(told["reward"])},
        )
        return self.once(
            give_by_hand,
            answer=lambda outcome: self.answer_handed([_handed_in(outcome)]),
            status=201,
            memo=self.memo(201),
            whose=lambda outcome: _handed_in(outcome).wish.member_id,
        )(program=self.program, goodwill=goodwill, key=new_id(), actor=self.actor, at=self.now)


def _redemption_of(result: Sequence[Handed] | Outcome) -> str:
    handed = _handed_in(result) if isinstance(result, Outcome) else result[0]
    assert handed.redemption is not None, "a refusal was raised before"
    return str(handed.redemption.pk)


def _handed_in(outcome: Outcome) -> Handed:
    assert outcome.handed is not None, "only people propose"
    return outcome.handed


def _choice(name: str, told: str, choices: Sequence[str]) -> str:
    if told not in choices:
        problem = Problem(pointer=f"?{name}", code="not_a_choice", message=", ".join(choices))
        raise Malformed(problems=[problem])
    return told
