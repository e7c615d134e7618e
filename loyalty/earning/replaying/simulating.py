"""Simulating: past events judged twice, as it was and as it would be, by the very function that judges for real.

Both sides see the same member, order and tier: those of that time. So every difference comes from the change alone;
a tier that it would bring changes no later event, only the tier moves of the report (ADR 0131).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Final

from loyalty.earning.judging import basis_of_told, explained
from loyalty.earning.kinds import Grant, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene, TierInForce
from loyalty.earning.replaying.history import Recalled
from loyalty.earning.replaying.usage import Budgets, copied
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.earning.settling.orders import Bought, Folded
from loyalty.earning.settling.recomputing import (
    Given,
    basis_left,
    claims_of,
    judged_by,
    scene_left,
)
from loyalty.earning.weighing import Weighed, weigh
from loyalty.foundation.ids import Id
from loyalty.ledger.reports.balances import Move

CAPS: Final = frozenset(
    {"points_per_event", "points_per_member", "currency_points_per_event"}
    | {"currency_points_per_member", "balance_cap", "budget"}
)
GATES: Final = frozenset({"once_per", "cooldown", "times"})


@dataclass(slots=True)
class Verdict:
    """What one side made of one event: how it was weighed, and each earning's points net of what its returns claim.

    Explanations cost as much as judging, and few are read: each is made when somebody asks.
    """

    weighed: Weighed
    net: tuple[tuple[Grant, int], ...]
    explain: Callable[[], dict[str, Any]]

    @property
    def points(self) -> dict[str, int]:
        """By currency; none where nothing is left."""
        points: dict[str, int] = {}
        for grant, net in self.net:
            points[grant.currency] = points.get(grant.currency, 0) + net
        return {currency: net for currency, net in points.items() if net}


@dataclass(frozen=True, slots=True)
class Played:
    """One event, both ways; `after` is `before` itself where nothing could differ."""

    recalled: Recalled
    before: Verdict
    after: Verdict

    @property
    def is_same(self) -> bool:
        return self.before is self.after


@dataclass(slots=True)
class Side:
    """The rules of one side, and its budgets if it has any."""

    rules: RuleSet
    budgets: Budgets | None = None


@dataclass(slots=True)
class Stage:
    """What both sides share: the programme's setting, and the tier that a member had at an instant."""

    setting: Setting
    before: Side
    after: Side
    tier_at: Callable[[Id, datetime], TierInForce | None]
    usages: dict[Id, Usage] = field(default_factory=dict)
    moves: Mapping[Id, Sequence[Move]] = field(default_factory=dict)  # where balances are capped

    def play(self, recalled: Iterable[Recalled]) -> Iterator[Played]:
        """Every event that some rule of either side looks at, in order; members one after the other."""
        for member_id, mine in groupby(recalled, key=lambda each: each.told.member.id):
            yield from self._play_one(self.usages[member_id], list(mine))

    def _play_one(self, usage: Usage, mine: Sequence[Recalled]) -> Iterator[Played]:
        """One member's events. Until something differs both sides share one usage and one verdict."""
        parted: Usage | None = copied(usage) if self.before.budgets else None
        moves = deque(self.moves.get(mine[0].told.member.id, ()))
        for each in mine:
            told = each.told
            _move_on(moves, told, usages=(usage, parted))
            looked_at = self.before.rules.looked_at(told.type, told.occurred_at)
            is_same = looked_at == self.after.rules.looked_at(told.type, told.occurred_at)
            if is_same and not looked_at:
                continue
            if parted is None and not is_same:
                parted = copied(usage)
            scene = self._scene(each)
            before = self._judged(self.before, scene, usage, each)
            after = before if parted is None else self._judged(self.after, scene, parted, each)
            yield Played(each, before, after)

    def _scene(self, each: Recalled) -> Scene:
        told = each.told
        tier = self.tier_at(told.member.id, told.occurred_at)
        basis = basis_of_told(told, setting=self.setting)
        return Scene(told, basis=basis, tier=tier, zone=self.setting.zone)

    def _judged(self, side: Side, scene: Scene, usage: Usage, each: Recalled) -> Verdict:
        if side.budgets is not None:
            side.budgets.open_for(scene, rules=side.rules, usage=usage)
        weighed = weigh(
            scene,
            rules=side.rules,
            setting=self.setting,
            usage=usage,
            tier=scene.tier,
            at=each.told.occurred_at,
        )
        explain = partial(
            explained, weighed, scene, rules=side.rules, setting=self.setting, tier=scene.tier
        )
        claims: dict[Id, int] = {}
        if each.returns and weighed.grants:
            claims = self._claims(side, scene, weighed, each, explanation=explain())
        net = tuple((g, g.points - claims.get(g.rule_id, 0)) for g in weighed.grants)
        return Verdict(weighed, net, explain)

    def _claims(
        self,
        side: Side,
        scene: Scene,
        weighed: Weighed,
        each: Recalled,
        *,
        explanation: Mapping[str, Any],
    ) -> dict[Id, int]:
        """What the returns of this order ask back, by rule: as settling works it out (E-61, E-62)."""
        assert scene.basis is not None, "only orders are returned"
        includes = self.setting.switches.prices_include_tax
        folded = Folded(Bought(told=each.told, earlier=each.returns), prices_include_tax=includes)
        clauses = side.rules.clauses
        given = [
            Given(
                clause=clauses[grant.rule, grant.version],
                points=grant.points,
                rounding=side.rules.currencies[grant.currency].rounding,
            )
            for grant in weighed.grants
        ]
        basis = basis_left(
            folded.order, folded.left, explanation=explanation, factor=scene.basis.factor
        )
        left = scene_left(each.told, basis, explanation=explanation, zone=self.setting.zone)
        return claims_of(given, left, judged=judged_by(explanation, clauses))


def _move_on(moves: deque[Move], told: Told, *, usages: Iterable[Usage | None]) -> None:
    """Let what else moved this member's balances by now move those of each side: spent is spent on both."""
    while moves and (moves[0].occurred_at is None or moves[0].occurred_at <= told.occurred_at):
        move = moves.popleft()
        for usage in usages:
            if usage is not None:
                usage.balances[told.member.id, move.currency_id] += move.points


def trims_of(verdict: Verdict) -> Iterator[tuple[str, int]]:
    """Points that each cap cut, and once for each time that a gate stopped a rule."""
    for entry in verdict.weighed.entries:
        if entry.get("why_not") in GATES:
            yield entry["why_not"], 1
        for step in entry.get("steps", ()):
            if step["code"] in CAPS:
                yield step["code"], int(step["before"] - step["after"])
