"""Doors of checkout: quotes, and points set aside for a purchase."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.addresses import address_of
from loyalty.access.credentials.scopes import allows
from loyalty.access.doors import ProgramView
from loyalty.checkout.models import Quote
from loyalty.checkout.quoting import Question, quote
from loyalty.checkout.serializers import QuoteOut
from loyalty.checkout.setting_aside import currency_offered, hold_for_purchase
from loyalty.checkout.shapes import QUESTION, QUESTION_SHAPE
from loyalty.checkout.telling.showing import show_quote
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed
from loyalty.foundation.shapes import composed_in, whole_numbers_in
from loyalty.ledger.holding import Wish
from loyalty.ledger.reports.balances import currency_called
from loyalty.ledger.reports.holds import show_hold
from loyalty.ledger.serializers import HoldIn, HoldOut, lasts_of
from loyalty.members.finding import find_member
from loyalty.rewards.guesses.guessing import guessers_of
from loyalty.rewards.using.finding import Shown
from loyalty.rewards.using.presenting import count_codes
from loyalty.rewards.vouchers.baskets import Coupon
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable

INSPECT: Final = "vouchers:inspect"


class Quotes(ProgramView):
    scopes: ClassVar = {"POST": "quotes:write"}
    # A quote moves nothing and hands nothing out: told twice it is two quotes, and that harms nobody (ADR 0121).
    keyed: ClassVar = frozenset()

    @extend_schema(
        request={"application/json": QUESTION},
        responses={201: QuoteOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Ask what an order would bring and what vouchers and points may pay of it, before it is paid."""
        told = _read(request.data)
        slug = told.get("currency")
        member = find_member(program=self.program, told=told["member"])
        question = Question(
            member=member,
            order=told["order"],
            use_points=told.get("use_points"),
            currency=None if slug is None else currency_called(program=self.program, slug=slug),
            vouchers=self._vouchers(told.get("vouchers", ()), member_id=member.pk),
        )
        return self.once(quote, answer=self._answer, status=201)(
            program=self.program, question=question, at=self.now
        )

    def _vouchers(
        self, codes: Sequence[str], *, member_id: Id
    ) -> tuple[Coupon | VoucherNotRedeemable, ...]:
        """What stands behind these codes, each counted as an attempt of the member (S-33). Raises TooManyAttempts."""
        may_inspect = allows(self.caller.scopes, wanted=INSPECT)
        shown = [Shown(code=c, member_id=member_id, may_inspect=may_inspect) for c in codes]
        guessers = guessers_of(
            program=self.program,
            address=str(address_of(self.wire)),
            member_id=member_id,
            key_id=None,
        )
        return tuple(count_codes(guessers, program=self.program, shown=shown, at=self.now))

    def _answer(self, row: Quote) -> Any:
        return QuoteOut.alone(show_quote(row, program=self.program, at=self.now))


class OneQuote(ProgramView):
    scopes: ClassVar = {"GET": "quotes:read"}

    @extend_schema(responses={200: QuoteOut})
    def get(self, request: Request, quote: str) -> Response:
        """A quote as it was offered, and the orders that named it."""
        row = self.one(Quote.objects.all(), quote)
        return Response(QuoteOut.alone(show_quote(row, program=self.program, at=self.now)))


class Holds(ProgramView):
    scopes: ClassVar = {"POST": "holds:write"}

    @extend_schema(
        request=HoldIn,
        responses={201: HoldOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Set points aside for a purchase; they come back by themselves. With a quote, at its price and within it."""
        told = self.read(HoldIn)
        member = find_member(program=self.program, told=told["member"])
        named, slug = told.get("quote"), told.get("currency")
        if named is not None and slug is None:
            slug = currency_offered(program=self.program, quote=named)
        currency = currency_called(program=self.program, slug=slug)
        wish = Wish(
            purse=(member.pk, currency.pk),
            points=told["points"],
            lasts=lasts_of(told.get("expires_in")),
        )
        return self.once(hold_for_purchase, answer=show_hold, status=201)(
            program=self.program, wish=wish, quote=named, actor=self.actor, at=self.now
        )


def _read(told: Any) -> dict[str, Any]:
    """The question in this JSON; raises Malformed with a pointer per problem."""
    problems = [
        *QUESTION_SHAPE.problems_with(told),
        *whole_numbers_in(told, pointer=""),
    ]
    if problems:
        raise Malformed(problems=problems)
    read: dict[str, Any] = composed_in(told)
    return read
