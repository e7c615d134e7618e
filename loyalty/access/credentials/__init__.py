"""Credentials: how keys are written and told from a typing error (S-7), and what a scope is (S-8). Pure."""
