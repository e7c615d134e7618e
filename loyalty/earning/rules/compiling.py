"""Rule sets: all rules of a programme, compiled once per version of the programme and kept by each process."""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from loyalty.earning.kinds import RuleState
from loyalty.earning.models import EarningRule, RulePeriod
from loyalty.earning.rules.clauses import Clause, Origin, PerPeriod, Unlocking, compile_clause
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.programs.calendar import Unit
from loyalty.programs.expiry import Policy, activities_of
from loyalty.programs.models import PointCurrency, Program

# Before any event was judged there is no past to protect: the first rules hold for all of it (ADR 0051).
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
SETS_KEPT_MAX: Final = 64  # programmes of one process; each set is some hundred kilobytes

# A rule as it stood at an instant: its clause, and whether it was live (else paused).
Standing = tuple[Clause, bool]


@dataclass(frozen=True, slots=True)
class CurrencyTerms:
    """What a point currency says about earning it."""

    id: Id
    slug: str
    is_spendable: bool
    stacking: str
    rounding: str
    unlock: Unlocking | None
    expiry: Mapping[str, Any]
    policy: Policy
    points_per_event: int | None
    points_per_member: PerPeriod | None
    balance_cap: int | None
    activities: frozenset[str] = frozenset()

    @classmethod
    def of(cls, currency: PointCurrency) -> "CurrencyTerms":
        limits = currency.limits
        per_member = limits.get("points_per_member")
        return cls(
            id=currency.pk,
            slug=currency.slug,
            is_spendable=currency.spendable,
            stacking=currency.stacking,
            rounding=currency.rounding,
            unlock=Unlocking.read(currency.unlock) if currency.unlock else None,
            expiry=currency.expiry,
            policy=Policy.read(currency.expiry),
            points_per_event=limits.get("points_per_event"),
            points_per_member=(
                PerPeriod(per_member["points"], Unit(per_member["period"])) if per_member else None
            ),
            balance_cap=limits.get("balance_cap"),
            activities=activities_of(currency.expiry) | frozenset(currency.moved_by),
        )


@dataclass(frozen=True, slots=True)
class Track:
    """One rule through time: its periods in order, and whether a gap after the last one is a pause."""

    periods: tuple[tuple[datetime, datetime | None, Clause], ...]
    is_ended: bool

    def standing_at(self, at: datetime) -> Standing | None:
        """The clause live at that instant, or the last one before it if the rule was paused then."""
        last: Standing | None = None
        for starts_at, ends_at, clause in self.periods:
            if at < starts_at:
                break
            if ends_at is None or at < ends_at:
                return clause, True
            last = (clause, False)
        is_over = self.is_ended and self.periods and at >= (self.periods[-1][1] or at)
        return None if is_over else last


