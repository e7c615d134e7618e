"""Contents: every room that has receivers."""

import gamification.criteria.receivers
import gamification.leaderboards.receivers
import gamification.streaks.receivers
