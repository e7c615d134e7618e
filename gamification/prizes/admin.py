"""Admin of the room: budgets and prizes."""

from gamification.prizes.desk import budgets
