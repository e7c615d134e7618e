"""Doors to proving who one is, for apps that hold a member's token (S-19)."""

from datetime import datetime
from typing import ClassVar

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.addresses import address_of
from loyalty.access.callers.authenticating import real_now
from loyalty.access.doors import MemberView
from loyalty.members.finding import member_of_id
from portal.entry.framing import confirmed_token
from portal.letters.asking import Asker, ask_for_code
from portal.letters.confirming import confirm
from portal.letters.serializers import (
    ConfirmationCodeIn,
    ConfirmationIn,
    ConfirmationOut,
    ConfirmedOut,
)


class MyConfirmation(MemberView):
    dry_runs: ClassVar = frozenset()

    @extend_schema(
        operation_id="me_confirmation_ask",
        request=ConfirmationIn,
        responses={202: ConfirmationOut},
    )
    def post(self, request: Request) -> HttpResponse:
        """Have a code mailed to the address that the shop has of one; three an hour."""
        self.read(ConfirmationIn)
        asker = Asker(network=str(address_of(self.wire)), language=get_language() or "en")
        return self.once(ask_for_code, answer=_until, status=202)(
            program=self.program,
            member=member_of_id(self.member_id),
            holder=None,
            asker=asker,
            at=real_now(),
        )


class MyConfirmationCode(MemberView):
    keyed: ClassVar = frozenset()
    dry_runs: ClassVar = frozenset()

    @extend_schema(
        operation_id="me_confirmation_code",
        request=ConfirmationCodeIn,
        responses={200: ConfirmedOut},
    )
    def post(self, request: Request) -> Response:
        """Tell the code: five tries, one use. The token of the answer may redeem above the limit."""
        told = self.read(ConfirmationCodeIn)["code"]
        member, at = member_of_id(self.member_id), real_now()
        confirm(member=member, session=None, told=told, at=at)
        issued = confirmed_token(member=member, at=at)
        return Response(
            ConfirmedOut.alone({"token": issued.token, "expires_at": issued.expires_at})
        )


def _until(ends_at: datetime) -> dict[str, object]:
    told: dict[str, object] = ConfirmationOut.alone({"ends_at": ends_at})
    return told
