"""Contents: every room that has receivers."""

import gamification.badges.receivers
import gamification.challenges.receivers
import gamification.criteria.rebuilding
import gamification.criteria.receivers
import gamification.deeds.rebuilding
import gamification.leaderboards.receivers
import gamification.levels.receivers
import gamification.prizes.moving
import gamification.stamps.receivers
import gamification.streaks.receivers
