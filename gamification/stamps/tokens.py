"""Tokens: 160 random bits on a screen or a receipt, good for stamps once; of them only a digest is kept (G-70)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import Live
from gamification.stamps.kinds import ACTOR_LENGTH_MAX
from gamification.stamps.limiting import refuse_too_large
from gamification.stamps.models import StampToken
from gamification.stamps.refusals import TokenNotUsable
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import ALPHABET, Id
from loyalty.foundation.refusals import Problem
from loyalty.foundation.sealing import digest
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.calendar import Period
from loyalty.programs.texts import as_typed

TOKEN_LENGTH: Final = 32  # five bits a character: 160 bits
ON_SCREEN: Final = "PT60S"
LASTS_DAYS_MAX: Final = 400
SHEET_MAX: Final = 48  # tokens printed at once: two sheets of labels
_PURPOSE: Final = "stamp-token"
_USE: Final = """
    UPDATE gamification_stamptoken SET used_at = %s, used_by = %s
    WHERE digest = %s AND card_id = %s AND used_at IS NULL AND expires_at > %s
    RETURNING id, quantity, place, spend, actor
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A fresh token: the only time that it is seen."""

    token: str
    row: StampToken


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """What a token gave, and who had made it."""

    id: Id
    quantity: int
    place: str
    spend: int | None
    actor: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A token to be made: so many stamps, for how long, where, for a purchase of how much."""

    quantity: int = 1
    lasts: str = ON_SCREEN
    place: str = ""
    spend: int | None = None


@unit_of_work
def issue_token(*, card: Live, wanted: Wanted, actor: Actor, at: datetime) -> Made:
    """Make a token. Raises MinimumSpend and VisitLimit; the other limits are looked at when it is used."""
    return _make(card=card, wanted=wanted, count=1, actor=actor, at=at)[0]


@unit_of_work
def issue_sheet(
    *, card: Live, wanted: Wanted, count: int, actor: Actor, at: datetime
) -> list[Made]:
    """Make so many tokens alike, to be printed. Raises what `issue_token` raises."""
    assert 1 <= count <= SHEET_MAX, "the form has checked"
    return _make(card=card, wanted=wanted, count=count, actor=actor, at=at)


def _make(*, card: Live, wanted: Wanted, count: int, actor: Actor, at: datetime) -> list[Made]:
    refuse_too_large(card=card, quantity=wanted.quantity, spend=wanted.spend)
    tokens = ["".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH)) for _ in range(count)]
    expires_at = Period.read(wanted.lasts).after(at, zone=card.zone)
    rows = StampToken.objects.bulk_create(
        StampToken(
            card_id=card.definition_id,
            digest=digest(token, purpose=_PURPOSE),
            quantity=wanted.quantity,
            place=wanted.place,
            spend=wanted.spend,
            actor=actor.shown[:ACTOR_LENGTH_MAX],
            made_at=at,
            expires_at=expires_at,
        )
        for token in tokens
    )
    return [Made(token=token, row=row) for token, row in zip(tokens, rows, strict=True)]


@inside_unit_of_work
def use_token(*, card: Live, token: str, member_id: Id, may_inspect: bool, at: datetime) -> Used:
    """Use a token up in one conditional update. Raises TokenNotUsable, with the reason only for who may inspect."""
    key = digest("".join(as_typed(token).split()).lower(), purpose=_PURPOSE)
    found = run(_USE, [at, member_id, key, card.definition_id, at])
    if not found:
        raise _not_usable(card, key) if may_inspect else TokenNotUsable()
    ((row_id, quantity, place, spend, actor),) = found
    kind, _colon, name = actor.partition(":")
    hand = Actor(kind=ActorKind(kind), name=name)
    return Used(id=row_id, quantity=quantity, place=place, spend=spend, actor=hand)


def _not_usable(card: Live, key: bytes) -> TokenNotUsable:
    row = StampToken.objects.filter(digest=key, card_id=card.definition_id).first()
    why, words = "token_unknown", _("No such code was made for this card.")
    if row is not None:
        is_used = row.used_at is not None
        why = "token_used" if is_used else "token_expired"
        words = _("The code was used before.") if is_used else _("The time of the code is over.")
    return TokenNotUsable(problems=[Problem(pointer="/token", code=why, message=words)])
