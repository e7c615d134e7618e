"""Contents: every room that has models."""

import gamification.badges.models
import gamification.challenges.models
import gamification.criteria.models
import gamification.deeds.models
import gamification.leaderboards.models
import gamification.levels.models
import gamification.prizes.models
import gamification.stamps.models
import gamification.streaks.models
