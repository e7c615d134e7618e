"""The rule editor's form as a browser sends it, and rules of every kind to fill it with."""

from typing import Any

from django.http import QueryDict

from loyalty.earning.desk.inputs import span_of
from tests.world.earning import a_rule

SAMPLE = {
    "sample-type": "order.paid",
    "sample-told": '{"total": 4500, "lines": [{"sku": "ESP-1", "amount": 4500, "categories": ["coffee"]}]}',
    "sample-number": "1",
    "sample-tier": "",
}
LIST = "/admin/loyalty/earningrule/"
RULES: dict[str, Any] = {
    "plain": a_rule(),
    "review": a_rule(
        "review",
        triggers=["review.written", "share.made"],
        effect={"kind": "fixed", "points": 50},
        conditions={"all": [{"review": "verified"}, {"tier": ["gold"]}]},
        limits={
            "once_per": ["data.sku", "store"],
            "cooldown": "PT1H",
            "times": [{"times": 1, "period": "day"}, {"times": 3, "period": "week"}],
            "points_per_event": 40,
            "points_per_member": {"points": 200, "period": "month"},
            "budget": {"points": 1000, "period": "year"},
        },
    ),
    "happy hour": a_rule(
        "happy-hour",
        name={"en": "Happy hour", "uk": "Щаслива година"},
        effect={"kind": "multiplier", "by": "2"},
        windows=[{"weekdays": ["mon", "fri"], "from": "15:00", "to": "18:00"}],
        lines={"include": {"categories": ["coffee", "tea"]}, "exclude": {"skus": ["MUG-1"]}},
        tiers=["gold"],
        priority=7,
    ),
    "big order": a_rule(
        "big-order",
        effect={"kind": "per_amount", "points": 2, "per": 1000, "whole_steps": True},
        conditions={"all": [{"order": {"at_least": 5000}}]},
        expression="member.tier_rank >= 1",
        unlock={"after": "P14D", "from": "event"},
        expiry={"kind": "rolling", "period": "P6M"},
        rounding="half_up",
        exclusive=True,
        counts_for_tier=True,
        multipliable=False,
        starts_at="2026-12-01T00:00:00+02:00",
        windows=[
            {"dates": {"from": "2026-12-01", "to": "2027-01-01"}},
            {"weekdays": ["sat"]},
        ],
    ),
}

RULES["waiting"] = a_rule(
    "waiting",
    unlock={"after": "P0D", "from": "safe_order", "cancel_after": "P6M"},
    expiry={"kind": "rolling", "period": "P12M", "round_up": "month"},
    limits={"cooldown": "P7D"},
)
RULES["what no field can say"] = a_rule(
    "odd",
    unlock={"after": "P1M2D", "from": "order.fulfilled"},
    expiry={"kind": "never"},
    limits={"cooldown": "P1DT2H"},
)

SEVERAL = {"triggers", "window__weekdays", "channel", "has_done", "tiers"}
SPANS = {"limits__cooldown", "unlock__after", "unlock__cancel_after", "expiry__period"}
UNITS = "&".join(f"{name}_0=&{name}_1=D" for name in sorted(SPANS))
MONEY = {"effect__per", "order__at_least", "order__at_most"}


def posted(initial: dict[str, Any], **more: Any) -> QueryDict:
    """A form as a browser sends it: units without a number too, lists as repeated keys, money as people write it."""
    sent = QueryDict(UNITS, mutable=True)
    for name, value in initial.items():
        if isinstance(value, list) and name not in SEVERAL:
            sent[name] = ", ".join(value)
        elif isinstance(value, list):
            sent.setlist(name, value)
        elif name in MONEY:
            sent[name] = f"{value / 100:.2f}"
        elif name in SPANS:
            sent[f"{name}_0"], sent[f"{name}_1"] = map(str, span_of(value) or ("", "D"))
        elif value is not False:
            sent[name] = value
    for name, value in more.items():
        sent[name] = value
    return sent
