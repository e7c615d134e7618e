"""What models cannot say: fill factors, functions and partial indexes of the hot tables."""

from django.db import migrations

FORWARD_AND_BACK = [
    (
        "ALTER TABLE loyalty_announced_fact SET (fillfactor = 100, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)",
        "ALTER TABLE loyalty_announced_fact RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)",
    ),
    (
        "ALTER TABLE loyalty_fact_delivery SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)",
        "ALTER TABLE loyalty_fact_delivery RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)",
    ),
    (
        "ALTER TABLE loyalty_schedule_run SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)",
        "ALTER TABLE loyalty_schedule_run RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)",
    ),
    (
        "ALTER TABLE loyalty_pulse SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)",
        "ALTER TABLE loyalty_pulse RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)",
    ),
    (
        "ALTER TABLE loyalty_account SET (fillfactor = 70)",
        "ALTER TABLE loyalty_account RESET (fillfactor)",
    ),
    (
        "ALTER TABLE loyalty_lot SET (fillfactor = 80)",
        "ALTER TABLE loyalty_lot RESET (fillfactor)",
    ),
    (
        "ALTER TABLE loyalty_tierday SET (fillfactor = 80)",
        "ALTER TABLE loyalty_tierday RESET (fillfactor)",
    ),
    (
        "ALTER TABLE loyalty_standing SET (fillfactor = 80)",
        "ALTER TABLE loyalty_standing RESET (fillfactor)",
    ),
]


class Migration(migrations.Migration):
    """Storage parameters; see each room's `storage.py`."""

    dependencies = [("loyalty", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=forward, reverse_sql=back) for forward, back in FORWARD_AND_BACK
    ]
