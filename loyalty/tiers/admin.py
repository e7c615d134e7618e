"""Admin of the tiers."""

import loyalty.tiers.desk.ladders
import loyalty.tiers.desk.standings
