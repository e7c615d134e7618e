"""Contents: every room that has models."""

import referrals.attribution.models
import referrals.codes.models
import referrals.guard.models
import referrals.plans.models
import referrals.rewards.models
