"""Doors to the catalogue, and to what members take from it themselves."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.authenticating import Caller, CallerKind
from loyalty.access.callers.permitting import CredentialNotAccepted
from loyalty.access.describing import listing
from loyalty.access.doors import MemberView, ProgramView
from loyalty.access.tokens import CONFIRMED_SCOPE
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_member
from loyalty.rewards.api.redemptions import RedeemingDoor
from loyalty.rewards.api.serializers import (
    MyRedemptionIn,
    MyRedemptionOut,
    RedemptionOut,
    RewardOut,
    RewardsOut,
)
from loyalty.rewards.models import Redemption, Reward
from loyalty.rewards.redeeming.redeeming import redeem
from loyalty.rewards.redeeming.wishes import Wish
from loyalty.rewards.refusals import RedemptionUnknown
from loyalty.rewards.showing.catalogue import show_catalogue, show_catalogue_to
from loyalty.rewards.showing.mine import redemption_of, with_cards_covered
from loyalty.rewards.showing.redemptions import show_redemptions

MEMBER = OpenApiParameter(
    "member", str, description="Shows each reward as this member finds it: price, missing, why not."
)


class CatalogueView(ProgramView):
    """What the doors to the catalogue share."""

    scopes: ClassVar = {"GET": "rewards:read"}
    publishable: ClassVar = frozenset({"GET"})

    def shown(self) -> list[dict[str, object]]:
        """The catalogue, as the member named finds it; pages know no members."""
        told = self.wire.GET.get("member")
        if told is None:
            return show_catalogue(program=self.program)
        if self.caller.kind is CallerKind.PUBLISHABLE:
            raise CredentialNotAccepted(kind=self.caller.kind.value)
        member = find_member(program=self.program, told=told)
        return show_catalogue_to(program=self.program, member_id=member.pk, at=self.now)


class Rewards(CatalogueView):
    @extend_schema(operation_id="rewards_list", parameters=[MEMBER], responses={200: RewardsOut})
    def get(self, request: Request) -> Response:
        """The live catalogue; what a member can afford comes first."""
        return Response({"data": RewardOut.many(self.shown())})


class OneReward(CatalogueView):
    @extend_schema(operation_id="rewards_read", parameters=[MEMBER], responses={200: RewardOut})
    def get(self, request: Request, reward: str) -> Response:
        """A live reward, by id or slug."""
        try:
            told = Reward.objects.filter(pk=read_id(Reward.prefix, reward), program=self.program)
            slug = told.values_list("slug", flat=True).first()
        except NotFound:
            slug = reward
        found = [view for view in self.shown() if view["slug"] == slug]
        if not found:
            raise NotFound
        return Response(RewardOut.alone(found))


class MyRewards(MemberView):
    @extend_schema(operation_id="me_rewards", responses={200: RewardsOut})
    def get(self, request: Request) -> Response:
        """The live catalogue as one finds it oneself: price, what is missing, why not."""
        views = show_catalogue_to(
            program=self.program,
            member_id=self.member_id,
            at=self.now,
            is_confirmed=_is_confirmed(self.caller),
        )
        return Response({"data": RewardOut.many(views)})


class MyRedeemingDoor(RedeemingDoor, MemberView):
    """What doors to one's own redemptions share: gift cards stay covered without a proof of who it is (S-19)."""

    def tell(self, view: dict[str, Any]) -> Any:
        is_sure = _is_confirmed(self.caller)
        return RedemptionOut.alone(view if is_sure else with_cards_covered(view))


class MyRedemptions(MyRedeemingDoor):
    @listing(MyRedemptionOut)
    def get(self, request: Request) -> Response:
        """What one has taken or was given, newest first, without codes."""
        rows = Redemption.objects.filter(program=self.program, member_id=self.member_id)
        return self.paged(
            rows,
            answer=lambda found: MyRedemptionOut.many(
                show_redemptions(found, program=self.program, show_codes=False)
            ),
        )

    @extend_schema(
        operation_id="me_redemptions_create",
        request=MyRedemptionIn,
        responses={201: RedemptionOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Take a reward for one's own points: all pieces or nothing, with its codes. Above the programme's limits
        403 `step_up_needed`, until the member has proved who they are; for 48 hours after a changed contact 422 `deeds_rest`.
        """
        told = self.read(MyRedemptionIn)
        reward = self.slug_of(told.pop("reward"))
        wish = Wish(
            member_id=self.member_id, reward=reward, is_confirmed=_is_confirmed(self.caller), **told
        )
        return self.once(
            redeem,
            answer=self.answer_handed,
            status=201,
            memo=self.memo(201),
            whose=lambda _handed: self.member_id,
        )(program=self.program, wishes=[wish], actor=self.actor, at=self.now)


class MyRedemption(MyRedeemingDoor):
    keyed: ClassVar = frozenset()

    @extend_schema(operation_id="me_redemptions_read", responses={200: RedemptionOut})
    def get(self, request: Request, redemption: str) -> Response:
        """What one has taken, with its codes; the number and PIN of a gift card once one has proved who one is."""
        try:
            _row_id, view = redemption_of(
                program=self.program,
                member_id=self.member_id,
                told=redemption,
                at=self.now,
                is_confirmed=_is_confirmed(self.caller),
            )
        except RedemptionUnknown as unknown:
            raise NotFound from unknown
        return Response(self.tell(view))


def _is_confirmed(caller: Caller) -> bool:
    """Whether the member has just proved who they are, which costly deeds need (S-19)."""
    return CONFIRMED_SCOPE in caller.scopes
