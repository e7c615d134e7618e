"""P-3, P-4: holding, capturing, balances and statements through the whole stack, beside the same view with a constant."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.ground import BENCH, a_program, settle_down, some_accounts, some_members, vacuum
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from benchmarks.posting import awards, posted
from loyalty.access.issuing import Wish, create_key
from loyalty.checkout.api import Holds
from loyalty.events.api import Captures
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.ledger.api.doors import LedgerDoor
from loyalty.ledger.api.members import Entries
from loyalty.members.api import OneMember
from loyalty.programs.models import Program

CALLS = 60
ROUNDS = 5
FEW, MANY = 10, 365


class Constant(LedgerDoor):
    """The limit: the same caller, checks and rendering, and nothing to answer."""

    scopes: ClassVar = {"GET": "members:read", "POST": "holds:write"}

    def get(self, request: Request, **_told: str) -> Response:
        return Response({"data": []})

    def post(self, request: Request, **_told: str) -> Response:
        return Response({"id": "hld_0"}, status=201)


class Caller:
    """A storefront's server, within this process."""

    def __init__(self, program: Program):
        made = create_key(
            program=program, wish=Wish(name="bench", scopes=("*",)), actor=BENCH, at=timezone.now()
        )
        self.headers = {"Authorization": f"Bearer {made.text}"}
        self.factory = RequestFactory()

    def call(self, view: Any, method: str = "get", body: Any = None, **path: str) -> Any:
        told = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        headers = self.headers | {"Idempotency-Key": new_id().hex}
        request = getattr(self.factory, method)("/v1/bench", headers=headers, **told)
        answer = view.as_view()(request, **path)
        assert answer.status_code < 300, (answer.status_code, getattr(answer, "data", ""))
        if hasattr(answer, "render"):
            answer.render()
        return json.loads(answer.content)


def repeated(work: Callable[[], object]) -> Callable[[], Cost]:
    """This work some times over."""

    def many_times() -> None:
        for _ in range(CALLS):
            work()

    return lambda: cost_of(many_times, pieces=CALLS)


def figures(_seed: int) -> list[Figure]:
    """CPU of a call, both sides."""
    program, currency = a_program("wire")
    few, many, reader = some_members(program, 3)
    some_accounts(program, currency, [few, many, reader])
    for member_id, lots in ((few, FEW), (many, MANY), (reader, MANY)):
        posted(
            program,
            [each for _ in range(lots) for each in awards(currency, [member_id], points=10**8)],
        )
    vacuum("loyalty_account", "loyalty_lot", "loyalty_entry")
    shop = Caller(program)

    def spend(member_id: Id) -> Callable[[], object]:
        def work() -> None:
            made = shop.call(Holds, "post", {"member": shown("mem", member_id), "points": 25})
            shop.call(Captures, "post", {"order_id": new_id().hex}, hold=made["id"])

        return work

    def read(view: Any) -> Callable[[], object]:
        return lambda: shop.call(view, member=shown("mem", reader))

    for work in (spend(few), spend(many), read(Entries), read(OneMember), read(Constant)):
        work()
    settle_down()
    sides = [
        repeated(spend(few)),
        repeated(spend(many)),
        repeated(lambda: shop.call(Constant, "post", {"points": 1})),
        repeated(read(OneMember)),
        repeated(read(Entries)),
        repeated(read(Constant)),
    ]
    few_cost, many_cost, bare, member, page, constant = in_turn(*sides, rounds=ROUNDS)
    of_few, of_many = few_cost.middle("cpu") / 2, many_cost.middle("cpu") / 2  # two calls each
    return told_of_writes(of_few, of_many, bare.middle("cpu")) + told_of_reads(
        member.middle("cpu"), page.middle("cpu"), constant.middle("cpu")
    )


def told_of_writes(of_few: float, of_many: float, bare: float) -> list[Figure]:
    """P-3."""
    return [
        Figure(
            "P-3",
            f"hold and capture by HTTP, CPU of one call with {FEW} open lots",
            f"{of_few:.1f} ms; {of_few / bare:.1f} × an empty authenticated view",
            "≤ 15 ms",
            of_few <= 15,
        ),
        Figure(
            "P-3",
            f"the same with {MANY} open lots, of {FEW}",
            f"{of_many / of_few:.2f} ×",
            "≤ 2 ×",
            of_many / of_few <= 2,
        ),
    ]


def told_of_reads(member: float, page: float, constant: float) -> list[Figure]:
    """P-4."""
    return [
        Figure(
            "P-4",
            what,
            f"{cost / constant:.2f} × CPU",
            "≤ 1.5 ×",
            cost / constant <= 1.5,
            f"{cost:.1f} ms against {constant:.1f} ms",
        )
        for what, cost in (
            ("a member with balances, of the view with a constant", member),
            ("a statement page of 50 entries, of the view with a constant", page),
        )
    ]
