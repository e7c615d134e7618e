"""Database: how statements of our own travel, and how long any statement may take."""
