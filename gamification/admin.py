"""Contents: every room that has admin."""

import gamification.badges.admin
import gamification.challenges.admin
import gamification.criteria.admin
import gamification.leaderboards.admin
import gamification.levels.admin
import gamification.prizes.admin
import gamification.stamps.admin
import gamification.streaks.admin
