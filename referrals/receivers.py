"""Contents: every room that has receivers."""

import referrals.guard.receivers
import referrals.qualification.receivers
