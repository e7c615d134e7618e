"""Waits: which points wait for what, carried from event to event as they are judged (E-2, E-55). Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from loyalty.earning.kinds import Grant, Told
from loyalty.foundation.ids import Id
from loyalty.ledger.timed.waiting import WaitingLot
from loyalty.programs.calendar import Period
from loyalty.programs.expiry import ends_at

FULFILLED: Final = "order.fulfilled"
SAFE: Final = "safe_order"
STAMP: Final = "waits"  # the key in a lot's terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """What a lot waits for, how long after that it opens, not before `since`, and whose earning it is."""

    source: str
    after: str
    since: datetime
    event_id: Id
    rule_id: Id

    def opens(self, moment: datetime, *, zone: str) -> datetime:
        """When points open for which this moment was waited."""
        return max(Period.read(self.after).after(moment, zone=zone), self.since)

    def stamp(self) -> dict[str, Any]:
        """As it is kept in the lot's terms, which follow the lot wherever a merge takes it."""
        return {
            STAMP: {
                "for": self.source,
                "after": self.after,
                "since": self.since.isoformat(),
                "event": str(self.event_id),
                "rule": str(self.rule_id),
            }
        }

    @classmethod
    def read(cls, terms: Mapping[str, Any]) -> "Wait | None":
        told = terms.get(STAMP)
        if told is None:
            return None
        return cls(
            source=told["for"],
            after=told["after"],
            since=datetime.fromisoformat(told["since"]),
            event_id=Id(told["event"]),
            rule_id=Id(told["rule"]),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """Points that wait: in a lot, or just granted (`lot` is None until they are posted)."""

    currency_id: Id
    points: int
    wait: Wait
    lot: WaitingLot | None = None


@dataclass(slots=True)
class Waits:
    """What the members of a batch wait for, and since when they have a safe order; moved as events are judged."""

    zone: str = "UTC"
    pending: defaultdict[Id, list[Pending]] = field(default_factory=lambda: defaultdict(list))
    safe: dict[Id, datetime] = field(default_factory=dict)
    dated: list[tuple[Pending, datetime]] = field(default_factory=list)

    def follow(
        self, told: Told, grants: Sequence[Grant], *, at: datetime
    ) -> tuple[list[Grant], list[tuple[Id, int]]]:
        """What this event opens, and its own grants with the terms that follow; (currency, points) that open now."""
        member_id, before = told.member.id, len(self.dated)
        if told.fulfils is not None:
            self._fulfil(member_id, told.fulfils, told.occurred_at, at=at)
        if told.order is not None:
            instants = [g.terms.opens_at or at for g in grants if not g.terms.waits_for]
            # What opens on arrival opens now, however long ago its event was: so the ledger keeps it too.
            self._become_safe(member_id, [at for each in instants if each <= at])
        grants = [self._settled(grant) for grant in grants]
        self.pending[member_id] += [_pending(grant) for grant in grants if grant.terms.waits_for]
        opens = [(each, when) for each, when in self.dated[before:] if when <= at]
        return grants, [(each.currency_id, each.points) for each, _when in opens]

    def _fulfil(self, member_id: Id, order_event_id: Id, moment: datetime, *, at: datetime) -> None:
        mine = [
            each
            for each in self.pending[member_id]
            if (each.wait.source, each.wait.event_id) == (FULFILLED, order_event_id)
        ]
        opens = [self._date(member_id, each, moment) for each in mine]
        self._become_safe(member_id, [when for when in opens if when <= at])

    def _become_safe(self, member_id: Id, moments: Sequence[datetime]) -> None:
        """The points of an order have opened: what waited for that is dated. Who is safe already stays so."""
        if not moments:
            return
        earlier = self.safe.get(member_id)
        self.safe[member_id] = min(moments) if earlier is None else min(earlier, *moments)
        if earlier is not None:
            return
        for each in [one for one in self.pending[member_id] if one.wait.source == SAFE]:
            self._date(member_id, each, self.safe[member_id])

    def _date(self, member_id: Id, each: Pending, moment: datetime) -> datetime:
        opens = each.wait.opens(moment, zone=self.zone)
        self.pending[member_id].remove(each)
        self.dated.append((each, opens))
        return opens

    def _settled(self, grant: Grant) -> Grant:
        """A grant that waits for a safe order of someone who has one opens by that, not before its event."""
        moment = self.safe.get(grant.member_id)
        if grant.terms.waits_for != SAFE or moment is None:
            return grant
        opens = wait_of(grant).opens(moment, zone=self.zone)
        terms = replace(
            grant.terms,
            waits_for="",
            lapses_at=None,
            opens_at=opens,
            expires_at=ends_at(grant.terms.policy, opens, self.zone),
        )
        return replace(grant, terms=terms)


def wait_of(grant: Grant) -> Wait:
    """What the points of this grant wait for."""
    return Wait(
        source=grant.terms.waits_for,
        after=grant.terms.after,
        since=grant.occurred_at,
        event_id=grant.event_id,
        rule_id=grant.rule_id,
    )


def _pending(grant: Grant) -> Pending:
    return Pending(currency_id=grant.currency_id, points=grant.points, wait=wait_of(grant))
