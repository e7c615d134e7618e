"""Contents: every room that has models."""

import gamification.criteria.models
import gamification.deeds.models
import gamification.leaderboards.models
import gamification.streaks.models
