"""Contents: every room that has receivers."""

import loyalty.earning.receivers
import loyalty.events.receivers
import loyalty.ledger.receivers
import loyalty.rewards.receivers
import loyalty.tiers.receivers
