"""Doors to the catalogue."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.authenticating import CallerKind
from loyalty.access.callers.permitting import CredentialNotAccepted
from loyalty.access.doors import MemberView, ProgramView
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_member
from loyalty.rewards.api.serializers import RewardOut, RewardsOut
from loyalty.rewards.models import Reward
from loyalty.rewards.showing.catalogue import show_catalogue, show_catalogue_to

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
        views = show_catalogue_to(program=self.program, member_id=self.member_id, at=self.now)
        return Response({"data": RewardOut.many(views)})
