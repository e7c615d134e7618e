"""Contents: every room that has receivers."""

import loyalty.ledger.receivers
import loyalty.tiers.receivers
