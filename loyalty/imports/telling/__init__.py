"""Telling: how far an import is, what it would bring and brought, and files to take home."""
