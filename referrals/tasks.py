"""Contents: every room that has tasks."""

import referrals.guard.tasks
import referrals.qualification.playing.friends
import referrals.qualification.tasks