@dataclass(slots=True)
class RuleSet:
    """Everything that rules of a programme say, at any instant."""

    currencies: Mapping[str, CurrencyTerms]
    tracks: tuple[Track, ...]
    _edges: list[datetime] = field(default_factory=list)
    _known: dict[tuple[str, int], tuple[Standing, ...]] = field(default_factory=dict)
    _clauses: dict[tuple[str, int], Clause] = field(default_factory=dict)
    _waits_for: frozenset[str] | None = None
    _activities: frozenset[str] | None = None

    def __post_init__(self) -> None:
        edges = {edge for track in self.tracks for period in track.periods for edge in period[:2]}
        self._edges = sorted(edge for edge in edges if edge is not None)

    @property
    def first_spendable(self) -> str:
        """The slug of the currency that a programme means when it says points; empty if none can be spent."""
        return next((slug for slug, terms in self.currencies.items() if terms.is_spendable), "")

    def with_draft(self, clause: Clause) -> "RuleSet":
        """The same rules with this one live for ever, in place of what its rule said before."""
        others = tuple(
            track
            for track in self.tracks
            if not any(each.rule_id == clause.rule_id for *_edges, each in track.periods)
        )
        draft = Track(periods=((BEGINNING, None, clause),), is_ended=False)
        return RuleSet(currencies=self.currencies, tracks=(*others, draft))

    def looked_at(self, trigger: str, at: datetime) -> tuple[Standing, ...]:
        """Every rule live or paused for this type of event at that instant, by priority, then age."""
        key = trigger, bisect_right(self._edges, at)
        known = self._known.get(key)
        if known is None:
            standings = [standing for track in self.tracks if (standing := track.standing_at(at))]
            known = tuple(
                sorted(
                    (s for s in standings if trigger in s[0].definition["triggers"]),
                    key=lambda standing: standing[0].rank,
                )
            )
            self._known[key] = known
        return known

    @property
    def clauses(self) -> dict[tuple[str, int], Clause]:
        """Every clause that was ever live, by its rule's shown id and its version."""
        if not self._clauses:
            self._clauses = {
                (clause.shown, clause.version): clause
                for track in self.tracks
                for *_edges, clause in track.periods
            }
        return self._clauses

    @property
    def activities(self) -> frozenset[str]:
        """The types of events that move ends on, by what any currency or rule ever said (L-15)."""
        if self._activities is None:
            told = [terms.activities for terms in self.currencies.values()]
            told += [activities_of(clause.expiry) for clause in self.clauses.values()]
            self._activities = frozenset().union(*told)
        return self._activities

    @property
    def waits_for(self) -> frozenset[str]:
        """What else than time points of this programme have ever waited for (E-55)."""
        if self._waits_for is None:
            unlocks = (clause.unlock for clause in self.clauses.values())
            self._waits_for = frozenset(each.source for each in unlocks if each and each.waits)
        return self._waits_for

    def waits_of(self, trigger: str, at: datetime) -> frozenset[str]:
        """What else than time points may wait for that an event of this type brings at that instant."""
        unlocks = (clause.unlock for clause, is_live in self.looked_at(trigger, at) if is_live)
        return frozenset(each.source for each in unlocks if each and each.waits)

    @property
    def done_types(self) -> frozenset[str]:
        """The types that some rule asks members to have done; nobody need look for others."""
        return frozenset(
            kind
            for track in self.tracks
            for *_edges, clause in track.periods
            for told in clause.definition.get("conditions", {}).get("all", ())
            for kind in told.get("has_done", ())
        )


_kept: OrderedDict[tuple[Id, int], RuleSet] = OrderedDict()
_keeping = threading.Lock()


def rule_set_of(program: Program) -> RuleSet:
    """The rule set in force: one query if this process knows its version, four if it does not."""
    ((version,),) = run("SELECT version FROM loyalty_program WHERE id = %s", [program.pk])
    key = (program.pk, version)
    with _keeping:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    loaded = load_rule_set(program)
    with _keeping:
        _kept[key] = loaded
        while len(_kept) > SETS_KEPT_MAX:
            _kept.popitem(last=False)
    return loaded


def load_rule_set(program: Program) -> RuleSet:
    """Read all that was ever live, without the cache; what this process compiled before is not compiled again."""
    currencies = {
        currency.slug: CurrencyTerms.of(currency)
        for currency in PointCurrency.objects.filter(program=program)
    }
    rules = {rule.pk: rule for rule in EarningRule.objects.filter(program=program)}
    periods: dict[Id, list[tuple[datetime, datetime | None, Clause]]] = {}
    clauses = _compiled_before(program)
    rows = RulePeriod.objects.filter(rule__program=program).select_related("revision")
    for row in rows.order_by("starts_at"):
        rule, revision = rules[row.rule_id], row.revision
        if revision.pk not in clauses:
            origin = Origin(
                rule_id=rule.pk,
                revision_id=revision.pk,
                shown=shown(EarningRule.prefix, rule.pk),
                version=revision.number,
                created_at=rule.created_at,
            )
            clauses[revision.pk] = compile_clause(revision.definition, origin=origin)
        periods.setdefault(rule.pk, []).append((row.starts_at, row.ends_at, clauses[revision.pk]))
    tracks = tuple(
        Track(periods=tuple(found), is_ended=rules[rule_id].state == RuleState.ENDED)
        for rule_id, found in periods.items()
    )
    return RuleSet(currencies=currencies, tracks=tracks)


def _compiled_before(program: Program) -> dict[Id, Clause]:
    """By revision, the clauses of this programme that are kept already: a revision that was live never changes (E-21)."""
    with _keeping:
        known = [
            rules for (program_id, _version), rules in _kept.items() if program_id == program.pk
        ]
    return {
        clause.revision_id: clause
        for rules in known
        for track in rules.tracks
        for *_edges, clause in track.periods
    }
