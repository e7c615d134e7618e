"""Running a what-if: range after range of members, each in one unit that keeps how far it is. It reads only (E-80)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from loyalty.earning.replaying.history import Recalled, earned_by, reasons_held_back, recall
from loyalty.earning.replaying.models import Change, WhatIf, WhatIfState
from loyalty.earning.replaying.simulating import (
    Played,
    Side,
    Stage,
    Verdict,
    without_caps_on_balances,
    without_rule,
)
from loyalty.earning.replaying.tallying import MemberSum, Tally
from loyalty.earning.replaying.usage import Budgets, clauses_of, has_budgets, usage_before
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.reports.balances import balances_of
from loyalty.members.kinds import GONE
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book

MEMBERS_AT_ONCE: Final = 500  # some thousand events: a second or two, so that a stop is soon heard


@inside_unit_of_work
def run_some(*, program: Program, what_if_id: Id, at: datetime) -> bool:
    """Play one range of members; answers whether there may be more. A stopped what-if is left alone."""
    what_if = WhatIf.objects.select_related("rule").filter(pk=what_if_id, program=program).first()
    if what_if is None or what_if.state != WhatIfState.RUNNING:
        return False
    member_ids = _next_members(what_if)
    changed: dict[str, Any] = {}
    if member_ids:
        before = what_if.events_done
        tally = _Range(what_if, program, at=at).played(member_ids)
        changed = {
            "mark": member_ids[-1],
            "members_done": F("members_done") + len(member_ids),
            "events_done": F("events_done") + tally["events"] - before,
            "tally": tally,
        }
    is_over = len(member_ids) < MEMBERS_AT_ONCE
    if is_over:
        changed |= {"state": WhatIfState.DONE, "finished_at": at}
    # Whoever stopped it meanwhile was quicker: then this range is played again when it is taken up.
    mine = WhatIf.objects.filter(pk=what_if.pk, state=WhatIfState.RUNNING, mark=what_if.mark)
    return bool(mine.update(**changed)) and not is_over


def _next_members(what_if: WhatIf) -> list[Id]:
    living = Member.objects.filter(program=what_if.program_id).exclude(status__in=GONE)
    rest = living.filter(pk__gt=what_if.mark) if what_if.mark else living
    return list(rest.order_by("pk").values_list("pk", flat=True)[:MEMBERS_AT_ONCE])


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


class _Range:
    """One range's way: recall, play both ways, add up."""

    def __init__(self, what_if: WhatIf, program: Program, *, at: datetime) -> None:
        self.what_if, self.program, self.at = what_if, program, at
        self.setting = Setting.of(program)
        self.rules = sides_of(what_if, program)
        told = what_if.tally
        self.tally = Tally.from_json(told, currency=what_if.definition["currency"])
        self.budgets: tuple[Budgets, Budgets] | None = None
        if has_budgets(self.setting, *self.rules):
            self.budgets = (self._budgets(told, "before"), self._budgets(told, "after"))

    def played(self, member_ids: Sequence[Id]) -> dict[str, Any]:
        """The tally with this range in it, as JSON."""
        book = open_book(program=self.program, member_ids=member_ids, at=self.at)
        recalled = self._recalled(member_ids)
        day = local_day(self.what_if.since, self.program.zone)
        usages = usage_before(
            member_ids=member_ids, day=day, setting=self.setting, sides=self.rules
        )
        before, after = (
            Side(rules, self.budgets[place] if self.budgets else None)
            for place, rules in enumerate(self.rules)
        )
        stage = Stage(self.setting, before, after, tier_at=book.tier_at, usages=usages)
        played = list(stage.play(recalled))
        for each in played:
            self.tally.add_event(each)
        self._add_members(played, book)
        told = self.tally.as_json()
        if self.budgets:
            told["budgets"] = {
                "before": self.budgets[0].told(),
                "after": self.budgets[1].told(),
            }
        return told

    def _recalled(self, member_ids: Sequence[Id]) -> list[Recalled]:
        """What was told of these members and judged; what was kept from earning then, is kept from it again."""
        clauses = clauses_of(*self.rules)
        types = {kind for clause in clauses for kind in clause.definition["triggers"]}
        found = recall(
            program=self.program,
            member_ids=member_ids,
            since=self.what_if.since,
            until=self.what_if.until,
            types=types,
            done=self.rules[0].done_types | self.rules[1].done_types,
        )
        held_back = reasons_held_back([each.told.event_id for each in found])
        return [
            _held_back(each, held_back[each.told.event_id])
            for each in found
            if each.told.event_id in held_back
        ]

    def _add_members(self, played: Sequence[Played], book: TierBook) -> None:
        slugs = {terms.id: slug for slug, terms in self.rules[0].currencies.items()}
        earned = earned_by([each.recalled.told.event_id for each in played])
        sums: defaultdict[Id, MemberSum] = defaultdict(MemberSum)
        changed: dict[Id, list[Played]] = {}
        for each in played:
            told = each.recalled.told
            summed = sums[told.member.id]
            for currency_id, points in earned.get(told.event_id, {}).items():
                summed.before[slugs[currency_id]] += points
            if not each.is_same:
                changed.setdefault(told.member.id, []).append(each)
                self._add_changes(summed, each)
        balances: Mapping[Id, Mapping[str, Any]] = (
            balances_of(self.program, list(changed), self.at) if changed else {}
        )
        for member_id, summed in sums.items():
            held = {
                slug: int(told["available"]) + int(told["pending"])
                for slug, told in balances.get(member_id, {}).items()
            }
            self.tally.add_member(member_id, summed, balances=held)
        for member_id, theirs in changed.items():
            self._add_move(member_id, theirs, book)

    def _add_changes(self, summed: MemberSum, each: Played) -> None:
        for verdict, sign in ((each.after, 1), (each.before, -1)):
            for grant, net in verdict.net:
                summed.change[grant.currency] += sign * net
                ends = grant.terms.expires_at
                if ends is None or ends > self.at:
                    summed.change_valid[grant.currency] += sign * net

    def _add_move(self, member_id: Id, theirs: Sequence[Played], book: TierBook) -> None:
        """Where the member would stand today, had these points counted on their days."""
        if book.terms is None:
            return
        before = book.states[member_id].in_force
        for each in theirs:
            points = _for_tiers(each.after, book) - _for_tiers(each.before, book)
            told = each.recalled.told
            day = local_day(told.occurred_at, self.program.zone)
            book.count(member_id, day, told.occurred_at, self.at, points=points)
        after = book.tier_at(member_id, self.at + timedelta(seconds=1))
        if after is not None and after.slug != before:
            self.tally.add_move(before, after.slug)

    def _budgets(self, told: Mapping[str, Any], side: str) -> Budgets:
        day = local_day(self.what_if.since, self.program.zone)
        budgets = Budgets(self.program, day, self.setting.budget)
        budgets.take_up(told.get("budgets", {}).get(side, ()))
        return budgets


def _for_tiers(verdict: Verdict, book: TierBook) -> int:
    assert book.terms is not None
    return sum(
        net
        for grant, net in verdict.net
        if grant.counts_for_tier and grant.currency_id == book.terms.currency_id
    )


def _held_back(each: Recalled, why: str) -> Recalled:
    if not why:
        return each
    return replace(each, told=replace(each.told, held_back=why))
