"""Codes from files: somebody else's codes fill the pool of a reward, each once (W-46)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
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
from loyalty.imports.refusals import AlreadyExpired, UsedSince
from loyalty.imports.taking.takers import Taker, register
from loyalty.imports.taking.values import day_of, key_of, meet_each_other, problem, whole_of
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.stocking import drop_pieces
from loyalty.rewards.codes.keeping import foreign_digest
from loyalty.rewards.codes.pooling import PoolRow, add_codes, is_pool_code, known_codes
from loyalty.rewards.kinds import Codes
from loyalty.rewards.models import PoolCode, Reward

PIN_LENGTH_MAX: Final = 20
# What nobody has been handed yet leaves the pool as if it had never been there; what has, stays.
_REMOVE: Final = """
    DELETE FROM loyalty_poolcode
    WHERE program_id = %s AND id = ANY(%s::uuid[]) AND taken_at IS NULL AND ended_at IS NULL
    RETURNING id, reward_id
"""

COLUMNS: Final = (
    Column(
        name="code",
        title=_("Code"),
        required=True,
        sample="SPA-7H2K-90",
        others=("voucher", "voucher_code", "coupon", "coupon_code"),
    ),
    Column(
        name="value",
        title=_("Value, in minor units such as cents"),
        form="whole",
        others=("amount",),
    ),
    Column(
        name="ends_on",
        title=_("Last day it can be used"),
        sample="2027-12-31",
        others=("ends", "expires", "expires_on", "expiry", "valid_until", "valid_to"),
    ),
    Column(name="pin", title=_("PIN"), others=("secret",)),
)


def pools_of(program: Program) -> dict[str, Reward]:
    """The rewards of the programme whose codes come out of a pool, by slug."""
    rewards = Reward.objects.filter(program=program).prefetch_related("revisions")
    return {
        reward.slug: reward
        for reward in rewards
        if any(each.definition.get("codes") == Codes.POOL for each in reward.revisions.all())
    }


def pool_named(program: Program, slug: str) -> Reward:
    """The reward whose pool is to be filled; raises Malformed for any other."""
    reward = pools_of(program).get(slug)
    if reward is None:
        raise problem(
            "pool", "not_a_choice", _("The slug of a reward whose codes come from a pool.")
        )
    return reward


def check_codes(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Which of these would be new to the pool."""
    judged = _judged(work, rows)
    codes = {told.code for verdict, told in judged if told and verdict.is_new}
    known = known_codes(program=work.program, codes=codes) if codes else set()
    for verdict, told in judged:
        if told and verdict.is_new and told.code in known:
            verdict.status = RowStatus.ALREADY_THERE
    return [verdict for verdict, _told in judged]


def take_codes(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Put the new ones into the pool."""
    judged = _judged(work, rows)
    fresh = [(verdict, told) for verdict, told in judged if verdict.is_new and told]
    if not fresh:
        return [verdict for verdict, _told in judged]
    reward = pool_named(work.program, str(work.options.get("pool", "")))
    new = add_codes(
        program=work.program,
        reward_id=reward.pk,
        rows=[told for _verdict, told in fresh],
        at=work.at,
    )
    ids = _ids_of(work.program, [told for _verdict, told in fresh])
    for (verdict, told), is_new in zip(fresh, new, strict=True):
        if is_new:
            verdict.target_id = ids[told.code]
        else:
            verdict.status = RowStatus.ALREADY_THERE
    return [verdict for verdict, _told in judged]


def undo_codes(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Take out of the pool what nobody has been handed; the stock of the reward goes down by as many."""
    ids = [row.target_id for row in rows if row.target_id]
    gone: dict[Id, Id] = dict(run(_REMOVE, [work.program.pk, ids]))
    pieces: dict[Id, int] = {}
    for reward_id in gone.values():
        pieces[reward_id] = pieces.get(reward_id, 0) + 1
    drop_pieces(pieces=pieces)
    verdicts = []
    for row in rows:
        verdict = Verdict(row.number, status=RowStatus.UNDONE)
        if row.target_id not in gone:
            verdict.status, verdict.refusal = RowStatus.KEPT, UsedSince()
        verdicts.append(verdict)
    return verdicts


def _judged(work: Work, rows: Sequence[ToldRow]) -> list[tuple[Verdict, PoolRow | None]]:
    judged = [_read(row, work=work) for row in rows]
    meet_each_other([verdict for verdict, _told in judged])
    return judged


def _read(row: ToldRow, *, work: Work) -> tuple[Verdict, PoolRow | None]:
    verdict = Verdict(row.number)
    if row.bad is not None:
        verdict.refuse(row.bad)
        return verdict, None
    try:
        told = _code_in(row.told, at=work.at, zone=work.program.zone)
    except DomainError as refusal:
        verdict.refuse(refusal)
        return verdict, None
    verdict.key = key_of(work, ImportKind.CODES, told.code)
    return verdict, told


def _code_in(told: Mapping[str, Any], *, at: datetime, zone: str) -> PoolRow:
    """What a row says; raises Malformed, AlreadyExpired."""
    code, pin, ends_at = code_of(told), pin_of(told), end_of(told, at=at, zone=zone)
    value = whole_of(told["value"], name="value", least=1) if "value" in told else None
    return PoolRow(code=code, value=value, ends_at=ends_at, pin=pin)


def code_of(told: Mapping[str, Any]) -> str:
    """Somebody else's code in a row, as it is spelled; raises Malformed."""
    code = told.get("code")
    if isinstance(code, str) and is_pool_code(code):
        return code
    message = _("1 to 128 printable characters, without spaces around them.")
    raise problem("code", "wrong_type", message)


def pin_of(told: Mapping[str, Any]) -> str:
    """The PIN beside it, nothing if there is none; raises Malformed."""
    pin = str(told.get("pin", ""))
    if len(pin) > PIN_LENGTH_MAX or not pin.isprintable():
        raise problem("pin", "wrong_type", _("At most 20 printable characters."))
    return pin


def end_of(told: Mapping[str, Any], *, at: datetime, zone: str) -> datetime | None:
    """When its last good day is over, None for no end; raises Malformed, AlreadyExpired."""
    last_day = day_of(told.get("ends_on"), name="ends_on")
    if last_day is None:
        return None
    ends_at = midnight(last_day + timedelta(days=1), zone)
    if ends_at <= at:
        raise AlreadyExpired(pointer="/ends_on", day=last_day)
    return ends_at


def _ids_of(program: Program, told: Sequence[PoolRow]) -> dict[str, Id]:
    digests = {foreign_digest(each.code, program=program): each.code for each in told}
    rows = PoolCode.objects.filter(program=program, digest__in=list(digests))
    return {digests[bytes(digest)]: code_id for digest, code_id in rows.values_list("digest", "pk")}


register(
    Taker(
        kind=ImportKind.CODES,
        about=_("Codes of somebody else, to be handed out by a reward: one code a row."),
        columns=COLUMNS,
        check=check_codes,
        take=take_codes,
        undo=undo_codes,
        undone_at_once=ROWS_AT_ONCE_MAX,
    )
)
