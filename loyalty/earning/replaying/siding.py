"""Siding: the rules as they were, and the same with the change in force all the while."""

from dataclasses import replace

from loyalty.earning.replaying.models import Change, WhatIf
from loyalty.earning.replaying.usage import clauses_of
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program


def sides_of(what_if: WhatIf, program: Program) -> tuple[RuleSet, RuleSet]:
    """The rules as they were through time, and the same with the change in force all the while."""
    before = without_caps_on_balances(rule_set_of(program))
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
    # Its own first and last day lie in the future of what is played: they are left out, windows are not.
    timeless = {
        key: value
        for key, value in what_if.definition.items()
        if key not in {"starts_at", "ends_at"}
    }
    return before, before.with_draft(compile_clause(timeless, origin=origin))


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


def without_caps_on_balances(rules: RuleSet) -> RuleSet:
    """The same rules; balances are left alone, for what was spent meanwhile is not played again."""
    currencies = {
        slug: replace(terms, balance_cap=None) for slug, terms in rules.currencies.items()
    }
    return RuleSet(currencies=currencies, tracks=rules.tracks)


def without_rule(rules: RuleSet, rule_id: Id) -> RuleSet:
    """The same rules, as if this one had never been."""
    others = tuple(
        track
        for track in rules.tracks
        if not any(clause.rule_id == rule_id for *_edges, clause in track.periods)
    )
    return RuleSet(currencies=rules.currencies, tracks=others)
