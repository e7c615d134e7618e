"""Points: what a member has, how more come, what came and went and why."""
