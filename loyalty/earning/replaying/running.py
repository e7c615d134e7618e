"""Running a what-if: range after range of members, each in one unit that keeps how far it is. It reads only (E-80)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from loyalty.earning.replaying.history import Recalled, earned_by, reasons_held_back, recall
from loyalty.earning.replaying.models import WhatIf, WhatIfState
from loyalty.earning.replaying.siding import capped, sides_of, touching
from loyalty.earning.replaying.simulating import Played, Side, Stage, Verdict
from loyalty.earning.replaying.tallying import MemberSum, Tally
from loyalty.earning.replaying.usage import Budgets, clauses_of, has_budgets, usage_before
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.reports.balances import Move, balances_of, moves_but_for
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


class _Range:
    """One range's way: recall, play both ways, add up."""

    def __init__(self, what_if: WhatIf, program: Program, *, at: datetime) -> None:
        self.what_if, self.program, self.at = what_if, program, at
        self.setting = Setting.of(program)
        self.rules = sides_of(what_if, program)
        if self.setting.budget is None:  # else what one currency takes may be missing to another
            self.rules = touching(what_if.rule_id, *self.rules)
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
        stage = Stage(
            self.setting,
            before,
            after,
            tier_at=book.tier_at,
            usages=usages,
            moves=self._moves(member_ids, recalled),
        )
        sums = self._sums(recalled)
        counted: dict[Id, list[_Counted]] = {}
        for each in stage.play(
            recalled
        ):  # one by one: explanations of a whole range would fill the memory
            self.tally.add_event(each)
            sums.note(each)
            if not each.is_same:
                member_id = each.recalled.told.member.id
                counted.setdefault(member_id, []).append(_Counted.of(each, book))
        self._add_members(sums, book, counted)
        told_so_far = self.tally.as_json()
        if self.budgets:
            told_so_far["budgets"] = {
                "before": self.budgets[0].told(),
                "after": self.budgets[1].told(),
            }
        return told_so_far

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

    def _moves(
        self, member_ids: Sequence[Id], recalled: Sequence[Recalled]
    ) -> Mapping[Id, Sequence[Move]]:
        """What else moved balances that are capped; nothing is asked where none is."""
        currency_ids = capped(self.rules[0]) | capped(self.rules[1])
        if not currency_ids:
            return {}
        return moves_but_for(
            earned_by=[each.told.event_id for each in recalled],
            member_ids=member_ids,
            currency_ids=currency_ids,
            since=self.what_if.since,
            until=self.what_if.until,
        )

    def _sums(self, recalled: Sequence[Recalled]) -> "_Sums":
        touched = {clause.currency for clause in clauses_of(*self.rules)}
        slugs = {
            terms.id: slug for slug, terms in self.rules[0].currencies.items() if slug in touched
        }
        earned = earned_by([each.told.event_id for each in recalled])
        return _Sums(slugs=slugs, earned=earned, at=self.at)

    def _add_members(
        self, sums: "_Sums", book: TierBook, counted: Mapping[Id, Sequence["_Counted"]]
    ) -> None:
        balances: Mapping[Id, Any] = {}
        if counted:
            balances = balances_of(self.program, list(counted), self.at)
        for member_id, summed in sums.by_member.items():
            held = {
                slug: int(told["available"]) + int(told["pending"])
                for slug, told in balances.get(member_id, {}).items()
            }
            self.tally.add_member(member_id, summed, balances=held)
        for member_id, theirs in counted.items():
            self._add_move(member_id, theirs, book)

    def _add_move(self, member_id: Id, theirs: Sequence["_Counted"], book: TierBook) -> None:
        """Where the member would stand today, had these points counted on their days."""
        if book.terms is None:
            return
        before = book.states[member_id].in_force
        for each in theirs:
            day = local_day(each.occurred_at, self.program.zone)
            book.count(member_id, day, each.occurred_at, self.at, points=each.points)
        after = book.tier_at(member_id, self.at + timedelta(seconds=1))
        if after is not None and after.slug != before:
            self.tally.add_move(before, after.slug)

    def _budgets(self, told: Mapping[str, Any], side: str) -> Budgets:
        day = local_day(self.what_if.since, self.program.zone)
        budgets = Budgets(self.program, day, self.setting.budget)
        budgets.take_up(told.get("budgets", {}).get(side, ()))
        return budgets


@dataclass(frozen=True, slots=True)
class _Counted:
    """By how many points that count for tiers one event would differ."""

    occurred_at: datetime
    points: int

    @classmethod
    def of(cls, each: Played, book: TierBook) -> "_Counted":
        points = _for_tiers(each.after, book) - _for_tiers(each.before, book)
        return cls(each.recalled.told.occurred_at, points)


@dataclass(slots=True)
class _Sums:
    """Members' sums of one range; `earned` is what each event really brought."""

    slugs: Mapping[Id, str]
    earned: Mapping[Id, Mapping[Id, int]]
    at: datetime
    by_member: defaultdict[Id, MemberSum] = field(default_factory=lambda: defaultdict(MemberSum))

    def note(self, each: Played) -> None:
        """Add one event."""
        told = each.recalled.told
        summed = self.by_member[told.member.id]
        for currency_id, points in self.earned.get(told.event_id, {}).items():
            if currency_id in self.slugs:
                summed.before[self.slugs[currency_id]] += points
        if each.is_same:
            return
        for verdict, sign in ((each.after, 1), (each.before, -1)):
            for grant, net in verdict.net:
                summed.change[grant.currency] += sign * net
                ends = grant.terms.expires_at
                if ends is None or ends > self.at:
                    summed.change_valid[grant.currency] += sign * net


def _for_tiers(verdict: Verdict, book: TierBook) -> int:
    if book.terms is None:
        return 0
    currency_id = book.terms.currency_id
    return sum(
        net
        for grant, net in verdict.net
        if grant.counts_for_tier and grant.currency_id == currency_id
    )


def _held_back(each: Recalled, why: str) -> Recalled:
    if not why:
        return each
    return replace(each, told=replace(each.told, held_back=why))
