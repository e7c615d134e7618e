"""Launching: what stands between a draft and its going live: warnings, a second person, a date; and the way back.

Words: warning, plan (a draft with a date), comparison. Doors: the rule's pages in the admin.
Facts: none of its own; `rules.publishing` announces rule.changed.
"""
