"""Contents: every room that has documents."""

import gamification.badges.document
import gamification.challenges.document
import gamification.leaderboards.document
import gamification.levels.document
import gamification.stamps.document
import gamification.streaks.document
