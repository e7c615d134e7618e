"""Admin pages of play that all games share."""

from gamification.criteria.desk import definitions
