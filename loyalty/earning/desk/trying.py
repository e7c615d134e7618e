"""Trying: a rule that is being written, judged with all others on a sample or a real event; nothing is kept (U-31)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.basis import check_sum, read_order
from loyalty.earning.desk.sampling import Wanted
from loyalty.earning.explaining import Teller
from loyalty.earning.judging import basis_of_told, judge
from loyalty.earning.kinds import ORDER_PAID, MemberFacts, OrderFacts, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene, TierInForce
from loyalty.earning.replaying.history import recall_one
from loyalty.earning.replaying.usage import usage_before
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.rules.terms import Setting
from loyalty.earning.settling.recomputing import StampedTier
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.shapes import POSITIVE, WHOLE, Shape, closed
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.tiers.book import open_book
from loyalty.tiers.ladders.reading import ladder_of

# What judging needs of an order; a sample is not taken in, so the rest may be anything.
_ORDER: Final = Shape(
    {
        "type": "object",
        "required": ["total"],
        "properties": {
            **dict.fromkeys(("total", "tax", "shipping", "fees", "discount", "paid_with_points"), WHOLE),
            "lines": {
                "type": "array",
                "maxItems": 100,
                "items": {
                    **closed(
                        {
                            "sku": {"type": "string"},
                            "line_id": {"type": "string"},
                            "quantity": POSITIVE,
                            "amount": WHOLE,
                            "tax": WHOLE,
                            "categories": {"type": "array", "items": {"type": "string"}},
                            "gift_card": {"type": "boolean"},
                        },
                        required=["amount"],
                    )
                },
            },
        },
    }
)  # fmt: skip


class EventUnknown(DomainError):
    """No event and no order of this programme has that number."""

    code = "event_unknown"
    kind = Kind.MISSING
    title = _("Event unknown")
    detail = _("There is no event or order {event}.")


def tried(
    *, program: Program, definition: Mapping[str, Any], rule_id: Id | None, wanted: Wanted
) -> dict[str, Any]:
    """The explanation, with sentences, as if the rule were live. Refusals: Malformed, OrderDoesNotAddUp, EventUnknown."""
    draft_id = rule_id or new_id()
    origin = Origin(
        rule_id=draft_id,
        revision_id=new_id(),
        shown=shown("rul", draft_id),
        version=0,
        created_at=wanted.at,
    )
    clause = compile_clause(definition, origin=origin)
    setting, rules = Setting.of(program), rule_set_of(program).with_draft(clause)
    on = _on_real_event if wanted.event else _on_sample
    told, tier, usage = on(program, wanted, setting=setting, rules=rules)
    basis = basis_of_told(told, setting=setting)
    judgement = judge(
        Scene(told, basis=basis, tier=tier, zone=program.zone),
        rules=rules,
        setting=setting,
        usage=usage,
        tier=tier,
        at=told.occurred_at,
    )
    drafts = {(clause.shown, clause.version): definition}
    explanation = Teller(program, [judgement.explanation], drafts=drafts).told(
        judgement.explanation
    )
    return explanation | {"draft": clause.shown}


def _on_sample(
    program: Program, wanted: Wanted, *, setting: Setting, rules: RuleSet
) -> tuple[Told, TierInForce | None, Usage]:
    """A made-up event of a member whom no limit has held yet."""
    tier = _tier_of(program, wanted.tier)
    return _told(program, wanted), tier, Usage(week_starts_on=setting.week_starts_on)


def _on_real_event(
    program: Program, wanted: Wanted, *, setting: Setting, rules: RuleSet
) -> tuple[Told, TierInForce | None, Usage]:
    """What a member really did, with the tier of that time and what limits had let through before that day."""
    recalled = recall_one(program=program, number=wanted.event)
    if recalled is None:
        raise EventUnknown(event=wanted.event, pointer="/event")
    told = recalled.told
    book = open_book(program=program, member_ids=[told.member.id], at=wanted.at)
    usages = usage_before(
        member_ids=[told.member.id],
        day=local_day(told.occurred_at, program.zone),
        setting=setting,
        sides=[rules],
    )
    return told, book.tier_at(told.member.id, told.occurred_at), usages[told.member.id]


def _told(program: Program, wanted: Wanted) -> Told:
    data, order = dict(wanted.data), None
    if wanted.type == ORDER_PAID:
        _ORDER.demand(data, pointer="/data")
        data.setdefault("currency", program.currency)
        includes = program.prices_include_tax
        check_sum(read_order(data, prices_include_tax=includes), prices_include_tax=includes)
        order = OrderFacts(order_row_id=new_id(), number=wanted.number, currency=program.currency)
    member = MemberFacts(id=new_id(), joined_at=wanted.at)
    return Told(
        event_id=new_id(),
        type=wanted.type,
        member=member,
        occurred_at=wanted.at,
        data=data,
        order=order,
        channel=str(data.get("channel", "")),
        store=str(data.get("store", "")),
    )


def _tier_of(program: Program, slug: str) -> StampedTier | None:
    """A tier of the live ladder by its slug, the lowest if none is named; None while there is no ladder."""
    live = ladder_of(program.pk).live
    if live is None:
        return None
    tier = live.terms.at(slug)
    return StampedTier(
        tier.slug,
        tier.rank,
        Fraction(tier.benefits.get("multiplier", "1")),
        tier.benefits.get("expiry"),
    )
