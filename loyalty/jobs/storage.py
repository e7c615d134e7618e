"""What models cannot say about the tables of jobs and of the outbox."""

# Rows of these tables change once or twice and then go: leave room beside them, and clean up early.
FULL = {
    "loyalty_announced_fact": 100,
    "loyalty_fact_delivery": 85,
    "loyalty_schedule_run": 70,
    "loyalty_pulse": 50,
}
SET = "fillfactor = {}, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05"
RESET = "fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor"

STATEMENTS = [
    (f"ALTER TABLE {table} SET ({SET.format(full)})", f"ALTER TABLE {table} RESET ({RESET})")
    for table, full in FULL.items()
]
