"""Tables of the ledger: who has what (`accounts`), what moved it (`movements`), what else is remembered (`records`)."""

from loyalty.ledger.models.accounts import Account, Hold
from loyalty.ledger.models.lots import Draw, Lot, LotChange
from loyalty.ledger.models.movements import Entry, EntryNote
from loyalty.ledger.models.records import Claim, Debt, Merge, Seal

__all__ = [
    "Account",
    "Claim",
    "Debt",
    "Draw",
    "Entry",
    "EntryNote",
    "Hold",
    "Lot",
    "LotChange",
    "Merge",
    "Seal",
]
