"""Contents: every room that has documents."""

import gamification.streaks.document
