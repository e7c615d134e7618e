"""Doors of gift cards."""

import json
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.answering import json_bytes
from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.wire.idempotency import Answer, Memo
from loyalty.members.finding import find_member
from loyalty.rewards.api import card_shapes as shapes
from loyalty.rewards.gift_cards.selling import Sale, Sold, sell
from loyalty.rewards.gift_cards.showing import tell_card, tell_sold
from loyalty.rewards.models import Voucher
from loyalty.rewards.vouchers.rows import vouchers_of
from loyalty.rewards.vouchers.showing import opened_vouchers


class GiftCards(ProgramView):
    scopes: ClassVar = {"POST": "gift-cards:write"}

    @extend_schema(request=shapes.GiftCardIn, responses={201: shapes.SoldCardOut})
    def post(self, request: Request) -> HttpResponse:
        """Sell a gift card: it is made once per reference, and its code and PIN are told here."""
        told = self.read(shapes.GiftCardIn)
        member_id: Id | None = None
        if "member" in told:
            member_id = find_member(program=self.program, told=told["member"]).pk
        sale = Sale(
            amount=told["value"]["amount"],
            currency=told["value"]["currency"],
            reference=told["reference"],
            member_id=member_id,
            order_id=told.get("order_id", ""),
            line_id=told.get("line_id", ""),
            valid_for=told.get("valid_for"),
        )
        memo = Memo(remember=self._remember, restore=self._restore)
        return self.once(sell, answer=self._told, status=_status, memo=memo)(
            program=self.program, sale=sale, actor=self.actor, at=self.now
        )

    def _told(self, sold: Sold) -> dict[str, Any]:
        return tell_sold(sold, program=self.program, at=self.now)

    def _remember(self, sold: Sold) -> dict[str, Any]:
        """The answer without code and PIN: idempotency records hold none (W-34)."""
        return json.loads(json_bytes(self._told(sold) | {"code": "", "pin": None}))  # type: ignore[no-any-return]

    def _restore(self, kept: dict[str, Any]) -> Answer:
        """The same answer, code and PIN out of the sealed copy."""
        voucher_id = read_id(Voucher.prefix, kept["id"])
        card = opened_vouchers(program=self.program, voucher_ids=[voucher_id])[voucher_id]
        return Answer(status=201, body=json_bytes(kept | {"code": card.code, "pin": card.pin}))


class OneGiftCard(ProgramView):
    scopes: ClassVar = {"GET": "gift-cards:read"}

    @extend_schema(responses={200: shapes.GiftCardOut})
    def get(self, request: Request, card: str) -> Response:
        """A gift card and what is left on it, without its code."""
        rows = vouchers_of(program=self.program, voucher_ids=[read_id(Voucher.prefix, card)])
        if not rows or not rows[0].is_card:
            raise NotFound
        return Response(tell_card(rows[0], at=self.now))


def _status(sold: Sold) -> int:
    return 201 if sold.is_new else 200
