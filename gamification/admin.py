"""Contents: every room that has admin."""

import gamification.criteria.admin
import gamification.stamps.admin
import gamification.streaks.admin
