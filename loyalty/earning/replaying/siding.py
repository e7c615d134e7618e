"""Siding: the rules as they were, and the same with the change in force all the while."""

from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime

from loyalty.earning.replaying.models import Change, WhatIf
from loyalty.earning.replaying.usage import clauses_of
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

_DATES: Final = ("starts_at", "ends_at")


def sides_of(what_if: WhatIf, program: Program) -> tuple[RuleSet, RuleSet]:
    """The rules as they were through time, and the same with the change in force all the while."""
    before = rule_set_of(program)
    if what_if.change == Change.END:
        return before, without_rule(before, what_if.rule_id)
    assert what_if.revision is not None, "a draft has a revision"
    origin = Origin(
        rule_id=what_if.rule_id,
        revision_id=what_if.revision.pk,
        shown=what_if.rule.shown_id,
        version=what_if.revision.number,
        created_at=what_if.rule.created_at,
    )
    definition = what_if.definition
    if has_dates_elsewhere(what_if):
        definition = {key: told for key, told in definition.items() if key not in _DATES}
    return before, before.with_draft(compile_clause(definition, origin=origin))


def has_dates_elsewhere(what_if: WhatIf) -> bool:
    """Whether the draft's own first and last day leave nothing of what is played: then they are left out.

    A draft for December can be tried on November; one for this week counts for this week only.
    """
    if what_if.change != Change.DRAFT:
        return False
    first, last = (_instant(what_if.definition.get(name)) for name in _DATES)
    return (first is not None and first >= what_if.until) or (
        last is not None and last <= what_if.since
    )


def touching(rule_id: Id, *sides: RuleSet) -> tuple[RuleSet, RuleSet]:
    """Only the rules of those point currencies that the changed rule gives: no other can differ."""
    currencies = {clause.currency for clause in clauses_of(*sides) if clause.rule_id == rule_id}
    before, after = (
        RuleSet(
            currencies=side.currencies,
            tracks=tuple(
                track
                for track in side.tracks
                if any(clause.currency in currencies for *_edges, clause in track.periods)
            ),
        )
        for side in sides
    )
    return before, after


def without_rule(rules: RuleSet, rule_id: Id) -> RuleSet:
    """The same rules, as if this one had never been."""
    others = tuple(
        track
        for track in rules.tracks
        if not any(clause.rule_id == rule_id for *_edges, clause in track.periods)
    )
    return RuleSet(currencies=rules.currencies, tracks=others)


def capped(rules: RuleSet) -> frozenset[Id]:
    """The point currencies whose balances are capped, of those that these rules give."""
    touched = {clause.currency for clause in clauses_of(rules)}
    return frozenset(
        terms.id
        for slug, terms in rules.currencies.items()
        if terms.balance_cap is not None and slug in touched
    )


def _instant(told: str | None) -> datetime | None:
    return parse_datetime(told) if told else None
