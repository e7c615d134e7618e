"""Redrafting: an old revision drafted anew, a rule copied; and how two revisions differ (U-33)."""

from datetime import datetime
from itertools import count
from typing import Final

from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.publishing import drafted
from loyalty.earning.rules.reading import meaning_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.definition.differences import Difference, differences_between
from loyalty.programs.models import Program

SLUG_LENGTH_MAX: Final = 50
TAIL_LENGTH_MAX: Final = 5


@unit_of_work
def draft_again(*, program: Program, revision_id: Id, actor: Actor, at: datetime) -> RuleRevision:
    """What an old revision said, as the newest draft of its rule: going back is publishing it anew.

    Refusals: NotFound, RuleEnded.
    """
    old = RuleRevision.objects.filter(pk=revision_id, rule__program=program).first()
    if old is None:
        raise NotFound
    return drafted(program=program, told=old.definition, actor=actor, at=at)


@unit_of_work
def copy_rule(*, program: Program, rule_id: Id, actor: Actor, at: datetime) -> RuleRevision:
    """A draft of a new rule that says what the newest revision of this one does. Refusal: NotFound."""
    rule = EarningRule.objects.filter(pk=rule_id, program=program).first()
    if rule is None:
        raise NotFound
    newest: RuleRevision = rule.revisions.order_by("-number")[:1].get()
    taken = set(EarningRule.objects.filter(program=program).values_list("slug", flat=True))
    head = rule.slug[: SLUG_LENGTH_MAX - TAIL_LENGTH_MAX]
    slug = next(each for number in count(2) if (each := f"{head}-{number}") not in taken)
    return drafted(program=program, told={**newest.definition, "slug": slug}, actor=actor, at=at)


def differences_of(before: RuleRevision, after: RuleRevision) -> list[Difference]:
    """Every place in which two revisions differ in meaning."""
    return differences_between(meaning_of(before.definition), meaning_of(after.definition))
