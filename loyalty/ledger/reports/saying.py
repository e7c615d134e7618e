"""Saying: one sentence for an entry and for each step of its explanation, in the reader's language (L-61)."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loyalty.ledger.kinds import EntryKind

SENTENCES: Final[dict[str, Promise]] = {
    EntryKind.EARN.value: _("{points} points earned."),
    EntryKind.BONUS.value: _("{points} bonus points."),
    EntryKind.OPENING.value: _("{points} points brought along from before."),
    EntryKind.SPEND.value: _("{points} points spent on a purchase."),
    EntryKind.REDEEM.value: _("{points} points redeemed for a reward."),
    EntryKind.EXPIRE.value: _("{points} points expired unspent."),
    EntryKind.FORFEIT.value: _("{points} points forfeited."),
    EntryKind.RETURN_EARNED.value: _("{points} points taken back after a return."),
    EntryKind.RETURN_SPENT.value: _("{points} points given back after a return."),
    EntryKind.ADJUST_CREDIT.value: _("{points} points added by hand."),
    EntryKind.ADJUST_DEBIT.value: _("{points} points taken by hand."),
    EntryKind.TRANSFER_OUT.value: _("{points} points sent to another member."),
    EntryKind.TRANSFER_IN.value: _("{points} points received from another member."),
    EntryKind.MERGE_OUT.value: _("{points} points moved to another membership."),
    EntryKind.MERGE_IN.value: _("{points} points moved from another membership."),
    EntryKind.REINSTATE.value: _("{points} expired points brought back."),
}
LOT_MADE: Final = _("A lot of {points} points was made.")
LOT_MADE_ENDING: Final = _("A lot of {points} points was made; it ends at {ends}.")
LOT_PENDING: Final = _("They stay pending until they open.")
LOT_GAVE: Final = _("{points} points were taken from the lot of {size}.")
LOT_GOT_BACK: Final = _("{points} points went back to the lot of {size}.")
DEBT_FILLED: Final = _("{points} of them filled what was owed.")
LEFT_OWING: Final = _("{points} points were left owing; later credits fill them first.")
HELD_BEFORE: Final = _("They had been set aside by a hold.")
REVERSES: Final = _("It reverses an earlier entry.")
BY_RULE: Final = _("An earning rule gave them, in its version {version}.")
APPROVED: Final = _("A second person approved it.")


def sentence_of(*, kind: str, points: int) -> str:
    """What happened, in one sentence."""
    return say(SENTENCES[kind], points=abs(points))


def say(sentence: Promise, **values: object) -> str:
    """A sentence with its values, in the active language."""
    return str(sentence).format(**values)
