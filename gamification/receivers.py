"""Contents: every room that has receivers."""

import gamification.criteria.receivers
import gamification.streaks.receivers
