"""Doors of vouchers: what a till asks with a code, and what a shop may look up."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.addresses import address_of
from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import DomainError, NotFound
from loyalty.foundation.wire.idempotency import Answer as Wired
from loyalty.members.finding import find_member
from loyalty.rewards.api import voucher_shapes as shapes
from loyalty.rewards.guesses.guessing import Guesser, begin, guessers_of, note_bad, note_good
from loyalty.rewards.models import Voucher
from loyalty.rewards.undoing.reinstating import reinstate
from loyalty.rewards.using import tilling
from loyalty.rewards.using.finding import Shown
from loyalty.rewards.using.telling import tell_voucher
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable
from loyalty.rewards.vouchers.rows import vouchers_of

INSPECT = "vouchers:inspect"
_BAD = f'"{VoucherNotRedeemable.code}"'.encode()
_REFUSED = 422


class TillDoor(ProgramView):
    """A door where codes are shown: every attempt is counted before its code is looked at (S-33)."""

    scopes: ClassVar = {"POST": "vouchers:write"}
    _refusal: DomainError | None = None

    def shown_in(self, told: dict[str, Any]) -> Shown:
        """What is shown: a code, the member that the call names, a PIN."""
        member_id: Id | None = None
        if "member" in told:
            member_id = find_member(program=self.program, told=told["member"]).pk
        return Shown(
            code=told["code"],
            member_id=member_id,
            pin=told.get("pin", ""),
            may_inspect=INSPECT in self.caller.scopes,  # named, since `*` is what storefronts have
        )

    def wish_in(self, told: dict[str, Any]) -> tilling.Wish:
        """What is wanted with it."""
        basket, line_ids = shapes.basket_of(
            told.get("order"), prices_include_tax=self.program.prices_include_tax
        )
        return tilling.Wish(
            key=told.get("key", ""),
            order_id=told.get("order_id", ""),
            amount=told.get("amount"),
            basket=basket,
            line_ids=line_ids,
            lasts=shapes.lasts_of(told.get("expires_in")),
        )

    def counted(self, shown: Shown, call: Callable[[], HttpResponse]) -> HttpResponse:
        """Make this call as one counted attempt: of the member it names or the key, and of the address. Raises TooManyAttempts."""
        guessers = guessers_of(
            program=self.program,
            address=str(address_of(self.wire)),
            member_id=shown.member_id,
            key_id=self.caller.key.pk if self.caller.key else None,
        )
        mark = begin(guessers, at=self.now)
        try:
            answer = call()
        except BaseException as error:
            self._note(guessers, mark, error)
            raise
        is_bad = answer.status_code == _REFUSED and _BAD in answer.content
        self._note(guessers, mark, (self._refusal or VoucherNotRedeemable()) if is_bad else None)
        return answer

    def _note(self, guessers: Sequence[Guesser], mark: Id, error: BaseException | None) -> None:
        if isinstance(error, VoucherNotRedeemable):
            note_bad(guessers, program=self.program, mark=mark, card_id=error.card_id, at=self.now)
        else:
            note_good(guessers, mark=mark)

    def _render_refusal(self, refusal: DomainError) -> Wired:
        self._refusal = refusal
        return super()._render_refusal(refusal)


class Validations(TillDoor):
    scopes: ClassVar = {"POST": "vouchers:read"}
    keyed: ClassVar = frozenset()  # it changes nothing

    @extend_schema(request=shapes.ValidateIn, responses={200: shapes.VoucherOut})
    def post(self, request: Request) -> HttpResponse:
        """Whether a code can be used now, and what it takes off this order; nothing is kept."""
        told = self.read(shapes.ValidateIn)
        shown, wish = self.shown_in(told), self.wish_in(told)
        return self.counted(
            shown,
            lambda: self.write(tilling.validate, answer=_told)(
                program=self.program, shown=shown, wish=wish, at=self.now
            ),
        )


class Reservations(TillDoor):
    @extend_schema(request=shapes.ReserveIn, responses={200: shapes.VoucherOut})
    def post(self, request: Request) -> HttpResponse:
        """Keep a voucher, or a part of a gift card, for one basket; it ends by itself."""
        told = self.read(shapes.ReserveIn)
        shown, wish = self.shown_in(told), self.wish_in(told)
        return self.counted(
            shown,
            lambda: self.once(tilling.reserve, answer=_told, status=200)(
                program=self.program, shown=shown, wish=wish, actor=self.actor, at=self.now
            ),
        )


class Redemptions(TillDoor):
    @extend_schema(request=shapes.RedeemIn, responses={200: shapes.VoucherOut})
    def post(self, request: Request) -> HttpResponse:
        """Use a voucher, or pay with a gift card, for an order; the same order again answers the same."""
        told = self.read(shapes.RedeemIn)
        shown, wish = self.shown_in(told), self.wish_in(told)
        return self.counted(
            shown,
            lambda: self.once(tilling.redeem, answer=_told, status=200)(
                program=self.program, shown=shown, wish=wish, actor=self.actor, at=self.now
            ),
        )


class Releases(TillDoor):
    @extend_schema(request=shapes.ReleaseIn, responses={200: shapes.VoucherOut})
    def post(self, request: Request) -> HttpResponse:
        """Give back what a basket keeps; nothing to give back is no error."""
        told = self.read(shapes.ReleaseIn)
        shown, wish = self.shown_in(told), self.wish_in(told)
        return self.counted(
            shown,
            lambda: self.once(tilling.release, answer=_told, status=200)(
                program=self.program, shown=shown, wish=wish, actor=self.actor, at=self.now
            ),
        )


class Reinstatements(ProgramView):
    scopes: ClassVar = {"POST": "vouchers:write"}

    @extend_schema(request=shapes.ReinstateIn, responses={200: shapes.VoucherOut})
    def post(self, request: Request) -> HttpResponse:
        """Bring back what was used for an order of which nothing is left; again, it answers the same."""
        told = self.read(shapes.ReinstateIn)
        return self.once(reinstate, answer=_as_told, status=200)(
            program=self.program,
            voucher_id=read_id(Voucher.prefix, told["voucher"]),
            order_id=told["order_id"],
            actor=self.actor,
            at=self.now,
        )


class OneVoucher(ProgramView):
    scopes: ClassVar = {"GET": "vouchers:read"}

    @extend_schema(responses={200: shapes.VoucherOut})
    def get(self, request: Request, voucher: str) -> Response:
        """A voucher or gift card as it stands; its code is told to its owner alone."""
        rows = vouchers_of(program=self.program, voucher_ids=[read_id(Voucher.prefix, voucher)])
        if not rows:
            raise NotFound
        return Response(tell_voucher(rows[0], at=self.now))


def _told(answer: tilling.Answer) -> dict[str, Any]:
    return answer.told


def _as_told(told: dict[str, Any]) -> dict[str, Any]:
    return told
