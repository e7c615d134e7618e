"""Contents: every room that has documents."""

import gamification.leaderboards.document
import gamification.streaks.document
