"""Contents: every room that has receivers."""

import gamification.badges.receivers
import gamification.criteria.receivers
import gamification.leaderboards.receivers
import gamification.prizes.moving
import gamification.streaks.receivers
