"""Rewarding: what events bring (step 4 of the walk). Read, decide, write; `events` has locked the accounts before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loyalty.earning.facts import BudgetExhausted
from loyalty.earning.faults.noting import faults_in
from loyalty.earning.judging import Judgement, basis_of_told, judge
from loyalty.earning.keeping.budgets import take_from_budgets
from loyalty.earning.keeping.freezing import note_quote, rules_for, setting_for, tier_for
from loyalty.earning.keeping.moving_ends import move_ends_on
from loyalty.earning.keeping.usage import read_usage
from loyalty.earning.keeping.writing import movement_of, write_earnings, write_explanations
from loyalty.earning.kinds import Rewarded, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.rules.terms import Setting
from loyalty.earning.telling.points import points_shown
from loyalty.earning.unlocking.opening import open_what_followed
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.posting import post
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, TierInForce, open_again, open_book
from loyalty.tiers.counting import Counted, count_orders, counted_together


@dataclass(frozen=True, slots=True)
class _Verdict:
    """One event, judged by the tier before it; `after` is the tier that the next event sees."""

    scene: Scene
    judgement: Judgement
    before: TierInForce | None
    after: TierInForce | None
    counted: Counted | None
    opened: tuple[tuple[Id, int], ...] = ()


@inside_unit_of_work
def reward(
    *,
    program: Program,
    told: Sequence[Told],
    at: datetime,
    actor: Actor,
    accounts: Book | None = None,
    rules: RuleSet | None = None,
) -> list[Rewarded]:
    """Judge these events in the order told, and write what they bring; one answer per event, in that order.

    The caller has locked the members' accounts and gives them in order of (`occurred_at`, position). A batch brings
    exactly what its events bring singly (E-2); the number of statements does not grow with it.
    """
    if not told:
        return []
    setting, rules = Setting.of(program), rules or rule_set_of(program)
    scenes = _scenes(told, setting=setting)
    usage = read_usage(scenes, program=program, rules=rules, setting=setting, accounts=accounts)
    book = _book_of(scenes, program=program, at=at)
    verdicts = _judged(scenes, book=book, rules=rules, setting=setting, usage=usage, at=at)
    # What was judged by, as it was read: it is the same still, for the members are locked.
    again = open_again(book, member_ids=_climbing(verdicts))
    with counted_together(again):
        _write(
            program=program, verdicts=verdicts, usage=usage, actor=actor, at=at, accounts=accounts
        )
    activities = rules.activities | book.ladder.activities
    move_ends_on(program=program, told=told, by=activities, accounts=accounts, at=at)
    return [_rewarded(verdict, rules, at=at) for verdict in verdicts]


def preview(
    *,
    program: Program,
    told: Sequence[Told],
    at: datetime,
    draft: Clause | None = None,
    accounts: Book | None = None,
) -> list[Rewarded]:
    """What these events would bring, nothing locked and nothing written; with `draft`, as if that were live already."""
    setting, rules = Setting.of(program), rule_set_of(program)
    if draft is not None:
        rules = rules.with_draft(draft)
    scenes = _scenes(told, setting=setting)
    usage = read_usage(
        scenes, program=program, rules=rules, setting=setting, accounts=accounts, is_binding=False
    )
    book = _book_of(scenes, program=program, at=at)
    verdicts = _judged(scenes, book=book, rules=rules, setting=setting, usage=usage, at=at)
    return [_rewarded(verdict, rules, at=at) for verdict in verdicts]


def _scenes(told: Sequence[Told], *, setting: Setting) -> list[Scene]:
    terms = [setting_for(event, setting) for event in told]
    return [
        Scene(event, basis=basis_of_told(event, setting=each), tier=None, zone=each.zone)
        for event, each in zip(told, terms, strict=True)
    ]


def _book_of(scenes: Sequence[Scene], *, program: Program, at: datetime) -> TierBook:
    members = {scene.told.member.id for scene in scenes}
    return open_book(program=program, member_ids=members, at=at)


def _climbing(verdicts: Sequence[_Verdict]) -> set[Id]:
    """Whose counts move: by an order, or by points that count for tiers."""
    return {
        verdict.scene.told.member.id
        for verdict in verdicts
        if verdict.counted or any(grant.counts_for_tier for grant in verdict.judgement.grants)
    }


def _judged(
    scenes: Sequence[Scene],
    *,
    book: TierBook,
    rules: RuleSet,
    setting: Setting,
    usage: Usage,
    at: datetime,
) -> list[_Verdict]:
    """Judge in the order told; tier and usage are carried from event to event."""
    verdicts = []
    for scene in scenes:
        told = scene.told
        before = book.tier_at(told.member.id, told.occurred_at)
        scene.tier = tier = tier_for(told, before)
        by, terms = rules_for(told, rules), setting_for(told, setting)
        judgement = judge(scene, rules=by, setting=terms, usage=usage, tier=tier, at=at)
        note_quote(told, judgement.explanation)
        grants, opened = usage.waits.follow(told, judgement.grants, at=at)
        judgement = replace(judgement, grants=tuple(grants))
        verdict = _carried(scene, judgement, book=book, before=before, at=at)
        verdicts.append(replace(verdict, opened=tuple(opened)))
    return verdicts


def _carried(
    scene: Scene,
    judgement: Judgement,
    *,
    book: TierBook,
    before: TierInForce | None,
    at: datetime,
) -> _Verdict:
    """Count the event for the tier in memory, so that the next event of the batch sees where it led (T-12)."""
    told = scene.told
    currency_id = book.terms.currency_id if book.terms else None
    points = sum(
        grant.points
        for grant in judgement.grants
        if grant.counts_for_tier and grant.currency_id == currency_id
    )
    counted = _counted_for_tiers(scene, judgement)
    book.count(
        told.member.id,
        scene.day,
        told.occurred_at,
        at,
        points=points,
        spend=counted.spend if counted else 0,
        orders=counted.orders if counted else 0,
        imported=told.imported,
    )
    after = book.tier_at(told.member.id, max(told.occurred_at, at))
    return _Verdict(scene, judgement, before=before, after=after, counted=counted)


def _counted_for_tiers(scene: Scene, judgement: Judgement) -> Counted | None:
    """Spend and orders of this event (T-5, T-8): the basis, whole minor units; nothing for who may not earn."""
    told, spend = scene.told, int(judgement.spend)
    if told.member.status != "active" or not judgement.spend:
        return None
    return Counted(
        member_id=told.member.id,
        day=scene.day,
        occurred_at=told.occurred_at,
        spend=spend,
        orders=1,
        imported=told.imported,
        source_id=told.event_id,
    )


def _write(
    *,
    program: Program,
    verdicts: Sequence[_Verdict],
    usage: Usage,
    actor: Actor,
    at: datetime,
    accounts: Book | None,
) -> None:
    """Tier days, entries, earnings, explanations, budgets: one call each. Points reach the tiers by the ledger's facts."""
    count_orders(program=program, counted=[v.counted for v in verdicts if v.counted], at=at)
    grants = [grant for verdict in verdicts for grant in verdict.judgement.grants]
    movements = [
        replace(movement_of(grant, at=at), is_imported=verdict.scene.told.imported)
        for verdict in verdicts
        for grant in verdict.judgement.grants
    ]
    posted = post(program=program, movements=movements, actor=actor, at=at, accounts=accounts)
    entry_ids = [each.entry_id for each in posted if each.entry_id is not None]
    write_earnings(program=program, grants=grants, entry_ids=entry_ids)
    open_what_followed(program=program, waits=usage.waits, actor=actor, at=at, accounts=accounts)
    bodies = {v.scene.told.event_id: v.judgement.explanation for v in verdicts}
    write_explanations(program=program, bodies=bodies)
    announce(faults_in(bodies, program_id=program.pk, at=at))
    exhausted = take_from_budgets(program=program, budgets=usage.budgets)
    announce(
        [
            BudgetExhausted(
                program_id=program.pk,
                at=at,
                rule_id=key.rule_id,
                period=key.unit.value,
                cap=usage.budgets[key].cap,
            )
            for key in exhausted
        ]
    )


def _rewarded(verdict: _Verdict, rules: RuleSet, *, at: datetime) -> Rewarded:
    slugs = {terms.id: slug for slug, terms in rules.currencies.items()}
    return Rewarded(
        event_id=verdict.scene.told.event_id,
        points=[
            points_shown(grant, at=at, zone=verdict.scene.zone)
            for grant in verdict.judgement.grants
        ],
        tier_before=verdict.before.slug if verdict.before else None,
        tier_after=verdict.after.slug if verdict.after else None,
        explanation=verdict.judgement.explanation,
        why_nothing=verdict.judgement.why_nothing,
        opened=[(slugs[currency_id], points) for currency_id, points in verdict.opened],
    )
