"""What the doors to referrals share."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse

from loyalty.access.credentials.scopes import allows
from loyalty.access.doors import ProgramView
from loyalty.foundation.units import UnitOfWork
from loyalty.foundation.wire import problems
from referrals.attribution.models import Referral
from referrals.guard.refusals import NotCounted
from referrals.qualification.bringing import Brought
from referrals.qualification.telling.showing import show_referrals

INSPECT: Final = "referrals:inspect"


class ReferralDoor(ProgramView):
    """What the doors to referrals share."""

    @property
    def may_inspect(self) -> bool:
        return allows(self.caller.scopes, wanted=INSPECT)

    def rows(self) -> QuerySet[Referral]:
        return Referral.objects.select_related("plan", "version", "advocate")

    def shown(self, row: Referral) -> dict[str, Any]:
        (told,) = show_referrals([row], may_inspect=self.may_inspect)
        return told

    def told(self, brought: Brought) -> dict[str, Any]:
        """What was recorded, or why it does not count; the row is kept either way (R-37)."""
        if brought.refusal is None:
            return self.shown(brought.referral)
        refusal = brought.refusal
        if not self.may_inspect:
            refusal = NotCounted(referral=brought.referral.shown_id)
        if self.dry_run:
            raise refusal
        return problems.body_of(refusal, request_id=getattr(self.wire, "request_id", ""))

    def bringing(self, rule: UnitOfWork[..., Brought], **told: Any) -> HttpResponse:
        """Call a rule that binds a friend; a refusal is answered as one although its row is kept."""
        response = self.once(
            rule, answer=self.told, status=lambda brought: 422 if brought.refusal else 201
        )(program=self.program, actor=self.actor, at=self.now, **told)
        if response.status_code == 422:
            response["Content-Type"] = problems.CONTENT_TYPE
        return response
