"""Contents: every room that has models."""

import gamification.criteria.models
import gamification.deeds.models
import gamification.streaks.models
