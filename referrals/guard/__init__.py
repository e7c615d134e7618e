"""Guard: signals weighed one by one, verdicts, households, review by people, appeals, identity marks.

Words: signal, check, verdict, household, review, appeal, identity mark, tombstone. Doors: review queue, POST …/appeal, …/reopen, replay.
Facts: referral.review_opened.
"""
