"""Contents: every room that has tasks."""

import gamification.badges.tasks
import gamification.challenges.tasks
import gamification.criteria.tasks
import gamification.leaderboards.seeing.playing
import gamification.leaderboards.tasks
import gamification.stamps.tasks
import gamification.streaks.tasks
