"""Attempts: members join, get on, are done, fall back; windows close."""
