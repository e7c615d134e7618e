"""Rules, orders and reviews of the Corner Café: rules come in by the document, events by `reward` itself."""

from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace

from loyalty.earning.basis import Switches
from loyalty.earning.judging import basis_of_told, judge
from loyalty.earning.kinds import MemberFacts, OrderFacts, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene
from loyalty.earning.models import EarningRule
from loyalty.earning.rewarding import reward
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import CurrencyTerms, RuleSet, Track
from loyalty.earning.rules.reading import read_definition
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.actors import job
from loyalty.foundation.ids import new_id, shown
from loyalty.foundation.units import run
from loyalty.programs.expiry import Policy
from tests.world.programs import a_program, applied

TILL = job("till")
NOON = datetime(2026, 11, 20, 10, tzinfo=UTC)  # a Friday, 12:00 in Kyiv
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ORDER = {
    "slug": "order",
    "name": {"en": "Purchases"},
    "triggers": ["order.paid"],
    "currency": "stars",
    "effect": {"kind": "per_amount", "points": 1, "per": 100},
}
GOLD = SimpleNamespace(slug="gold", rank=1, multiplier=Fraction(3, 2), expiry=None)
ORDER_5990 = {
    "order_id": "order-1001",
    "currency": "EUR",
    "total": 5990,
    "tax": 990,
    "shipping": 500,
    "lines": [{"sku": "ESP-1", "quantity": 2, "amount": 4500, "categories": ["coffee"]}],
}


def a_rule(slug="order", *, effect=None, triggers=("order.paid",), **more):
    """A definition as in the document; without an effect, a point per euro."""
    rule = ORDER | {"slug": slug, "triggers": list(triggers)} | more
    return rule | ({"effect": effect} if effect else {})


def an_order(total, *, lines=None, currency="EUR", **more):
    """Data of an order of goods only, in one line unless told: `lines` as (sku, amount, …)."""
    told = {"order_id": f"order-{new_id().hex[-6:]}", "currency": currency, "total": total}
    if lines:
        told["lines"] = [
            {"sku": sku, "amount": amount, "quantity": rest[0] if rest else 1}
            | ({"categories": list(rest[1:])} if rest[1:] else {})
            for sku, amount, *rest in lines
        ]
    return told | more


def facts_of(member=None, **more):
    """What rules may know of a member."""
    if member is None:
        return MemberFacts(id=new_id(), joined_at=LONG_AGO, **more)
    return MemberFacts(id=member.pk, status=member.status, joined_at=member.joined_at, **more)


def telling(
    data, *, of=None, at=NOON, kind="order.paid", number=1, rate="1", paid_with_points=None, **more
):
    """An event as `events` hands it down."""
    member = of if isinstance(of, MemberFacts) else facts_of(of)
    order = None
    if kind == "order.paid":
        order = OrderFacts(
            order_row_id=new_id(),
            number=number,
            currency=data["currency"],
            rate=rate,
            paid_with_points=paid_with_points,
        )
    return Told(
        event_id=new_id(), type=kind, member=member, occurred_at=at, data=data, order=order, **more
    )


def a_cafe(*rules, **more):
    """A programme with these rules, live since its beginning."""
    return a_program(parts={"rules": list(rules or [ORDER])}, **more)


def a_published_rule(program, slug="order"):
    """A point per euro, live in a programme that is there already."""
    applied({"program": {"slug": program.slug}, "rules": [a_rule(slug)]})
    return EarningRule.objects.get(program=program, slug=slug)


def rewarded(program, *told, at=NOON):
    """Reward these events in a unit of their own."""
    return run(lambda: reward(program=program, told=list(told), at=at, actor=TILL))


def a_setting(**more):
    """The Corner Café's settings, without a database."""
    return Setting(
        **{
            "zone": "Europe/Kyiv",
            "currency": "EUR",
            "switches": Switches(),
            "max_multiplier": Fraction(5),
            "week_starts_on": 0,
            "budget": None,
        }
        | more
    )


def rule_set(*definitions, **currency):
    """These rules, live for ever, in the order told; `currency` changes the terms of stars."""
    terms = {
        "is_spendable": True,
        "stacking": "sum",
        "rounding": "down",
        "unlock": None,
        "expiry": {"kind": "never"},
        "policy": Policy.read({"kind": "never"}),
        "points_per_event": None,
        "points_per_member": None,
        "balance_cap": None,
    }
    tracks = []
    for age, told in enumerate(definitions):
        definition, _clause = read_definition(told, currencies={"stars", "xp"})
        rule_id = new_id()
        origin = Origin(
            rule_id=rule_id,
            revision_id=new_id(),
            shown=shown("rul", rule_id),
            version=1,
            created_at=LONG_AGO.replace(year=2000 + age),
        )
        tracks.append(
            Track(
                periods=((LONG_AGO, None, compile_clause(definition, origin=origin)),),
                is_ended=False,
            )
        )
    stars = CurrencyTerms(id=new_id(), slug="stars", **terms | currency)
    xp = CurrencyTerms(id=new_id(), slug="xp", **terms)
    return RuleSet(currencies={"stars": stars, "xp": xp}, tracks=tuple(tracks))


def judged(rules, told, *, tier=None, setting=None, usage=None, at=None):
    """The judgement of one event, without a database."""
    setting = setting or a_setting()
    basis = basis_of_told(told, setting=setting)
    scene = Scene(told, basis=basis, tier=tier, zone=setting.zone)
    return judge(
        scene,
        rules=rules,
        setting=setting,
        usage=usage or Usage(),
        tier=tier,
        at=at or told.occurred_at,
    )


def points_of(judgement):
    """Points by rule, in the order of the explanation; those that gave nothing are 0."""
    return [
        entry.get("points", 0) if entry["applied"] else 0
        for entry in judgement.explanation["rules"]
    ]
