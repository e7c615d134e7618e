"""Contents: every room that has admin."""

import referrals.qualification.admin
