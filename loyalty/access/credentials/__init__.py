"""Credentials: how API keys are written, made, rotated and revoked; a key's text exists once (S-7 to S-9)."""
