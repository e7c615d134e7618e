"""Rewards: what can be had and for how much; taking one is asked once more, and happens once however often it is sent."""

import json
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from loyalty.foundation.ids import new_id, shown
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire import idempotency
from loyalty.foundation.wire.idempotency import Answer, Call
from loyalty.rewards.redeeming.redeeming import redeem
from loyalty.rewards.redeeming.wishes import Handed, Wish
from loyalty.rewards.refusals import StepUpNeeded
from loyalty.rewards.showing.catalogue import show_catalogue_to
from portal.pages.base import Page
from portal.pages.frames.framing import available_of
from portal.pages.points.seeing import names_of

POINTS_DIGITS_MAX = 19  # no price is longer


class _RewardPage(Page):
    here = "rewards"

    def catalogue(self) -> list[dict[str, Any]]:
        """Every live reward as this member finds it."""
        return show_catalogue_to(
            program=self.program,
            member_id=self.member.pk,
            at=self.now,
            is_confirmed=self.is_confirmed,
        )


class Rewards(_RewardPage):
    """The catalogue, what is affordable first."""

    template = "portal/rewards.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show({"rewards": self.catalogue(), "names": names_of(self.program)})


class Reward(_RewardPage):
    """One reward: its price, the balance afterwards, and the button."""

    template = "portal/reward.html"

    def get(self, request: HttpRequest, reward: str) -> HttpResponseBase:
        view = self._found(reward)
        return self.show_reward(view, {"after": self._after(view)})

    def show_reward(
        self, view: dict[str, Any], told: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """The page of this reward; where nothing but a proof is missing, with the way to it (S-19)."""
        needs_proof = view["reasons_not"] == [StepUpNeeded.code]
        around = {
            "reward": view,
            "names": names_of(self.program),
            "key": new_id().hex,
            "needs_proof": needs_proof,
        }
        return self.show({**around, **told}, status=status)

    def _after(self, view: dict[str, Any]) -> int | None:
        """What would be left; None for what cannot be had."""
        available = available_of(self) if view["affordable"] else None
        return None if available is None else available - view["price"]["points"]

    def post(self, request: HttpRequest, reward: str) -> HttpResponseBase:
        """Take it at the price that was shown. The hidden key makes a second click harmless (U-24)."""
        expected = request.POST.get("points", "")
        wish = Wish(
            member_id=self.member.pk,
            reward=reward,
            expected_points=int(expected[:POINTS_DIGITS_MAX]) if expected.isdecimal() else None,
            is_confirmed=self.is_confirmed,
        )
        try:
            answer = idempotency.once(
                call=self._call(request, reward),
                rule=partial(
                    redeem.step,
                    program=self.program,
                    wishes=[wish],
                    actor=self.actor,
                    at=self.now,
                ),
                render=_id_of,
                render_refusal=_raise,
                races=redeem.races,
            )
        except DomainError as refusal:
            return self.show_reward(self._found(reward), {"refusal": refusal}, status=422)
        return self.to("redemption", status=303, redemption=json.loads(answer.body)["id"])

    def _found(self, slug: str) -> dict[str, Any]:
        for each in self.catalogue():
            if each["slug"] == slug:
                price = each["price"]["points"] if each["price"] else 0
                return each | {"available": price - each["missing"] if each["missing"] else None}
        raise Http404

    def _call(self, request: HttpRequest, reward: str) -> Call:
        told = {name: request.POST.get(name, "") for name in ("points",)}
        return Call(
            scope=self.member.pk,
            key=idempotency.read_key(request.POST.get("key")),
            fingerprint=idempotency.fingerprint_of(
                method="POST", path=request.path, query="", body={**told, "reward": reward}
            ),
            member_id=self.member.pk,
        )


def _id_of(handed: list[Handed]) -> Answer:
    """What is kept of the answer: which redemption it is, and no code."""
    (one,) = handed
    assert one.redemption is not None, "a refusal would have risen"
    return Answer(status=303, body=json.dumps({"id": shown("red", one.redemption.pk)}).encode())


def _raise(refusal: DomainError) -> Answer:
    """A refusal is shown, not kept: the next try may end otherwise."""
    raise refusal
