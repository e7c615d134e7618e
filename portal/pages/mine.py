"""Mine: what a member has taken, with codes to show at the till, and a way back while there is one."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.refusals import RedemptionUnknown
from loyalty.rewards.showing.mine import redemption_of, redemptions_of
from portal.pages.base import Page

ROWS_MAX: Final = 50


class Mine(Page):
    """Everything taken lately, newest first. Codes are on the page of each."""

    template = "portal/mine.html"
    here = "mine"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        mine = redemptions_of(program=self.program, member_id=self.member.pk, limit=ROWS_MAX)
        return self.show({"redemptions": mine})


class OneOfMine(Page):
    """One reward that was taken: its codes, as text and to be scanned, until when, and undoing it."""

    template = "portal/redemption.html"
    here = "mine"

    def get(self, request: HttpRequest, redemption: str) -> HttpResponseBase:
        _row_id, view = self._found(redemption)
        is_covered = any("is_covered" in each for each in view["vouchers"])
        return self.show({"redemption": view, "is_covered": is_covered})

    def post(self, request: HttpRequest, redemption: str) -> HttpResponseBase:
        """Take it back: code, points and stock return; again does nothing more (W-24)."""
        row_id, view = self._found(redemption)
        try:
            cancel(
                program=self.program,
                redemption_ids=[row_id],
                reason="",
                actor=self.actor,
                at=self.now,
            )
        except DomainError as refusal:
            return self.show({"redemption": view, "refusal": refusal}, status=409)
        return self.to("redemption", status=303, redemption=redemption)

    def _found(self, told: str) -> tuple[Id, dict[str, Any]]:
        try:
            return redemption_of(
                program=self.program,
                member_id=self.member.pk,
                told=told,
                at=self.now,
                is_confirmed=self.is_confirmed,
            )
        except RedemptionUnknown as unknown:
            raise Http404 from unknown
