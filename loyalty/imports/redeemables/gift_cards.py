"""Gift cards from files: cards that are out already bring what is left on them, with their own code and PIN (W-51)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.events.intake.refusing import MemberUnknown
from loyalty.foundation.database.statements import run
from loyalty.foundation.refusals import DomainError
from loyalty.imports.files.columns import Column
from loyalty.imports.kinds import (
    ROWS_AT_ONCE_MAX,
    ImportKind,
    RowStatus,
    ToldRow,
    Verdict,
    Work,
)
from loyalty.imports.models import ImportRow
from loyalty.imports.redeemables.codes import code_of, end_of, pin_of
from loyalty.imports.refusals import UsedSince
from loyalty.imports.taking.takers import Taker, register
from loyalty.imports.taking.values import key_of, meet_each_other, problem, text_of, whole_of
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.members.finding import EXTERNAL, find_members, survivors_of
from loyalty.members.kinds import MemberStatus
from loyalty.programs.models import Program
from loyalty.rewards.codes.pooling import known_codes
from loyalty.rewards.gift_cards.opening import NewCard, open_cards
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Voucher
from loyalty.rewards.undoing.cancelling import cancel_vouchers
from loyalty.rewards.voucher_kinds import PaidWith, VoucherState

REASON: Final = "import"
_ISO_4217: Final = re.compile(r"[A-Z]{3}")
# Two files of one programme that name one card wait for each other.
_ONE_FILE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('import.gift_cards:' || %s, 0))"

COLUMNS: Final = (
    Column(
        name="code",
        title=_("Code"),
        required=True,
        sample="GC-7H2K-90PX",
        others=("card", "card_number", "gift_card", "gift_card_code", "number"),
    ),
    Column(
        name="value",
        title=_("Value, in minor units such as cents"),
        form="whole",
        required=True,
        sample="2500",
        others=("amount", "balance", "remaining"),
    ),
    Column(name="currency", title=_("Currency"), sample="EUR"),
    Column(name="pin", title=_("PIN"), others=("secret",)),
    Column(
        name="ends_on",
        title=_("Last day it can be used"),
        others=("ends", "expires", "expires_on", "expiry", "valid_until", "valid_to"),
    ),
    Column(
        name="external_id",
        title=_("Member, as the shop knows them"),
        others=("member", "member_id", "customer", "customer_id", "owner"),
    ),
    Column(name="paid_with", title=_("Paid with: money, points or free")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What a row says about its card."""

    code: str = field(repr=False)
    pin: str = field(repr=False)
    value: int
    currency: str
    ends_at: datetime | None
    external_id: str
    paid_with: PaidWith


def check_cards(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Which of these would be opened."""
    return [verdict for verdict, _told in _judged(work, rows)]


def take_cards(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Open the new ones, each with its value on an account."""
    run(_ONE_FILE, [str(work.program.pk)])
    judged = _judged(work, rows)
    fresh = [(verdict, told) for verdict, told in judged if verdict.is_new and told]
    cards = [
        NewCard(
            amount=told.value,
            currency=told.currency,
            paid_with=told.paid_with,
            origin=Origin.IMPORT,
            member_id=verdict.member_id,
            ends_at=told.ends_at,
            code=told.code,
            pin=told.pin,
        )
        for verdict, told in fresh
    ]
    made = open_cards(program=work.program, cards=cards, actor=work.actor, at=work.at)
    for (verdict, _told), card in zip(fresh, made, strict=True):
        verdict.target_id = card.id
    return [verdict for verdict, _told in judged]


def undo_cards(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Cancel what nobody has drawn from; the code stays known, so the same card does not come again."""
    ids = [row.target_id for row in rows if row.target_id]
    cancel_vouchers(
        program=work.program, voucher_ids=ids, reason=REASON, actor=work.actor, at=work.at
    )
    gone = set(
        Voucher.objects.filter(
            program=work.program, pk__in=ids, state=VoucherState.CANCELLED
        ).values_list("pk", flat=True)
    )
    verdicts = []
    for row in rows:
        verdict = Verdict(row.number, status=RowStatus.UNDONE)
        if row.target_id not in gone:
            verdict.status, verdict.refusal = RowStatus.KEPT, UsedSince()
        verdicts.append(verdict)
    return verdicts


def _judged(work: Work, rows: Sequence[ToldRow]) -> list[tuple[Verdict, _Told | None]]:
    judged = [_read(row, work=work) for row in rows]
    meet_each_other([verdict for verdict, _told in judged])
    _meet_known(work.program, judged)
    _meet_members(work.program, judged)
    return judged


def _read(row: ToldRow, *, work: Work) -> tuple[Verdict, _Told | None]:
    verdict = Verdict(row.number)
    if row.bad is not None:
        verdict.refuse(row.bad)
        return verdict, None
    try:
        told = _card_in(row.told, work=work)
    except DomainError as refusal:
        verdict.refuse(refusal)
        return verdict, None
    verdict.key = key_of(work, ImportKind.GIFT_CARDS, told.code)
    verdict.money, verdict.currency = told.value, told.currency
    return verdict, told


def _card_in(told: Mapping[str, Any], *, work: Work) -> _Told:
    """What a row says; raises Malformed, AlreadyExpired."""
    currency = text_of(told.get("currency", work.program.currency), name="currency")
    if not _ISO_4217.fullmatch(currency):
        raise problem("currency", "wrong_type", _("Three capital letters, such as EUR."))
    paid_with = told.get("paid_with", PaidWith.MONEY.value)
    if paid_with not in PaidWith.values:
        raise problem("paid_with", "not_a_choice", _("money, points or free."))
    value = whole_of(told.get("value"), name="value", least=1)
    if value > POINTS_PER_MOVEMENT_MAX:
        raise problem("value", "too_large", _("More than a gift card can hold."))
    external_id = told.get("external_id")
    return _Told(
        code=code_of(told),
        pin=pin_of(told).strip(),
        value=value,
        currency=currency,
        ends_at=end_of(told, at=work.at, zone=work.program.zone),
        external_id="" if external_id is None else text_of(external_id, name="external_id"),
        paid_with=PaidWith(paid_with),
    )


def _meet_known(program: Program, judged: Sequence[tuple[Verdict, _Told | None]]) -> None:
    codes = {told.code for verdict, told in judged if told and verdict.is_new}
    known = known_codes(program=program, codes=codes) if codes else set()
    for verdict, told in judged:
        if told and verdict.is_new and told.code in known:
            verdict.status = RowStatus.ALREADY_THERE


def _meet_members(program: Program, judged: Sequence[tuple[Verdict, _Told | None]]) -> None:
    """Whose card it is, if the row says so: owners need no PIN."""
    references = {
        f"{EXTERNAL}{told.external_id}"
        for verdict, told in judged
        if told and told.external_id and verdict.is_new
    }
    found = find_members(program=program, told=references) if references else {}
    owners = survivors_of({each.member.pk for each in found.values()}) if found else {}
    for verdict, told in judged:
        if told is None or not told.external_id or not verdict.is_new:
            continue
        member = found.get(f"{EXTERNAL}{told.external_id}")
        if member is None or member.member.status == MemberStatus.ERASED:
            verdict.refuse(MemberUnknown(pointer="/external_id"))
        else:
            verdict.member_id = owners.get(member.member.pk, member.member.pk)


register(
    Taker(
        kind=ImportKind.GIFT_CARDS,
        about=_("Gift cards that are out already: one card a row, with what is left on it."),
        columns=COLUMNS,
        check=check_cards,
        take=take_cards,
        undo=undo_cards,
        undone_at_once=ROWS_AT_ONCE_MAX,
    )
)
