"""Choices: how a member wants to read the pages: language, digits, calendar (U-61, U-65, U-66)."""
