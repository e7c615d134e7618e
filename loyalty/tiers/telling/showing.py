"""Showing: what a member's tier is, what is next, and what is coming (T-35)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from loyalty.foundation.ids import Id, shown
from loyalty.members.showing import shown_with_member
from loyalty.programs.calendar import local_day, zone_named
from loyalty.programs.models import Program
from loyalty.programs.tenants import currencies_of
from loyalty.programs.texts import in_words
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.maths.projecting import Remaining, remaining
from loyalty.tiers.maths.values import Terms, Tier
from loyalty.tiers.models import Tier as TierRow
from loyalty.tiers.outlook import Risk, projected_tier, risks_of
from loyalty.tiers.states.moving import grant_in_force, in_force_until
from loyalty.tiers.states.reading import MemberState

Shown = dict[str, Any]


@shown_with_member("tier")
def show_tiers(program: Program, member_ids: Collection[Id], at: datetime) -> Mapping[Id, object]:
    """Each member's tier, next tier and risks; nobody has one while there is no ladder. Three statements for any number."""
    if not member_ids:
        return {}
    book = open_book(program=program, member_ids=member_ids, at=at)
    if book.terms is None:
        return {}
    return {member_id: show_tier(book, state, at=at) for member_id, state in book.states.items()}


def show_tier(book: TierBook, state: MemberState, *, at: datetime) -> Shown:
    """One member's tier as doors tell it."""
    assert book.terms is not None
    terms, zone = book.terms, book.program.zone
    climber = book.climber_for_review(state.member_id)
    above = remaining(climber, above=terms.at(state.in_force).rank, today=local_day(at, zone))
    view: Shown = {
        "current": _current(book, state, at=at),
        "next": _opportunity(above[0], terms) if above else None,
        "projected": projected_tier(book, state, at=at).slug,
        "risks": [_risk(risk, zone=zone) for risk in risks_of(book, state, at=at)],
        "opportunities": [_opportunity(each, terms) for each in above],
    }
    paid = [grant.until for grant in state.grants if grant.source == GrantSource.PAID]
    if paid:
        view["paid_until"] = _last(paid, zone=zone)
    return view


def show_ladder(*, program: Program) -> Shown:
    """The live ladder for catalogues: how it counts, and its tiers from the lowest up; no tier without a ladder."""
    live = ladder_of(program.pk).live
    if live is None:
        return {"data": [], "metric": None, "currency": None, "revision": None}
    terms = live.terms
    ids = dict(TierRow.objects.filter(revision_id=terms.revision_id).values_list("slug", "id"))
    names = {each.pk: slug for slug, each in currencies_of(program).items()}
    return {
        "data": [_tier(tier, shown("tir", ids[tier.slug])) for tier in terms.tiers],
        "metric": terms.metric,
        "currency": names.get(terms.currency_id),
        "revision": terms.number,
    }


def _current(book: TierBook, state: MemberState, *, at: datetime) -> Shown:
    assert book.terms is not None
    zone = book.program.zone
    tier = book.terms.at(state.in_force)
    is_earned = book.terms.at(state.standing.slug).rank >= tier.rank
    grant = None if is_earned else grant_in_force(state, book.terms, at=at)
    in_grace = is_earned and state.standing.grace_through is not None
    view = {
        "slug": tier.slug,
        "name": in_words(tier.name),
        "since": _local(state.since, zone=zone),
        "until": _local(in_force_until(state, book.terms, zone=zone, at=at), zone=zone),
        "from": "standing" if is_earned else "grant",
        "state": "grace" if in_grace else "held",
        "benefits": _benefits(tier),
    }
    return view | ({"source": grant.source} if grant else {})


def _tier(tier: Tier, shown_id: str) -> Shown:
    return {
        "id": shown_id,
        "slug": tier.slug,
        "name": in_words(tier.name),
        "rank": tier.rank,
        "reach": tier.reach if tier.by_metric else None,
        "keep": tier.keep if tier.by_metric else None,
        "by_metric": tier.by_metric,
        "for_life": tier.for_life,
        "benefits": _benefits(tier),
    }


def _benefits(tier: Tier) -> Shown:
    told = dict(tier.benefits)
    if "perks" in told:
        told["perks"] = [
            {"slug": perk["slug"], "text": in_words(perk["text"])} for perk in told["perks"]
        ]
    return told


def _opportunity(each: Remaining, terms: Terms) -> Shown:
    missing = {
        "metric": terms.metric,
        "missing": each.missing,
        "of": each.tier.reach,
        "by": _day(each.by),
    }
    return {
        "slug": each.tier.slug,
        "name": in_words(each.tier.name),
        "remaining": [missing],
    }


def _risk(risk: Risk, *, zone: str) -> Shown:
    return {
        "from": risk.from_tier.slug,
        "to": risk.to_tier.slug,
        "missing": risk.missing,
        "keep_by": _day(risk.keep_by),
        "at": _local(risk.at, zone=zone),
        "cause": risk.cause,
    }


def _last(ends: Collection[datetime | None], *, zone: str) -> datetime | None:
    """The latest of these ends; none at all outlasts every one."""
    known = [end for end in ends if end is not None]
    return None if len(known) < len(ends) else _local(max(known), zone=zone)


def _local(at: datetime | None, *, zone: str) -> datetime | None:
    return None if at is None else at.astimezone(zone_named(zone))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
