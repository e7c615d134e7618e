"""Contents: every room that has documents."""

import loyalty.earning.document
import loyalty.programs.document
import loyalty.rewards.document
import loyalty.tiers.document
