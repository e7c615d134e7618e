"""Contents: every room that has documents."""

import referrals.plans.document
