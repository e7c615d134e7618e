"""Metrics: the names that dashboards and alerts count on (V-43)."""

from prometheus_client import Counter, Histogram

UNIT_RETRIES = Counter("wafa_unit_retries", "Units of work run again, by reason.", ["reason"])
UNITS_EXHAUSTED = Counter("wafa_unit_exhausted", "Units of work given up after their last try.")
DEADLINES = Counter("wafa_db_deadline", "Database calls cut by our own deadline.")
REFUSALS = Counter("wafa_refusals", "Refusals told to callers, by code.", ["code"])
IDEMPOTENT_REPLAYS = Counter("wafa_idempotent_replays", "Answers given again for a repeated key.")
WAKEUPS_FAILED = Counter("wafa_wakeups_failed", "Wake-ups that the broker did not take.")
RATE_LIMITED = Counter("wafa_rate_limited", "Calls refused for their rate, by limit.", ["limit"])
FACTS_DELIVERED = Counter("wafa_facts_delivered", "Facts taken in, by receiver.", ["receiver"])
BATCH_SECONDS = Histogram("wafa_batch_seconds", "Time of a batch of facts.", ["receiver"])
JOB_SECONDS = Histogram("wafa_job_seconds", "Time of a run of a job, by job.", ["job"])
SWEPT = Counter("wafa_swept", "Things that the sweeper found overdue, by kind.", ["kind"])
