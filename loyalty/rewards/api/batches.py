"""Doors of batches: asked for, watched, and fetched once (W-45)."""

from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import Id, read_id
from loyalty.rewards.api import card_shapes as shapes
from loyalty.rewards.batches.fetching import fetch_codes, lines_of
from loyalty.rewards.batches.making import BatchWish
from loyalty.rewards.batches.proposing import make_batch
from loyalty.rewards.batches.showing import tell_batch
from loyalty.rewards.catalogue.offers import live_offer
from loyalty.rewards.models import Reward, VoucherBatch
from loyalty.rewards.refusals import RewardUnknown

CSV = "text/csv"


class VoucherBatches(ProgramView):
    scopes: ClassVar = {"POST": "vouchers:batch"}

    @extend_schema(request=shapes.VoucherBatchIn, responses={202: shapes.VoucherBatchOut})
    def post(self, request: Request) -> HttpResponse:
        """Ask for many bearer vouchers of one reward; a job makes them."""
        told = self.read(shapes.VoucherBatchIn)
        reward_id, slug = _reward_in(told["reward"])
        offer = live_offer(program=self.program, reward_id=reward_id, slug=slug)
        if offer is None:
            raise RewardUnknown(pointer="/reward")
        wish = BatchWish(
            offer=offer,
            count=told["count"],
            name=told.get("name", ""),
            starts_at=told.get("starts_at"),
            ends_at=told.get("ends_at"),
        )
        return self.once(make_batch, answer=tell_batch, status=202)(
            program=self.program, wish=wish, actor=self.actor, at=self.now
        )


class OneVoucherBatch(ProgramView):
    scopes: ClassVar = {"GET": "vouchers:batch"}

    @extend_schema(responses={200: shapes.VoucherBatchOut})
    def get(self, request: Request, batch: str) -> Response:
        """How far a batch is."""
        return Response(tell_batch(self.one(VoucherBatch.objects.all(), batch)))


class VoucherBatchCodes(ProgramView):
    scopes: ClassVar = {"POST": "vouchers:batch"}
    keyed: ClassVar = frozenset()  # it counts once by itself: a second call is refused
    dry_runs: ClassVar = frozenset()

    @extend_schema(request=None, responses={(200, CSV): OpenApiTypes.STR})
    def post(self, request: Request, batch: str) -> Any:
        """The codes as CSV, once, for the key that asked for the batch, within seven days."""
        codes = fetch_codes(
            program=self.program,
            batch_id=read_id(VoucherBatch.prefix, batch),
            actor=self.actor,
            at=self.now,
        )
        answer = StreamingHttpResponse(lines_of(codes), content_type=f"{CSV}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{batch}.csv"'
        return answer


def _reward_in(told: str) -> tuple[Id | None, str | None]:
    if told.startswith(f"{Reward.prefix}_"):
        return read_id(Reward.prefix, told), None
    return None, told
