"""P-10: a what-if over a hundred thousand events, and P-11: what twenty rules cost an order."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from benchmarks.front_door import orders
from benchmarks.ground import BENCH, a_program, run, some_members, vacuum
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from loyalty.earning.judging import basis_of_told, judge
from loyalty.earning.kinds import MemberFacts, OrderFacts, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene
from loyalty.earning.models import EarningRule
from loyalty.earning.replaying.asking import ask
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.replaying.running import run_some
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.rules.publishing import draft
from loyalty.earning.rules.terms import Setting
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.foundation import units
from loyalty.foundation.ids import new_id
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.models import Program

EVENTS = 100_000
BATCH = 1_000
EVENTS_A_MEMBER = 10
WHAT_IF_SECONDS_MAX = 60.0
RULES = 20
RULE_CPU_MS_MAX = 2.0
ORDERS_A_ROUND = 300
DAYS = 300


def figures(seed: int, *, events: int = EVENTS) -> list[Figure]:
    """A past of so many events, tried once; then one order, judged by twenty rules, beside by one."""
    program, _stars = a_program("replaying")
    told_by = _past(program, seed, events=events)
    vacuum("loyalty_event", "loyalty_order", "loyalty_earning", "loyalty_explanation")
    return [_what_if(program, events=told_by), _twenty_rules(program)]


def _rule(number: int) -> dict[str, Any]:
    """Rules as shops have them: some by worth, some by goods, some by the hour, some limited."""
    conditions = [{"order": {"at_least": number * 100}}, {"categories": {"any": ["coffee", "tea"]}}]
    return {
        "slug": f"rule-{number}",
        "name": {"en": f"Rule {number}"},
        "triggers": ["order.paid"],
        "currency": "stars",
        "effect": {"kind": "per_amount", "points": 1 + number % 3, "per": 100},
        "conditions": {"all": conditions[: number % 3]},
        "limits": {"points_per_member": {"points": 5_000, "period": "month"}} if number % 4 == 0 else {},
        **({"windows": [{"weekdays": ["mon", "tue", "wed"]}]} if number % 5 == 0 else {}),
    }  # fmt: skip


def _add_rules(program: Program, count: int) -> None:
    document = {"format": FORMAT, "rules": [_rule(number) for number in range(1, count + 1)]}
    apply_program(document=document, actor=BENCH, at=timezone.now(), own=program)


def _past(program: Program, seed: int, *, events: int) -> int:
    """Orders of the last ten months through the front door, as an import brings them; ten of each member."""
    prefix = f"w{seed}-"
    members = max(1, events // EVENTS_A_MEMBER)
    some_members(program, members, prefix=prefix)
    run(
        "INSERT INTO loyalty_memberprofile (member_id, program_id, first_name, last_name, attributes, changed_at)"
        " SELECT id, program_id, '', '', '{}', now() FROM loyalty_member WHERE program_id = %s",
        [program.pk],
    )
    now, kept = timezone.now(), 0
    source = orders(prefix, members=members)
    step = timedelta(days=DAYS) / events
    for start in range(0, events, BATCH):
        told = []
        for number in range(start, min(start + BATCH, events)):
            at = now - timedelta(days=DAYS) + step * number
            told.append({**next(source), "occurred_at": at.isoformat()})
        read = [read_event(program=program, told=each) for each in told]
        outcomes = take_in(program=program, told=read, actor=BENCH, at=now, is_import=True)
        kept += sum(outcome.refusal is None for outcome in outcomes)
    return kept


def _what_if(program: Program, *, events: int) -> Figure:
    rule = (
        EarningRule.objects.filter(program=program, state="live")
        .order_by("created_at", "id")[:1]
        .get()
    )
    live = rule.revisions.order_by("-number")[:1].get().definition
    changed = {**live, "effect": {"kind": "per_amount", "points": 3, "per": 100}}
    now = timezone.now()
    revision = draft(program=program, definition=changed, actor=BENCH, at=now)
    what_if = ask(
        program=program, rule_id=revision.rule_id, change="draft", days=365, actor=BENCH, at=now
    )

    def through() -> None:
        while units.run(
            lambda: run_some(program=program, what_if_id=what_if.pk, at=timezone.now())
        ):
            pass

    cost = cost_of(through, pieces=1)
    seconds = cost.wall / 1_000
    tally = WhatIf.objects.get(pk=what_if.pk).tally
    assert tally["events"] == events, f"{tally['events']} of {events} events were played"
    assert tally["members"]["up"] > 0
    goal = WHAT_IF_SECONDS_MAX * events / EVENTS
    return Figure(
        number="P-10",
        what=f"a what-if over {events:,} events, the café's rules",
        figure=f"{seconds:.1f} s, {events / seconds:.0f} events/s",
        goal=f"≤ {goal:.0f} s",
        reached=seconds <= goal,
        more=f"CPU: {cost.app / 1_000:.1f} s here, {cost.database / 1_000:.1f} s in the database; both sides judged",
    )


def _twenty_rules(program: Program) -> Figure:
    """CPU of judging one order, without reading or writing anything."""
    _add_rules(program, 5)
    one = rule_set_of(program)
    _add_rules(program, RULES)
    twenty = rule_set_of(program)
    assert twenty is not one
    setting = Setting.of(program)
    assert len(twenty.looked_at("order.paid", timezone.now())) >= RULES

    def judging(rules: Any) -> Any:
        def many() -> None:
            for _ in range(ORDERS_A_ROUND):
                told = _order(program)
                basis = basis_of_told(told, setting=setting)
                scene = Scene(told, basis=basis, tier=None, zone=setting.zone)
                at = told.occurred_at
                judge(scene, rules=rules, setting=setting, usage=Usage(), tier=None, at=at)

        def cost() -> Cost:
            return cost_of(many, pieces=ORDERS_A_ROUND)

        return cost

    with_twenty, with_five = in_turn(judging(twenty), judging(one), rounds=7)
    cpu, few = with_twenty.middle("app"), with_five.middle("app")
    return Figure(
        number="P-11",
        what=f"rule time of an order with {RULES} live rules",
        figure=f"{cpu:.2f} CPU-ms; {cpu / few:.1f} × five rules",
        goal=f"≤ {RULE_CPU_MS_MAX} CPU-ms",
        reached=cpu <= RULE_CPU_MS_MAX,
        more="basis, conditions, counting, limits and explanation; compiled once per version",
    )


def _order(program: Program) -> Told:
    lines = [
        {"sku": f"SKU-{n}", "quantity": 1, "amount": 2_500, "categories": ["coffee"]}
        for n in range(4)
    ]
    now = timezone.now()
    return Told(
        event_id=new_id(),
        type="order.paid",
        member=MemberFacts(id=new_id(), joined_at=now),
        occurred_at=now,
        data={"order_id": "1", "currency": program.currency, "total": 10_000, "lines": lines},
        order=OrderFacts(order_row_id=new_id(), number=1, currency=program.currency),
    )
