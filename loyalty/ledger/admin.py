"""Admin of the ledger."""

import loyalty.ledger.desk.accounts
import loyalty.ledger.desk.figures
import loyalty.ledger.desk.rows
