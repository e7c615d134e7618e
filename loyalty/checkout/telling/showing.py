"""Showing quotes: what was offered, in the reader's language."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty.checkout.models import Quote, QuoteUse
from loyalty.checkout.telling.sentences import refusal_told, trim_sentence
from loyalty.earning.explaining import Teller
from loyalty.earning.telling import words
from loyalty.foundation.ids import Id, shown
from loyalty.members.models import Member
from loyalty.members.showing import exported_with_member
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words

Shown = dict[str, Any]


def show_quote(row: Quote, *, program: Program, at: datetime) -> Shown:
    """One quote as doors tell it. `at` decides whether it is over."""
    body = row.body
    paying = body["pay_with_points"]
    value = paying["value"] if paying else 0
    return {
        "id": row.shown_id,
        "member": shown(Member.prefix, row.member_id),
        "status": "open" if at < row.expires_at else "expired",
        "as_of": row.as_of,
        "expires_at": row.expires_at,
        "order": row.order,
        "discounts": _discounts(body["discounts"], currency=row.currency),
        "pay_with_points": _paying(paying, currency=row.currency),
        "to_pay": _money(row.total - value, row.currency),
        "earns": _earns(body["earns"], program=program),
        "benefits": _benefits(body["benefits"]),
        "refusals": [refusal_told(each) for each in body["refusals"]],
        "orders": [
            {
                "event": shown("evt", use.event_id),
                "used": not use.missed,
                "why_not": use.missed or None,
            }
            for use in uses_of(row)
        ],
    }


def uses_of(row: Quote) -> Sequence[QuoteUse]:
    """The orders that named this quote, the first one first."""
    return list(row.uses.order_by("id"))


def page_of(row: Quote, *, program: Program, at: datetime) -> Shown:
    """One quote as staff read it: sums and reasons in words."""
    told, money = show_quote(row, program=program, at=at), row.currency
    paying = told["pay_with_points"]
    off = {each["line_id"]: each["amount"] for each in told["discounts"]["lines"]}
    discount = row.body["discounts"]["amount"]
    return {
        "is_over": at >= row.expires_at,
        "total": words.money(row.total, money),
        "discount": words.money(discount, money) if discount else "",
        "paying": _paying_in_words(paying, money=money) if paying else [],
        "to_pay": words.money(told["to_pay"]["amount"], money),
        "refusals": told["refusals"],
        "lines": [
            {
                **line,
                "amount": words.money(line["amount"], money),
                "off": words.money(taken, money) if (taken := off.get(line["line_id"], 0)) else "",
            }
            for line in row.order.get("lines", ())
        ],
        "rules": told["earns"]["explanation"]["rules"],
    }


def _paying_in_words(paying: Mapping[str, Any], *, money: str) -> list[tuple[str, str]]:
    """What points may pay, a pair of label and words each."""

    def worth(points: int, value: Mapping[str, Any]) -> str:
        return f"{words.points(points)} = {words.money(value['amount'], money)}"

    rows = [
        (_("Points available"), words.points(paying["available"])),
        (_("Points usable"), worth(paying["most"], paying["most_value"])),
    ]
    if paying["wanted"] is not None:
        rows.append((_("Points asked for"), words.points(paying["wanted"])))
        rows.append((_("Points used"), worth(paying["use"], paying["value"])))
        rows += [(_("Why not more"), trim["sentence"]) for trim in paying["trims"]]
    return rows


@exported_with_member("quotes")
def exported_quotes(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, object]:
    """What members asked for and were offered (S-57)."""
    told: dict[Id, list[Shown]] = {member_id: [] for member_id in member_ids}
    for row in Quote.objects.filter(program=program, member_id__in=member_ids).order_by("id"):
        told[row.member_id].append(
            {"id": row.shown_id, "as_of": row.as_of, "order": row.order, "offer": row.body}
        )
    return told


def _money(amount: int, currency: str) -> Shown:
    return {"amount": amount, "currency": currency}


def _discounts(told: Mapping[str, Any], *, currency: str) -> Shown:
    return {
        "amount": _money(told["amount"], currency),
        "shipping": told["shipping"],
        "lines": told["lines"],
        "vouchers": told["vouchers"],
    }


def _paying(told: Mapping[str, Any] | None, *, currency: str) -> Shown | None:
    if told is None:
        return None
    terms = told["terms"]
    return {
        "currency": told["currency"],
        "available": told["available"],
        "most": told["most"],
        "most_value": _money(told["most_value"], currency),
        "held_by": told["held_by"],
        "wanted": told["wanted"],
        "use": told["use"],
        "value": _money(told["value"], currency),
        "trims": [{**trim, "sentence": trim_sentence(trim, terms=terms)} for trim in told["trims"]],
        "terms": terms,
    }


def _earns(told: Mapping[str, Any], *, program: Program) -> Shown:
    explanation = told["explanation"]
    teller = Teller(program, [explanation])
    tier = told["tier"]["before"] or ""
    reasons = {entry["rule"]: entry for entry in explanation["rules"]}
    return {
        **told,
        "points": [
            {**earned, "explanation": teller.entry(reasons[earned["rule"]], tier=tier)}
            for earned in told["points"]
        ],
        "explanation": teller.told(explanation),
    }


def _benefits(told: Mapping[str, Any] | None) -> Shown | None:
    if told is None:
        return None
    return {
        **told,
        "tier": {"slug": told["tier"]["slug"], "name": in_words(told["tier"]["name"])},
        "perks": [{"slug": p["slug"], "text": in_words(p["text"])} for p in told["perks"]],
    }
