"""Contracts: what is promised to callers, checked against what is served."""
