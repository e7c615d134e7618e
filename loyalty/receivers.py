"""Contents: every room that has receivers."""

import loyalty.events.receivers
import loyalty.ledger.receivers
import loyalty.tiers.receivers
