"""Contents: every room that has receivers."""

import loyalty.tiers.receivers
