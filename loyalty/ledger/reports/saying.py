"""Saying: one sentence for an entry and for each step of its explanation, in the reader's language (L-61).

Points bear the name that their programme gave them, in the form for so many (U-3).
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.ledger.kinds import EntryKind

SENTENCES: Final[dict[str, Promise]] = {
    EntryKind.EARN.value: _("{amount} earned."),
    EntryKind.BONUS.value: _("{amount} as a bonus."),
    EntryKind.OPENING.value: _("{amount} brought along from before."),
    EntryKind.SPEND.value: _("{amount} spent on a purchase."),
    EntryKind.REDEEM.value: _("{amount} redeemed for a reward."),
    EntryKind.EXPIRE.value: _("{amount} expired unspent."),
    EntryKind.FORFEIT.value: _("{amount} forfeited."),
    EntryKind.RETURN_EARNED.value: _("{amount} taken back after a return."),
    EntryKind.RETURN_SPENT.value: _("{amount} given back after a return."),
    EntryKind.ADJUST_CREDIT.value: _("{amount} added by hand."),
    EntryKind.ADJUST_DEBIT.value: _("{amount} taken by hand."),
    EntryKind.TRANSFER_OUT.value: _("{amount} sent to another member."),
    EntryKind.TRANSFER_IN.value: _("{amount} received from another member."),
    EntryKind.MERGE_OUT.value: _("{amount} moved to another membership."),
    EntryKind.MERGE_IN.value: _("{amount} moved from another membership."),
    EntryKind.REINSTATE.value: _("{amount} brought back after they had expired."),
}
LOT_MADE: Final = _("A lot was made: {amount}.")
LOT_MADE_ENDING: Final = _("A lot was made: {amount}; it ends at {ends}.")
LOT_PENDING: Final = _("They stay pending until they open.")
LOT_GAVE: Final = _("Taken from the lot of {size}: {amount}.")
LOT_GOT_BACK: Final = _("Back to the lot of {size}: {amount}.")
DEBT_FILLED: Final = _("{points} of them filled what was owed.")
LEFT_OWING: Final = _("Left owing: {amount}; later credits fill that first.")
HELD_BEFORE: Final = _("They had been set aside by a hold.")
REVERSES: Final = _("It reverses an earlier entry.")
BY_RULE: Final = _("An earning rule gave them, in its version {version}.")
APPROVED: Final = _("A second person approved it.")


def sentence_of(*, kind: str, amount: str) -> str:
    """What happened, in one sentence; `amount` is how many, with their name."""
    return say(SENTENCES[kind], amount=amount)


def amount_of(points: int, unit: str = "") -> str:
    """How many, with what they are called; without a name of their own they are points."""
    count = abs(points)
    if unit:
        return f"{count} {unit}"
    return ngettext("{count} point", "{count} points", count).format(count=count)


def say(sentence: Promise, **values: object) -> str:
    """A sentence with its values, in the active language."""
    return str(sentence).format(**values)
