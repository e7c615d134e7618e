"""Admin of the room: budgets and prizes."""

from gamification.prizes import desk
