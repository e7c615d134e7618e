"""The programme document's part `rules`."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch

from loyalty.earning.kinds import RuleState
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.publishing import drafted, moved, published
from loyalty.earning.rules.reading import meaning_of
from loyalty.earning.rules.shapes import RULE
from loyalty.foundation.actors import Actor
from loyalty.foundation.shapes import Shape, below
from loyalty.programs.documents import Part, register
from loyalty.programs.models import Program

RULES_MAX: Final = 500
_STATES: Final = {"paused": RuleState.PAUSED, "ended": RuleState.ENDED, "live": RuleState.LIVE}


def apply_rules(program: Program, told: list[dict[str, Any]], at: datetime, actor: Actor) -> None:
    """Add or change the rules told, live unless `state` says otherwise; rules not named stay as they are.

    A rule of unchanged meaning makes no new revision; a changed one gets a new live revision (E-21).
    """
    for position, rule in enumerate(told):
        pointer = below("/rules", position)
        state = rule.get("state", "live")
        known = EarningRule.objects.filter(program=program, slug=rule["slug"]).first()
        if known is not None and known.state == state == "ended":
            continue
        revision = drafted(program=program, told=rule, actor=actor, at=at, pointer=pointer)
        if state != "draft" and revision.frozen_at is None:
            published(program=program, revision=revision, actor=actor, at=at)
        now = EarningRule.objects.filter(pk=revision.rule_id, state=state).exists()
        if state != "draft" and not now:
            moved(program=program, rule_id=revision.rule_id, to=_STATES[state], actor=actor, at=at)


def export_rules(program: Program) -> list[dict[str, Any]] | None:
    """Every rule as its newest revision says; live ones without `state`, so that a shop's document stays short."""
    newest = Prefetch("revisions", queryset=RuleRevision.objects.order_by("number"))
    rules = EarningRule.objects.filter(program=program).prefetch_related(newest)
    exported = []
    for rule in rules.order_by("created_at", "id"):
        definition = meaning_of(list(rule.revisions.all())[-1].definition)
        if rule.state != RuleState.LIVE:
            definition["state"] = rule.state
        exported.append(definition)
    return exported or None


register(
    Part(
        key="rules",
        shape=Shape({"type": "array", "maxItems": RULES_MAX, "items": RULE.schema}),
        apply=apply_rules,
        export=export_rules,
    )
)
