"""Admin of the room: what members hold, and the form of badges."""

from gamification.badges.desk import awards, editor
